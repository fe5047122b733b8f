import {
  comparePersonnel,
  type ComparedAccount,
  type Difference,
  type PersonnelImport,
} from '../../accounts/personnel.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Database } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';
import type { OperationReader } from '../ports/operations.ts';

export interface PersonnelComparison {
  /** What was compared with; undefined: the agency has given no personnel data yet, and nothing can be said. */
  readonly personnel: PersonnelImport | undefined;
  readonly differences: readonly Difference[];
}

/** An agency's accounts held against its newest personnel data, as they hold today (D1-042). */
export async function findDifferences(
  database: Pick<Database, 'accounts' | 'operations'>,
  clock: GatewayContext['clock'],
  organisationId: string,
): Promise<PersonnelComparison> {
  const personnel = await database.operations.findLatestPersonnelImport(organisationId);
  if (personnel === undefined) return { personnel, differences: [] };
  const records = await database.operations.listPersonnelRecords(personnel.id);
  const units = new Map((await database.accounts.listUnits(organisationId)).map(unit => [unit.id, unit.code]));
  const compared: ComparedAccount[] = [];
  for (const account of await listLiveAccounts(database.accounts, organisationId)) {
    const person = await database.accounts.findPerson(account.personId);
    if (person === undefined) throw new Error(`The account ${account.loginName} has no person.`);
    compared.push({ account, person, unitCode: units.get(account.unitId ?? '') ?? null });
  }
  return { personnel, differences: comparePersonnel(compared, records, taipeiDayOf(clock.now())) };
}

/** The same of one account, inside a change. */
export async function differencesOfAccount(
  changes: AccountReader & { readonly operations: OperationReader },
  clock: GatewayContext['clock'],
  accountId: string,
): Promise<PersonnelComparison> {
  const account = await changes.findAccount(accountId);
  const personnel = account && (await changes.operations.findLatestPersonnelImport(account.organisationId));
  if (account === undefined || personnel === undefined) return { personnel, differences: [] };
  const person = await changes.findPerson(account.personId);
  if (person === undefined) throw new Error(`The account ${account.loginName} has no person.`);
  const unit = account.unitId === null ? undefined : await changes.findUnit(account.unitId);
  const records = await changes.operations.listPersonnelRecords(personnel.id);
  const compared = [{ account, person, unitCode: unit?.code ?? null }];
  return { personnel, differences: comparePersonnel(compared, records, taipeiDayOf(clock.now())) };
}

async function listLiveAccounts(accounts: AccountReader, organisationId: string) {
  const filter = {
    scope: { kind: 'organisation', organisationId },
    states: ['pending-activation', 'active', 'suspended'],
  } as const;
  const found = [];
  for (;;) {
    const page = await accounts.findAccounts(filter, { offset: found.length, limit: 500 });
    found.push(...page.accounts);
    if (page.accounts.length === 0 || found.length >= page.total) return found;
  }
}
