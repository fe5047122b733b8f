import type { Account } from '../../accounts/account.ts';
import { isWithin, type Scope } from '../../accounts/authority.ts';
import { FLAG_WINDOW_DAYS, isUsedOften, type OneDayPassword } from '../../accounts/one-day-password.ts';
import { addDays } from '../../calendar/months.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** What one person did with one-day passwords. */
export interface OneDayUse {
  readonly account: Account;
  /** Newest day first; those that were replaced and never used are left out. */
  readonly passwords: readonly OneDayPassword[];
  /** Days on which he logged in this way. */
  readonly usedDays: readonly TaipeiDay[];
  /** The third use within thirty days, or a further one, lies in the period. */
  readonly isFlagged: boolean;
}

/**
 * Who has used one-day passwords in a period (D1-152), by login name; for registrars, heads and the security team.
 *
 * @param filter.scopes a person is listed if one of them reaches his account
 */
export async function reportOneDayPasswords(
  context: Pick<GatewayContext, 'database'>,
  filter: { readonly from: TaipeiDay; readonly to: TaipeiDay; readonly scopes: readonly Scope[] },
): Promise<OneDayUse[]> {
  const { credentials, accounts } = context.database;
  // What came before the period counts for the flag.
  const from = addDays(filter.from, 1 - FLAG_WINDOW_DAYS);
  const byAccount = Map.groupBy(
    await credentials.listOneDayPasswords({ from, to: filter.to }),
    ({ accountId }) => accountId,
  );
  const uses: OneDayUse[] = [];
  for (const [accountId, all] of byAccount) {
    const account = await accounts.findAccount(accountId);
    if (account === undefined || !filter.scopes.some(scope => isWithin(scope, { ...account, accountId }))) continue;
    const passwords = all.filter(
      ({ day, replacedAt, logins }) => day >= filter.from && (replacedAt === null || logins > 0),
    );
    const days = [...new Set(all.filter(({ logins }) => logins > 0).map(({ day }) => day))];
    const usedDays = days.filter(day => day >= filter.from);
    if (passwords.length > 0) {
      uses.push({ account, passwords, usedDays, isFlagged: usedDays.some(day => isUsedOften(days, day)) });
    }
  }
  return uses.sort((one, other) => (one.account.loginName < other.account.loginName ? -1 : 1));
}
