import { addDays, overFrom } from '../calendar/months.ts';
import { taipeiDayOf, type TaipeiDay } from '../calendar/taipei-day.ts';
import type { Account, GatewayRole } from './account.ts';

/** What is done with accounts that nobody uses: a decision of the owner, configured (document 1, 五(十); D1-101). */
export interface DormancyPolicy {
  /** Calendar months without login after which an account is dormant; at most the document's 3. */
  readonly months: number;
  readonly action: 'suspend' | 'delete';
  /** Days between the warning and the act. */
  readonly warningDays: number;
}

/** For whom the rule does not hold, why and until when (D1-100). */
export interface DormancyExemption {
  readonly id: string;
  readonly accountId: string;
  readonly reason: string;
  /** Last day of the exemption. */
  readonly until: TaipeiDay;
  /** Account that exempted him. */
  readonly exemptedBy: string;
  readonly exemptedAt: Date;
}

/**
 * A warning that was given; it speaks of one time of idleness and is void once the person has logged in. The store forgets it
 * with every change of the account's state: who was resumed or activated is told anew and has the whole time.
 */
export interface DormancyWarning {
  readonly accountId: string;
  /** The last login, or the day of issue, that the idleness was counted from. */
  readonly idleSince: Date;
  readonly warnedOn: TaipeiDay;
}

/**
 * What the rule says of one account on one day.
 *
 * in-use: nothing · warn: tell him now · warned: he has been told and has until `actOn` · act: suspend or delete ·
 * exempt: by decision · kept: the last holder of a role that its organisation cannot be without; people are told instead
 */
export type DormancyVerdict =
  | { readonly kind: 'in-use' }
  | { readonly kind: 'warn' | 'warned' | 'act'; readonly idleSince: Date; readonly actOn: TaipeiDay }
  | { readonly kind: 'exempt'; readonly idleSince: Date; readonly exemption: DormancyExemption }
  | { readonly kind: 'kept'; readonly idleSince: Date; readonly role: GatewayRole };

/** From when an account's idleness counts: its last login, and its issue where there was none (E9). */
function idleSince(account: Pick<Account, 'issuedAt' | 'lastLoginAt'>): Date {
  return account.lastLoginAt ?? account.issuedAt;
}

/** The rule in words, as every act by it names it. */
export function nameRule(policy: DormancyPolicy): string {
  return `dormancy: over ${policy.months} months without login: ${policy.action}`;
}

/**
 * Judges one account on `day` (document 1, 五(十); D1-100, E9).
 *
 * It is acted upon from the day after the months are complete, and never sooner than `warningDays` after its warning: who
 * was not told in time (the gateway stood still, the account was taken over) is told first, and has that time.
 * Suspended and deleted accounts are out of use already.
 *
 * @param warning    the newest one; another time of idleness than the present makes it void
 * @param soleRole   a role that the account is the last active one to hold, see {@link soleRoleOf}
 */
export function judgeDormancy(about: {
  readonly account: Account;
  readonly day: TaipeiDay;
  readonly policy: DormancyPolicy;
  readonly warning: DormancyWarning | undefined;
  readonly exemption: DormancyExemption | undefined;
  readonly soleRole: GatewayRole | undefined;
}): DormancyVerdict {
  const { account, day, policy, warning, exemption, soleRole } = about;
  if (account.state !== 'active' && account.state !== 'pending-activation') return { kind: 'in-use' };
  const since = idleSince(account);
  const dormantFrom = overFrom(taipeiDayOf(since), policy.months);
  if (day < addDays(dormantFrom, -policy.warningDays)) return { kind: 'in-use' };
  if (exemption !== undefined && day <= exemption.until) return { kind: 'exempt', idleSince: since, exemption };

  const told = warning?.idleSince.getTime() === since.getTime() ? warning.warnedOn : undefined;
  const actOn = later(dormantFrom, addDays(told ?? day, policy.warningDays));
  if (told === undefined) return { kind: 'warn', idleSince: since, actOn };
  if (day < actOn) return { kind: 'warned', idleSince: since, actOn };
  if (soleRole !== undefined) return { kind: 'kept', idleSince: since, role: soleRole };
  return { kind: 'act', idleSince: since, actOn };
}

/** Of these, those that even 本署 cannot give back: without its last such officer nothing is decided or executed any more. */
export const IRREPLACEABLE_ROLES: readonly GatewayRole[] = ['case-officer', 'ministry-administrator'];

/** Roles that an organisation (or 本署) cannot be without: nobody else could give them back (D1-014, D1-087). */
export const INDISPENSABLE_ROLES: readonly GatewayRole[] = ['registrar', 'case-officer', 'ministry-administrator'];

/**
 * The indispensable role, if any, that `account` is the last active one in its organisation to hold.
 *
 * @param holders active accounts of the same organisation, this one included or not
 */
export function soleRoleOf(account: Account, holders: readonly Account[]): GatewayRole | undefined {
  return soleRolesOf(account, holders)[0];
}

/** The roles of which the account is the last active holder: {@link soleRoleOf}, all of them. */
export function soleRolesOf(account: Account, holders: readonly Account[]): GatewayRole[] {
  if (account.state !== 'active') return [];
  return INDISPENSABLE_ROLES.filter(
    role =>
      account.roles.includes(role) &&
      !holders.some(
        other =>
          other.id !== account.id &&
          other.state === 'active' &&
          other.organisationId === account.organisationId &&
          other.roles.includes(role),
      ),
  );
}

function later(a: TaipeiDay, b: TaipeiDay): TaipeiDay {
  return a > b ? a : b;
}
