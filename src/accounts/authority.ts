import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { Account, GatewayRole } from './account.ts';
import { isDeputyOn, type Deputyship } from './deputyship.ts';

/** Over which accounts and applications a role reaches. */
export type Scope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'organisation'; readonly organisationId: string }
  | { readonly kind: 'unit'; readonly organisationId: string; readonly unitId: string }
  | { readonly kind: 'self'; readonly accountId: string };

/** A role held at one moment, in one's own name or as a deputy. */
export interface Authority {
  readonly role: GatewayRole;
  readonly scope: Scope;
  /** Account of the unit head for whom a deputy acts; null in one's own name. */
  readonly onBehalfOf: string | null;
}

/** Where something belongs, for the question whether a scope reaches it. */
export interface Place {
  readonly organisationId: string;
  readonly unitId: string | null;
  /** The account it is about, where there is one. */
  readonly accountId?: string | null;
}

/**
 * Everything that an account may act as on `day`: its own roles, and the head's role of those it stands in for. Only an
 * active account has any; a head who is no longer active, or no longer head, has no deputy either.
 *
 * @param principals the heads of `deputyships`, by account id; those missing are taken for gone
 */
export function authoritiesOf(
  account: Account,
  deputyships: readonly Deputyship[],
  principals: ReadonlyMap<string, Account>,
  day: TaipeiDay,
): Authority[] {
  if (account.state !== 'active') return [];
  const own = account.roles.map((role): Authority => ({ role, scope: scopeOf(role, account), onBehalfOf: null }));
  const borrowed = deputyships.flatMap((deputyship): Authority[] => {
    const principal = principals.get(deputyship.principalId);
    if (deputyship.deputyId !== account.id || !isDeputyOn(deputyship, day) || principal === undefined) return [];
    if (principal.state !== 'active' || !principal.roles.includes('unit-head')) return [];
    if (principal.organisationId !== account.organisationId) return [];
    return [{ role: 'unit-head', scope: scopeOf('unit-head', principal), onBehalfOf: principal.id }];
  });
  return [...own, ...borrowed];
}

function scopeOf(role: GatewayRole, account: Account): Scope {
  const { organisationId, unitId } = account;
  switch (role) {
    case 'case-officer':
    case 'ministry-administrator':
    case 'auditor':
      return { kind: 'everything' };
    case 'registrar':
    case 'checker':
      return { kind: 'organisation', organisationId };
    case 'unit-head':
      // A head without a unit is the head of the whole agency.
      return unitId === null ? { kind: 'organisation', organisationId } : { kind: 'unit', organisationId, unitId };
    case 'general-user':
      return { kind: 'self', accountId: account.id };
  }
}

/** Whether `scope` reaches `place`. */
export function isWithin(scope: Scope, place: Place): boolean {
  switch (scope.kind) {
    case 'everything':
      return true;
    case 'organisation':
      return scope.organisationId === place.organisationId;
    case 'unit':
      return scope.organisationId === place.organisationId && scope.unitId === place.unitId;
    case 'self':
      return scope.accountId === place.accountId;
  }
}

const BREADTH = { everything: 3, organisation: 2, unit: 1, self: 0 } as const satisfies Record<Scope['kind'], number>;

/** How far the account sees by the widest of its authorities: at least itself. Lists are cut to this. */
export function widestScope(authorities: readonly Authority[], accountId: string): Scope {
  const self: Scope = { kind: 'self', accountId };
  return authorities.reduce<Scope>(
    (widest, { scope }) => (BREADTH[scope.kind] > BREADTH[widest.kind] ? scope : widest),
    self,
  );
}

/** The roles whose reach covers `place`. */
export function rolesReaching(authorities: readonly Authority[], place: Place): GatewayRole[] {
  return authorities.filter(({ scope }) => isWithin(scope, place)).map(({ role }) => role);
}

/** Roles that may keep some account or other; whose they are, `keepersOf` says. */
export const KEEPERS = ['registrar', 'ministry-administrator'] as const satisfies readonly GatewayRole[];

/**
 * Who keeps this account: suspends and lifts it, gives it a new initial secret, confirms its card. A registrar the general
 * users of his agency; 本署, which alone gives the other roles, everybody.
 */
export function keepersOf(account: Pick<Account, 'roles'>): readonly GatewayRole[] {
  return account.roles.every(role => role === 'general-user') ? KEEPERS : ['ministry-administrator'];
}

/** The authority of one of `roles` that reaches `place`; one's own name goes before a deputy's. */
export function findAuthority(
  authorities: readonly Authority[],
  roles: readonly GatewayRole[],
  place: Place,
): Authority | undefined {
  const fitting = authorities.filter(each => roles.includes(each.role) && isWithin(each.scope, place));
  return fitting.find(each => each.onBehalfOf === null) ?? fitting[0];
}
