import { scheduledJobs } from '../../flows/operations/scheduled-jobs.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { renderJobsPage } from '../views/jobs-page.tsx';

/** `GET /jobs`: what happens by itself, when it last did, and what went wrong. */
export function showJobs(portal: Portal): PortalHandler {
  return async (request, response) => {
    const { context } = portal;
    const statuses = new Map((await context.database.operations.listJobs()).map(status => [status.name, status]));
    const jobs = scheduledJobs(context).map(({ name, cadence }) => ({
      name,
      cadence,
      status: statuses.get(name) ?? null,
    }));
    if (wantsJson(request)) {
      response.json({ jobs });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderJobsPage({ desk, jobs, now: context.clock.now() }));
  };
}
