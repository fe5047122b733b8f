import type { Scope } from '../../accounts/authority.ts';
import { endSessionsOfOthers, endingScope } from '../../flows/sessions/end-sessions-of-others.ts';
import { listSessions, type ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import { composeDesk } from '../desk-context.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { readEnded, sayEnded } from '../ended-count.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { listHref, type ListQuery } from '../list-address.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import {
  findQueryErrors,
  findSessionList,
  readActQuery,
  readSessionQuery,
  readingScope,
  sessionFilterOf,
  type SessionList,
} from '../session-list.ts';
import { sessionJson } from '../session-json.ts';
import { fieldError } from '../texts/field-problems.ts';
import { SESSIONS } from '../texts/sessions.ts';
import { renderEndSessions } from '../views/end-sessions-page.tsx';
import { REGISTER, renderSessionRegister } from '../views/session-register.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

interface Retry {
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}

/** `GET /sessions/register`: who is logged in within the visitor's duties, filtered by the address. */
export function showSessionRegister(portal: Portal): PortalHandler {
  return async (request, response) => {
    const list = await findSessionList(portal.context, readSessionQuery(request.query), readingScopeOf(response));
    const errors = findQueryErrors(request.query);
    if (errors.length > 0) {
      const typed = typedValues(request.query, ['address']);
      await answerDeskFailure(portal, request, response, { code: 'fields-invalid' }, errors, () =>
        show(portal, [request, response], list, { typed, errors }),
      );
    } else if (wantsJson(request)) response.json({ total: list.total, sessions: list.sessions.map(rowJson(list)) });
    else await show(portal, [request, response], list);
  };
}

async function show(portal: Portal, [request, response]: Exchange, list: SessionList, retry?: Retry): Promise<void> {
  const { context } = portal;
  const desk = await composeDesk(portal, request, response);
  const page = renderSessionRegister({
    desk,
    list,
    systems: [...context.systems.values()],
    at: context.clock.now(),
    ending: (desk.mayDecide ? endingScope(desk.authorities, desk.person.access.account.id) : undefined) ?? null,
    justEnded: readEnded(portal, request),
    ...(retry === undefined ? {} : { retry }),
  });
  response.type('html').send(page);
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
      actor: actorOf(response),
      ownReference: visitorOf(response).person.session.reference,
      which: sessionFilterOf(query),
      reason: typed['reason'] ?? '',
    });
    if (outcome.ok) {
      const { ended, hold } = outcome;
      const { session: _session, ...filters } = query;
      if (wantsJson(request)) response.json({ ok: true, ended, hold });
      else response.redirect(303, listHref(REGISTER, { ...filters, ended: sayEnded(portal, request, ended) }));
      return;
    }
    const { failure } = outcome;
    if (failure.code === 'no-session-to-end') {
      answerFailure(portal, request, response, failure);
      return;
    }
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, SESSIONS));
    await answerDeskFailure(portal, request, response, failure, errors, () =>
      confirm(portal, [request, response], query, { typed, errors }),
    );
  };
}

async function confirm(portal: Portal, [request, response]: Exchange, query: ListQuery, retry?: Retry): Promise<void> {
  const { context } = portal;
  const desk = await composeDesk(portal, request, response);
  const { session, access } = desk.person;
  const scope = endingScope(desk.authorities, access.account.id) ?? { kind: 'self', accountId: access.account.id };
  const filter = sessionFilterOf(query);
  const [list, fitting, ending, own] = await Promise.all([
    findSessionList(context, query, scope),
    context.database.sessions.findSessions({ ...filter, scope: readingScopeOf(response) }, { offset: 0, limit: 1 }),
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

function readingScopeOf(response: Exchange[1]): Scope {
  const { person, authorities } = visitorOf(response);
  return readingScope(authorities, person.access.account.id);
}

function rowJson({ organisations, units }: SessionList) {
  return (session: ListedSession) => ({
    ...sessionJson(session),
    account: session.record.loginName,
    name: session.record.name,
    organization: organisations.get(session.record.organisationId)?.code ?? null,
    unit: units.get(session.record.unitId ?? '')?.code ?? null,
  });
}
