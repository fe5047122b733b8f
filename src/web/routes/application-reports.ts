import { addDays } from '../../calendar/months.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { reconcileChanges, reportDueChanges } from '../../flows/applications/report-applications.ts';
import { applicationActorOf } from '../application-answer.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { renderDueReport, renderReconciliation } from '../views/application-reports.tsx';

/** The second look covers a month and a day, the same-day rate a year. */
const RECONCILED_DAYS = 31;
const RATED_DAYS = 365;

/** `GET /reconcile`: recorded changes against approved applications (D1-046). */
export function showReconciliation(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const since = instantDaysAgo(context.clock.now(), RECONCILED_DAYS);
    const changes = await reconcileChanges(context, applicationActorOf(response), since);
    if (wantsJson(request)) response.json({ changes });
    else {
      const desk = await composeDesk(portal, request, response);
      response.type('html').send(renderReconciliation({ desk, changes }));
    }
  };
}

/** `GET /due`: due today or late, scheduled, and the same-day rate (D1-082, D1-087). */
export function showDue(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const since = instantDaysAgo(context.clock.now(), RATED_DAYS);
    const report = await reportDueChanges(context, applicationActorOf(response), since);
    if (wantsJson(request)) {
      response.json({
        ...report,
        pending: report.pending.map(({ number, effectiveDay }) => ({ number, effectiveDay })),
      });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderDueReport({ desk, report, today: taipeiDayOf(context.clock.now()) }));
  };
}

function instantDaysAgo(now: Date, days: number): Date {
  return new Date(`${addDays(taipeiDayOf(now), -days)}T00:00:00+08:00`);
}
