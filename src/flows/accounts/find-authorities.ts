import type { Account } from '../../accounts/account.ts';
import { authoritiesOf, type Authority } from '../../accounts/authority.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** Everything that an account may act as at this moment, as a deputy too. */
export async function findAuthorities(accounts: AccountReader, account: Account, at: Date): Promise<Authority[]> {
  const deputyships = (await accounts.listDeputyships(account.id)).filter(each => each.deputyId === account.id);
  const principals = new Map<string, Account>();
  for (const { principalId } of deputyships) {
    const principal = await accounts.findAccount(principalId);
    if (principal !== undefined) principals.set(principalId, principal);
  }
  return authoritiesOf(account, deputyships, principals, taipeiDayOf(at));
}
