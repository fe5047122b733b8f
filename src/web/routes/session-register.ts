import { widestScope, type Scope } from '../../accounts/authority.ts';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import { endSessionsOfOthers, endingScope } from '../../flows/sessions/end-sessions-of-others.ts';
import { listSessions, type ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import type { SessionRecord } from '../../flows/ports/session-records.ts';
import { SESSION_READERS } from '../audiences.ts';
import { composeDesk } from '../desk-context.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { listHref, type ListQuery } from '../list-address.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import {
  SESSIONS_PER_PAGE,
  findSessionList,
  namesOfEnders,
  readActQuery,
  readSessionQuery,
  sessionFilterOf,
} from '../session-list.ts';
import { sendTable } from '../table-file.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { fieldError } from '../texts/field-problems.ts';
import { END_REASONS, METHOD_NAMES } from '../texts/home.ts';
import { SESSIONS } from '../texts/sessions.ts';
import { renderEndSessions } from '../views/end-sessions-page.tsx';
import { REGISTER, renderSessionRegister } from '../views/session-register.tsx';
import { countIn } from './own-sessions.ts';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** `GET /sessions/register`: who is logged in within the visitor's duties, filtered by the address. */
export function showSessionRegister(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const list = await findSessionList(context, readSessionQuery(request.query), readingScope(response));
    if (wantsJson(request)) {
      response.json({ total: list.total, sessions: list.sessions.map(asJson) });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    const page = renderSessionRegister({
      desk,
      list,
      systems: [...context.systems.values()],
      names: await namesOfEnders(context, list.sessions),
      at: context.clock.now(),
      ending: (desk.mayDecide ? endingScope(desk.authorities, desk.person.access.account.id) : undefined) ?? null,
      justEnded: countIn(request.query),
    });
    response.type('html').send(page);
  };
}

/** `GET /sessions/register/end`: what the filter, or `session`, would end. */
export function askToEnd(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = readEnding(request.query);
    if (query === undefined) answerFailure(portal, request, response, { code: 'request-malformed' });
    else await confirm(portal, [request, response], query);
  };
}

/** `POST /sessions/register/end`: ends what fits now, with a reason. */
export function endOthers(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = readEnding(request.body);
    // Everybody is meant by a word of its own, never by the absence of one.
    const isAll = textField(request.body, 'all', 1) === '1';
    if (query === undefined || isAll !== (Object.keys(query).length === 0)) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const typed = typedValues(request.body, ['reason']);
    const outcome = await endSessionsOfOthers(portal.context, {
      actor: actorOf(request, response),
      ownReference: visitorOf(response).person.session.reference,
      which: sessionFilterOf(query),
      reason: typed['reason'] ?? '',
    });
    if (outcome.ok) {
      const { ended, recordPending } = outcome;
      const { session: _session, ...filters } = query;
      if (wantsJson(request)) response.json({ ok: true, ended, recordPending });
      else response.redirect(303, listHref(REGISTER, { ...filters, ended: String(ended) }));
      return;
    }
    const { failure } = outcome;
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, SESSIONS));
    await answerDeskFailure(portal, request, response, failure, errors, () =>
      confirm(portal, [request, response], query, { typed, errors }),
    );
  };
}

async function confirm(
  portal: Portal,
  [request, response]: Exchange,
  query: ListQuery,
  retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] },
): Promise<void> {
  const { context } = portal;
  const desk = await composeDesk(portal, request, response);
  const { session, access } = desk.person;
  const scope = endingScope(desk.authorities, access.account.id) ?? { kind: 'self', accountId: access.account.id };
  const filter = sessionFilterOf(query);
  const [list, fitting, ending, own] = await Promise.all([
    findSessionList(context, query, scope),
    context.database.sessions.findSessions({ ...filter, scope: readingScope(response) }, { offset: 0, limit: 1 }),
    listSessions(context, { ...filter, scope, exceptReference: session.reference }, { offset: 0, limit: MOST_NAMED }),
    ownAmong(context, query, scope, session.reference),
  ]);
  const page = renderEndSessions({
    desk,
    list,
    systems: [...context.systems.values()],
    ending: ending.sessions,
    total: ending.total,
    isOwnAmong: own,
    beyond: Math.max(0, fitting.total - list.total),
    ...(retry === undefined ? {} : { retry }),
  });
  response.type('html').send(page);
}

