import type { Account, GatewayRole } from '../../accounts/account.ts';
import { isWithin, type Authority } from '../../accounts/authority.ts';
import {
  INDISPENSABLE_ROLES,
  judgeDormancy,
  soleRoleOf,
  soleRolesOf,
  type DormancyPolicy,
  type DormancyVerdict,
} from '../../accounts/dormancy.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { DatabaseChanges, Database } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** An account that the rule says something of. */
export interface DormantAccount {
  readonly account: Account;
  readonly verdict: Exclude<DormancyVerdict, { readonly kind: 'in-use' }>;
}

/**
 * What the rule would say on `day` of the accounts within one of `authorities` (D1-100), by login name. Changes nothing.
 */
export async function previewDormancy(
  database: Pick<Database, 'accounts' | 'operations'>,
  policy: DormancyPolicy,
  day: TaipeiDay,
  authorities: readonly Pick<Authority, 'scope'>[],
): Promise<DormantAccount[]> {
  const all = await database.accounts.listAccounts();
  const warnings = new Map((await database.operations.listDormancyWarnings()).map(each => [each.accountId, each]));
  const exemptions = new Map((await database.operations.listExemptions(day)).map(each => [each.accountId, each]));
  return all.flatMap((account): DormantAccount[] => {
    const place = { ...account, accountId: account.id };
    if (!authorities.some(({ scope }) => isWithin(scope, place))) return [];
    const verdict = judgeDormancy({
      account,
      day,
      policy,
      warning: warnings.get(account.id),
      exemption: exemptions.get(account.id),
      soleRole: soleRoleOf(account, all),
    });
    return verdict.kind === 'in-use' ? [] : [{ account, verdict }];
  });
}

/** The same of one account, on what a change sees: a login, an exemption or a successor that came between counts. */
export async function judgeInChange(
  changes: DatabaseChanges,
  accountId: string,
  policy: DormancyPolicy,
  day: TaipeiDay,
): Promise<DormantAccount | undefined> {
  const account = await changes.findAccount(accountId);
  if (account === undefined) return undefined;
  const verdict = judgeDormancy({
    account,
    day,
    policy,
    warning: await changes.operations.findDormancyWarning(account.id),
    exemption: await changes.operations.findExemption(account.id, day),
    soleRole: soleRoleOf(account, await findColleagues(changes, account)),
  });
  return verdict.kind === 'in-use' ? undefined : { account, verdict };
}

/** Active accounts of the same organisation that hold an indispensable role of this one: two of each are enough to tell. */
export async function findColleagues(changes: AccountReader, account: Account): Promise<Account[]> {
  const found: Account[] = [];
  for (const role of INDISPENSABLE_ROLES.filter(each => account.roles.includes(each))) {
    const scope = { kind: 'organisation', organisationId: account.organisationId } as const;
    const page = await changes.findAccounts({ scope, states: ['active'], role }, { offset: 0, limit: 2 });
    found.push(...page.accounts);
  }
  return found;
}

/** The indispensable roles of which the account is the last active holder in its organisation. */
export async function findSoleRoles(accounts: AccountReader, account: Account): Promise<GatewayRole[]> {
  return soleRolesOf(account, await findColleagues(accounts, account));
}
