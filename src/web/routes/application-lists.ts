import { APPLICATION_STATUSES, type Application } from '../../applications/application.ts';
import { FORM_IDS } from '../../applications/form.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import {
  listApplicationsInReach,
  listOwnApplications,
  listWaiting,
} from '../../flows/applications/list-applications.ts';
import { applicationActorOf } from '../application-answer.ts';
import { visited, type VisitOf } from '../application-visit.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues } from '../field-errors.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import {
  APPLICATIONS_PER_PAGE as SIZE,
  renderFormChoice,
  renderInbox,
  renderOwnApplications,
  renderRegister,
} from '../views/application-lists.tsx';

/** `GET /inbox`: what waits for the visitor's roles. */
export function showInbox(portal: Portal): PortalHandler {
  return async (request, response) => {
    const queues = await listWaiting(portal.context, applicationActorOf(response));
    if (wantsJson(request)) {
      const listed = queues.map(({ queue, page }) => {
        return { queue: queue.id, total: page.total, applications: page.applications.map(summaryOf) };
      });
      response.json({ queues: listed });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderInbox({ desk, queues, ...(await findNames(portal)) }));
  };
}

/** `GET /applications`, `GET /apply/applications`: one's own. */
export function showOwn(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const pageNumber = pageOf(request.query);
    const range = { offset: (pageNumber - 1) * SIZE, limit: SIZE };
    const found = await listOwnApplications(portal.context, visit.actor, {}, range);
    if (wantsJson(request)) {
      response.json({ total: found.total, applications: found.applications.map(summaryOf) });
      return;
    }
    const frame = await visit.frame();
    response.type('html').send(renderOwnApplications({ frame, found, pageNumber, ...(await findNames(portal)) }));
  });
}

/** `GET /applications/register`: all submitted ones within the visitor's duties. */
export function showRegister(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = typedValues(request.query, ['text', 'form', 'status']);
    const form = FORM_IDS.find(each => each === query['form']);
    const status = APPLICATION_STATUSES.find(each => each === query['status']);
    const text = (query['text'] ?? '').trim().slice(0, 100);
    const pageNumber = pageOf(request.query);
    const found = await listApplicationsInReach(
      portal.context,
      applicationActorOf(response),
      {
        ...(form === undefined ? {} : { forms: [form] }),
        ...(status === undefined ? {} : { statuses: [status] }),
        ...(text === '' ? {} : { text }),
      },
      { offset: (pageNumber - 1) * SIZE, limit: SIZE },
    );
    if (wantsJson(request)) {
      response.json({ total: found.total, applications: found.applications.map(summaryOf) });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    const shown = { text, form: form ?? '', status: status ?? '' };
    response.type('html').send(renderRegister({ desk, found, pageNumber, query: shown, ...(await findNames(portal)) }));
  };
}

/** `GET /applications/new`, `GET /apply/applications/new`: the choice of a form. */
export function chooseForm(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, _request, response) => {
    // A one-day password presumes an account.
    const forms = visit.actor.kind === 'card' ? FORM_IDS.filter(id => id !== 'D-06-11') : FORM_IDS;
    response.type('html').send(renderFormChoice({ frame: await visit.frame(), forms }));
  });
}

function pageOf(query: Readonly<Record<string, unknown>>): number {
  const number = Number(typedValues(query, ['page'])['page']);
  return Number.isInteger(number) && number >= 1 && number <= 100_000 ? number : 1;
}

async function findNames({ context }: Portal) {
  const organisations = await context.database.accounts.listOrganisations();
  const names = new Map(organisations.map(({ id, name }) => [id, name]));
  return { organisations: names, today: taipeiDayOf(context.clock.now()) };
}

/** What a list tells programs: nothing personal but the name. */
function summaryOf(application: Application) {
  const { number, form, status, stage, effectiveDay, submittedAt, draftedAt, subjectName, version } = application;
  return { number, form, status, stage, effectiveDay, submittedAt, draftedAt, subject: subjectName, version };
}
