import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { Account } from './account.ts';
import type { Person } from './person.ts';

export const PERSONNEL_STATUSES = ['in-service', 'left'] as const;
export type PersonnelStatus = (typeof PERSONNEL_STATUSES)[number];

/** One line of an agency's personnel data: no more than what is compared (D1-042, D1-071). */
export interface PersonnelRecord {
  /** Line in the imported file, the header being line 1. */
  readonly line: number;
  /** The agency's own number of the person, unique in the file. */
  readonly employeeNumber: string;
  /** NFC. */
  readonly name: string;
  readonly idLastFour: string | null;
  /** Business account, where the agency knows it. */
  readonly loginName: string | null;
  /** Code of the unit, as in the organisation tree; null for the agency itself. */
  readonly unitCode: string | null;
  readonly status: PersonnelStatus;
  /** Day from which status and unit hold; before it they say nothing. Null: they hold already. */
  readonly effectiveDay: TaipeiDay | null;
  readonly title: string | null;
  readonly email: string | null;
}

/** A file of one agency, as imported. */
export interface PersonnelImport {
  readonly id: string;
  readonly organisationId: string;
  /** Name or login name of who imported it. */
  readonly importedBy: string;
  /** Account that imported it; null: from the command line. */
  readonly importerId: string | null;
  readonly importedAt: Date;
  readonly fileSha256: string;
  readonly recordCount: number;
}

/**
 * What an account and the personnel data say differently.
 *
 * left: the record says he has left · moved: it names another unit · unknown: no record fits the account · ambiguous: more
 * than one does, or one names the account but another person, and somebody must look · stale: title or mail differ
 */
export const DIFFERENCE_KINDS = ['left', 'moved', 'unknown', 'ambiguous', 'stale'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

export interface Difference {
  readonly kind: DifferenceKind;
  readonly account: Account;
  readonly record: PersonnelRecord | null;
  /** What differs: `unit: commerce → industry`; empty where the kind says it all. */
  readonly details: readonly { readonly field: string; readonly account: string; readonly record: string }[];
}

/** An account of the agency with what it is compared by. */
export interface ComparedAccount {
  readonly account: Account;
  readonly person: Pick<Person, 'idLastFour' | 'title' | 'email'>;
  readonly unitCode: string | null;
}

/**
 * Holds the live accounts of one agency against its personnel data. An account is found by its login name where the
 * record names one, else by name and last four characters of the identity number: by name alone only when that leaves
 * exactly one record and the account has no such characters. What cannot be told is a difference too: so is a record that
 * names the account and another person, for login names are typed by hand.
 *
 * @param day  a record that holds only from a later day says nothing yet of who leaves or moves
 */
export function comparePersonnel(
  accounts: readonly ComparedAccount[],
  records: readonly PersonnelRecord[],
  day: TaipeiDay,
): Difference[] {
  return accounts
    .filter(({ account }) => account.state !== 'deleted')
    .flatMap((compared): Difference[] => {
      const { account } = compared;
      const fitting = recordsOf(compared, records);
      const [record, second] = fitting;
      if (record === undefined) return [{ kind: 'unknown', account, record: null, details: [] }];
      if (second !== undefined) return [{ kind: 'ambiguous', account, record: null, details: [] }];
      const contradictions = contradictionsOf(compared, record);
      if (contradictions.length > 0) return [{ kind: 'ambiguous', account, record, details: contradictions }];
      return record.effectiveDay !== null && record.effectiveDay > day ? [] : differencesOf(compared, record);
    });
}

function recordsOf({ account, person }: ComparedAccount, records: readonly PersonnelRecord[]): PersonnelRecord[] {
  const named = records.filter(record => record.loginName === account.loginName);
  if (named.length > 0) return named;
  return records.filter(
    record =>
      record.loginName === null &&
      record.name === account.name &&
      (record.idLastFour === null || person.idLastFour === null || record.idLastFour === person.idLastFour),
  );
}

/** What makes the record one of another person. */
function contradictionsOf({ account, person }: ComparedAccount, record: PersonnelRecord): Difference['details'] {
  return [
    { field: 'name', account: account.name, record: record.name },
    { field: 'idLastFour', account: person.idLastFour ?? '', record: record.idLastFour ?? '' },
  ].filter(each => each.account !== '' && each.record !== '' && each.account !== each.record);
}

function differencesOf({ account, person, unitCode }: ComparedAccount, record: PersonnelRecord): Difference[] {
  if (record.status === 'left') return [{ kind: 'left', account, record, details: [] }];
  const differences: Difference[] = [];
  if (record.unitCode !== unitCode) {
    const details = [{ field: 'unit', account: unitCode ?? '', record: record.unitCode ?? '' }];
    differences.push({ kind: 'moved', account, record, details });
  }
  const details = [
    { field: 'title', account: person.title ?? '', record: record.title ?? '' },
    { field: 'email', account: person.email ?? '', record: record.email ?? '' },
    // A record that leaves title or mail out says nothing about them.
  ].filter(each => each.record !== '' && each.record !== each.account);
  if (details.length > 0) differences.push({ kind: 'stale', account, record, details });
  return differences;
}