/** So many are looked through for their names; of more, only the number is told. */
const MOST_NAMED = 1_000;

async function ownAmong(context: GatewayContext, query: ListQuery, scope: Scope, own: string): Promise<boolean> {
  const { references = [own], ...filter } = sessionFilterOf(query);
  const asked = references.filter(reference => reference === own);
  if (asked.length === 0) return false;
  const { total } = await context.database.sessions.findSessions(
    { ...filter, scope, references: asked },
    { offset: 0, limit: 1 },
  );
  return total > 0;
}

/** What is to end: ended ones never, and no page of it. */
function readEnding(fields: unknown): ListQuery | undefined {
  const read = readActQuery(fields);
  if (read === undefined) return undefined;
  const { page: _page, show: _show, ...query } = read;
  return query;
}

/** `POST /sessions/register/export`: the list as filtered, all of its pages, as a file. */
export function exportSessions(portal: Portal): PortalHandler {
  return async (request, response) => {
    const read = readActQuery(request.body);
    if (read === undefined) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const { page: _page, ...query } = read;
    const rows = await findAll(portal.context, query, readingScope(response));
    await sendTable(portal, request, response, 'sessions', {
      title: SESSIONS.title,
      filter: new URLSearchParams(query).toString(),
      columns: EXPORTED.map(({ head }) => head),
      rows: rows.map(row => EXPORTED.map(({ cell }) => cell(row))),
    });
  };
}

const EXPORTED: readonly { readonly head: Bilingual; readonly cell: (record: SessionRecord) => string }[] = [
  { head: SESSIONS.account, cell: ({ loginName }) => loginName },
  { head: ACCOUNTS.name, cell: ({ name }) => name },
  { head: SESSIONS.method, cell: ({ method }) => METHOD_NAMES[method].zh },
  { head: SESSIONS.address, cell: ({ clientAddress }) => clientAddress },
  { head: SESSIONS.since, cell: ({ authenticatedAt }) => formatTaipeiTime(authenticatedAt) },
  { head: SESSIONS.endedAt, cell: ({ end }) => (end === null ? '' : formatTaipeiTime(end.at)) },
  { head: SESSIONS.why, cell: ({ end }) => (end === null ? '' : END_REASONS[end.reason].zh) },
  { head: SESSIONS.systems, cell: ({ systemIds }) => systemIds.join(' ') },
];

async function findAll(context: GatewayContext, query: ListQuery, scope: Scope): Promise<SessionRecord[]> {
  const records: SessionRecord[] = [];
  for (;;) {
    const page = { offset: records.length, limit: SESSIONS_PER_PAGE };
    const { sessions, total } = await context.database.sessions.findSessions(
      { ...sessionFilterOf(query), scope },
      page,
    );
    records.push(...sessions);
    if (sessions.length === 0 || records.length >= total) return records;
  }
}

/** How far the visitor sees sessions of others. */
function readingScope(response: Exchange[1]): Scope {
  const { person, authorities } = visitorOf(response);
  const roles: readonly string[] = SESSION_READERS;
  return widestScope(
    authorities.filter(({ role }) => roles.includes(role)),
    person.access.account.id,
  );
}

function asJson({ record, standing }: ListedSession) {
  const { reference, loginName, name, method, authenticatedAt, clientAddress, systemIds, end } = record;
  return { reference, account: loginName, name, method, authenticatedAt, clientAddress, systemIds, end, standing };
}
