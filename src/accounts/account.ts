/** Roles that act in the portal; what an account may do in a business system is a {@link SystemGrant}. */
export const GATEWAY_ROLES = [
  'case-officer',
  'ministry-administrator',
  'unit-head',
  'registrar',
  'general-user',
  'checker',
  'auditor',
] as const;
export type GatewayRole = (typeof GATEWAY_ROLES)[number];

export const ACCOUNT_STATES = ['pending-activation', 'active', 'suspended', 'deleted'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** A business account (業務帳號): one person in one organisation. */
export interface Account {
  /** UUID, never reused: the assertion's `sub`. */
  readonly id: string;
  /** ASCII `[a-z0-9][a-z0-9._-]{2,31}`: `X-Gateway-User`. */
  readonly loginName: string;
  readonly personId: string;
  /** The person's name, NFC. */
  readonly name: string;
  readonly organisationId: string;
  readonly unitId: string | null;
  readonly state: AccountState;
  readonly roles: readonly GatewayRole[];
  readonly issuedAt: Date;
  readonly lastLoginAt: Date | null;
}

const LOGIN_NAME = /^[a-z0-9][a-z0-9._-]{2,31}$/;

/** Whether `text` may be a login name; it travels in an HTTP field, so it is plain ASCII. */
export function isLoginName(text: string): boolean {
  return LOGIN_NAME.test(text);
}

export type AccountFailure =
  | { readonly code: 'card-not-bound' }
  | { readonly code: 'account-pending-activation'; readonly accountId: string }
  | { readonly code: 'account-suspended'; readonly accountId: string }
  | { readonly code: 'account-deleted'; readonly accountId: string };

/** Whether the account's state lets its person in (requirement D1-081). Only `active` does. */
export function judgeAccountState(account: Pick<Account, 'id' | 'state'>): AccountFailure | null {
  switch (account.state) {
    case 'active':
      return null;
    case 'pending-activation':
      return { code: 'account-pending-activation', accountId: account.id };
    case 'suspended':
      return { code: 'account-suspended', accountId: account.id };
    case 'deleted':
      return { code: 'account-deleted', accountId: account.id };
  }
}

/** Why a change of state was asked for and cannot be: the transitions are those of document 1, 五. */
export type AccountChangeFailure =
  | { readonly code: 'account-not-found'; readonly loginName: string }
  | { readonly code: 'account-transition-refused'; readonly from: AccountState; readonly to: AccountState };

const TRANSITIONS: Readonly<Record<AccountState, readonly AccountState[]>> = {
  'pending-activation': ['active', 'suspended', 'deleted'],
  active: ['suspended', 'deleted'],
  suspended: ['active', 'pending-activation', 'deleted'],
  deleted: [],
};

/** Whether an account may go from one state to another; a deleted account never comes back (its `sub` is not reused). */
export function canBecome(from: AccountState, to: AccountState): boolean {
  return TRANSITIONS[from].includes(to);
}

/**
 * Where an account comes back to from a suspension: one that never had a card was never activated, and goes on with its
 * first activation (D1-089). Nothing else leads out of a suspension.
 */
export function stateAfterSuspension(hasHadCard: boolean): 'active' | 'pending-activation' {
  return hasHadCard ? 'active' : 'pending-activation';
}
