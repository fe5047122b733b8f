import { widestScope, type Authority, type Scope } from '../accounts/authority.ts';
import type { Organisation, Unit } from '../accounts/organisation.ts';
import { listSessions, type ListedSession } from '../flows/sessions/list-sessions.ts';
import { readClientAddress } from '../flows/sessions/read-client-address.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SessionFilter } from '../flows/ports/session-records.ts';
import type { AuthenticationMethod } from '../sessions/session.ts';
import { SESSION_READERS } from './audiences.ts';
import { typedValues, type FieldError } from './field-errors.ts';
import type { ListQuery } from './list-address.ts';
import { textField } from './middleware/bodies.ts';
import { SESSIONS } from './texts/sessions.ts';

/** How many sessions a page shows. */
export const SESSIONS_PER_PAGE = 50;

/** In the order in which people read them. */
export const METHODS = ['card', 'card-tls', 'one-day-password'] as const satisfies readonly AuthenticationMethod[];

const FILTERS = ['q', 'organisation', 'unit', 'system', 'method', 'address', 'show', 'session', 'page'] as const;
const MOST_PAGES = 100_000;

/** Everything the list of sessions shows. */
export interface SessionList {
  readonly query: ListQuery;
  readonly number: number;
  readonly sessions: readonly ListedSession[];
  readonly total: number;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly units: ReadonlyMap<string, Unit>;
}

/** The filters of the list as far as they can be read; what cannot is left out and not shown as applied. */
export function readSessionQuery(query: unknown): ListQuery {
  const given = FILTERS.map(name => [name, readFilter(name, textField(query, name, 100)?.trim() ?? '')] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

/** What somebody has typed as a filter and mistyped: a list without it would show more than was asked for. */
export function findQueryErrors(query: unknown): FieldError[] {
  const { address = '' } = typedValues(query, ['address']);
  const isRead = address.trim() === '' || Object.hasOwn(readSessionQuery(query), 'address');
  return isRead ? [] : [{ field: 'address', text: SESSIONS.notAnAddress }];
}

/** What a form may carry beside filters. */
const NO_FILTERS: readonly string[] = ['token', 'reason', 'all', 'format'];

/**
 * The filters of an act, where dropping one would widen it: undefined unless every field is known, given once and can be
 * read. Only a field that is empty is as good as none.
 */
export function readActQuery(fields: unknown): ListQuery | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const given = Object.entries(fields).filter(([name, value]) => !NO_FILTERS.includes(name) && value !== '');
  const query = readSessionQuery(fields);
  return given.every(([name]) => Object.hasOwn(query, name)) ? query : undefined;
}

/** A filter in the form in which it is looked for and shown; empty where it cannot be read. */
function readFilter(name: (typeof FILTERS)[number], value: string): string {
  switch (name) {
    case 'method':
      return methodOf(value) ?? '';
    case 'show':
      return value === 'ended' ? value : '';
    case 'page':
      return /^[1-9]\d{0,5}$/.test(value) && Number(value) <= MOST_PAGES ? value : '';
    case 'address':
      return readClientAddress(value) ?? '';
    // A text with NUL is none that the store could hold.
    case 'q':
    case 'organisation':
    case 'unit':
    case 'system':
    case 'session':
      return value.includes('\0') ? '' : value;
  }
}

/** Which sessions a query means: those that stand, unless it asks for the ended ones, too. */
export function sessionFilterOf(query: ListQuery): Omit<SessionFilter, 'scope'> {
  const { q, organisation, unit, system, address, session, show } = query;
  const method = methodOf(query['method']);
  return {
    ...(q === undefined ? {} : { text: q }),
    ...(organisation === undefined ? {} : { organisationId: organisation }),
    ...(unit === undefined ? {} : { unitId: unit }),
    ...(system === undefined ? {} : { systemId: system }),
    ...(method === undefined ? {} : { method }),
    ...(address === undefined ? {} : { clientAddress: address }),
    ...(session === undefined ? {} : { references: [session] }),
    ...(show === undefined ? {} : { withEnded: true }),
  };
}

/** The list that these filters give within `scope`. */
export async function findSessionList(context: GatewayContext, query: ListQuery, scope: Scope): Promise<SessionList> {
  const { accounts } = context.database;
  const number = Number(query['page'] ?? '1');
  const page = { offset: (number - 1) * SESSIONS_PER_PAGE, limit: SESSIONS_PER_PAGE };
  const [found, organisations, units] = await Promise.all([
    listSessions(context, { ...sessionFilterOf(query), scope }, page),
    accounts.listOrganisations(),
    accounts.listUnits(),
  ]);
  return {
    query,
    number,
    ...found,
    organisations: new Map(organisations.map(each => [each.id, each])),
    units: new Map(units.map(each => [each.id, each])),
  };
}

/** How far somebody sees sessions of others. */
export function readingScope(authorities: readonly Authority[], accountId: string): Scope {
  const roles: readonly string[] = SESSION_READERS;
  return widestScope(
    authorities.filter(({ role }) => roles.includes(role)),
    accountId,
  );
}

function methodOf(text: string | undefined): AuthenticationMethod | undefined {
  return METHODS.find(method => method === text);
}
