import { judgeAccountState, type Account } from '../accounts/account.ts';
import { rolesInSystem, type SystemGrant } from '../accounts/system-grant.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';

/** Why a request passes. Every decision has a reason, so that records explain permissions as well as refusals. */
export type AllowReason = 'role-granted';

/** Why it does not. */
export type DenyReason =
  | 'account-not-active'
  | 'no-grant-for-system'
  /** A new version of the rules of use is in force: it comes first, also for who is in a system already (D1-095). */
  | 'rules-not-acknowledged';

export type Decision =
  | { readonly allow: true; readonly reason: AllowReason; readonly roles: readonly string[] }
  | { readonly allow: false; readonly reason: DenyReason };

/** What is known of a person at the moment of a request. */
export interface Access {
  readonly account: Account;
  readonly grants: readonly SystemGrant[];
}

/** Decides whether this person may use this system today; denies unless a grant says otherwise (D1-041, D1-096). */
export function decide(access: Access, systemId: string, day: TaipeiDay): Decision {
  if (judgeAccountState(access.account) !== null) return { allow: false, reason: 'account-not-active' };
  const roles = rolesInSystem(access.grants, systemId, day);
  if (roles.length === 0) return { allow: false, reason: 'no-grant-for-system' };
  return { allow: true, reason: 'role-granted', roles };
}
