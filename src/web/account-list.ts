import { ACCOUNT_STATES, GATEWAY_ROLES, type AccountState, type GatewayRole } from '../accounts/account.ts';
import type { Scope } from '../accounts/authority.ts';
import type { Organisation, Unit } from '../accounts/organisation.ts';
import { isTaipeiDay } from '../calendar/months.ts';
import { startOfTaipeiDay } from '../calendar/taipei-day.ts';
import type { AccountFilter, AccountPage } from '../flows/ports/accounts.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { ListQuery } from './list-address.ts';
import { textField } from './middleware/bodies.ts';

/** How many accounts a page shows. */
export const ACCOUNTS_PER_PAGE = 50;

const FILTERS = ['q', 'organisation', 'unit', 'state', 'role', 'system', 'idle', 'page'] as const;
const MOST_PAGES = 100_000;

/** Everything the list of accounts shows. */
export interface AccountList {
  readonly query: ListQuery;
  readonly number: number;
  readonly found: AccountPage;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly units: ReadonlyMap<string, Unit>;
}

/** The filters of the list as far as they can be read; what cannot is left out and not shown as applied. */
export function readAccountQuery(query: unknown): ListQuery {
  const given = FILTERS.map(name => [name, textField(query, name, 100)?.trim() ?? ''] as const);
  return Object.fromEntries(given.filter(([name, value]) => value !== '' && isReadable(name, value)));
}

function isReadable(name: (typeof FILTERS)[number], value: string): boolean {
  switch (name) {
    case 'state':
      return stateOf(value) !== undefined;
    case 'role':
      return roleOf(value) !== undefined;
    case 'idle':
      return isTaipeiDay(value);
    case 'page':
      return /^[1-9]\d{0,5}$/.test(value) && Number(value) <= MOST_PAGES;
    // A text with NUL is none that the store could hold.
    case 'q':
    case 'organisation':
    case 'unit':
    case 'system':
      return !value.includes('\0');
  }
}

/** The list that these filters give within `scope`. */
export async function findAccountList(context: GatewayContext, query: ListQuery, scope: Scope): Promise<AccountList> {
  const { accounts } = context.database;
  const number = Number(query['page'] ?? '1');
  const [found, organisations, units] = await Promise.all([
    accounts.findAccounts(filterOf(query, scope), {
      offset: (number - 1) * ACCOUNTS_PER_PAGE,
      limit: ACCOUNTS_PER_PAGE,
    }),
    accounts.listOrganisations(),
    accounts.listUnits(),
  ]);
  return {
    query,
    number,
    found,
    organisations: new Map(organisations.map(each => [each.id, each])),
    units: new Map(units.map(each => [each.id, each])),
  };
}

/** The store's filter of a query that was read by {@link readAccountQuery}. */
function filterOf(query: ListQuery, scope: Scope): AccountFilter {
  const { q, organisation, unit, state, role, system, idle } = query;
  const [knownState, knownRole] = [stateOf(state), roleOf(role)];
  return {
    scope,
    ...(q === undefined ? {} : { text: q }),
    ...(organisation === undefined ? {} : { organisationId: organisation }),
    ...(unit === undefined ? {} : { unitId: unit }),
    ...(knownState === undefined ? {} : { states: [knownState] }),
    ...(knownRole === undefined ? {} : { role: knownRole }),
    ...(system === undefined ? {} : { systemId: system }),
    ...(idle === undefined ? {} : { idleSince: startOfTaipeiDay(idle) }),
  };
}

function stateOf(text: string | undefined): AccountState | undefined {
  return ACCOUNT_STATES.find(state => state === text);
}

function roleOf(text: string | undefined): GatewayRole | undefined {
  return GATEWAY_ROLES.find(role => role === text);
}
