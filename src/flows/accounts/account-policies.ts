import type { DormancyPolicy } from '../../accounts/dormancy.ts';

/** What the owner decides about accounts in the configuration (D1-101). */
export interface AccountPolicies {
  readonly dormancy: DormancyPolicy;
  /** The regular check against personnel data (D1-043). */
  readonly accountChecks: AccountCheckPolicy;
  /** Calendar months after which people are reminded of their contact data (D1-044). */
  readonly profileReminderMonths: number;
  /** How many days ahead a one-day password may be applied for; 0: for today only (decision E7). */
  readonly oneDayPasswordDays: number;
}

export interface AccountCheckPolicy {
  /** Calendar months from one check to the next. */
  readonly everyMonths: number;
  /** Days until one is to be closed. */
  readonly dueDays: number;
}
