import { judgeAccountState, type Account } from '../accounts/account.ts';
import { rolesInSystem, type SystemGrant } from '../accounts/system-grant.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import { findMismatch, findUnmet, type PolicyRequest, type PolicyRule, type UnmetRequirement } from './rule.ts';

/** Why a request passes. Every decision has a reason, so that records explain permissions as well as refusals. */
export type AllowReason =
  | 'role-granted'
  /** The rule that counts requires something more, and it is there. */
  | 'requirements-met';

/** Why it does not. */
export type DenyReason =
  | 'account-not-active'
  | 'no-grant-for-system'
  /** A new version of the rules of use is in force: it comes first, also for who is in a system already (D1-095). */
  | 'rules-not-acknowledged'
  /** The rule that counts refuses. */
  | 'rule-denies'
  /** No rule of the system is about such a request. */
  | 'no-rule-matches'
  | UnmetRequirement;

/** What a person has in a system today. */
export type Admission =
  | { readonly allow: true; readonly roles: readonly string[] }
  | { readonly allow: false; readonly reason: 'account-not-active' | 'no-grant-for-system' };

/** What a system's rules say of one request; `rule` counts from 1. */
export type Decision =
  | { readonly allow: true; readonly reason: AllowReason; readonly rule: number }
  | { readonly allow: false; readonly reason: 'no-rule-matches'; readonly rule: null }
  | { readonly allow: false; readonly reason: 'rule-denies' | UnmetRequirement; readonly rule: number };

/** What is known of a person at the moment of a request. */
export interface Access {
  readonly account: Account;
  readonly grants: readonly SystemGrant[];
}

/** Decides whether this person has any business in this system today; denies unless a grant says otherwise (D1-041, D1-096). */
export function admit(access: Access, systemId: string, day: TaipeiDay): Admission {
  if (judgeAccountState(access.account) !== null) return { allow: false, reason: 'account-not-active' };
  const roles = rolesInSystem(access.grants, systemId, day);
  if (roles.length === 0) return { allow: false, reason: 'no-grant-for-system' };
  return { allow: true, roles };
}

/** Decides one request by the first rule that is about it, in written order; what no rule is about is denied. */
export function decide(rules: readonly PolicyRule[], roles: readonly string[], request: PolicyRequest): Decision {
  const index = rules.findIndex(rule => findMismatch(rule, roles, request) === null);
  const rule = rules[index];
  if (rule === undefined) return { allow: false, reason: 'no-rule-matches', rule: null };
  const number = index + 1;
  if (rule.deny) return { allow: false, reason: 'rule-denies', rule: number };
  const unmet = findUnmet(rule, request);
  if (unmet !== null) return { allow: false, reason: unmet, rule: number };
  return { allow: true, reason: requiresNothing(rule) ? 'role-granted' : 'requirements-met', rule: number };
}

function requiresNothing({ require: { card, addresses, hours, purpose } }: PolicyRule): boolean {
  return !card && addresses === null && hours === null && !purpose;
}
