import { expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { comparePersonnel, type PersonnelRecord } from '../../src/accounts/personnel.ts';
import { anAccount, anOrganisation } from '../contract/people-of-record.ts';

const organisation = anOrganisation();
const record = (changes: Partial<PersonnelRecord> = {}): PersonnelRecord => ({
  line: 2,
  employeeNumber: 'E1',
  name: '示範員',
  idLastFour: '1234',
  loginName: null,
  unitCode: 'commerce',
  status: 'in-service',
  effectiveDay: null,
  title: null,
  email: null,
  ...changes,
});
const compared = (changes: Partial<Account> = {}, idLastFour: string | null = '1234') => ({
  account: anAccount(organisation, changes),
  person: { idLastFour, title: '科員', email: 'a@example.gov.tw' },
  unitCode: 'commerce',
});
const kinds = (records: PersonnelRecord[], subject = compared()) =>
  comparePersonnel([subject], records).map(({ kind }) => kind);

test('D1-042 who is in service in his unit makes no difference', () => {
  expect(kinds([record()])).toEqual([]);
  expect(kinds([record({ title: '科員', email: 'a@example.gov.tw' })])).toEqual([]);
});

test.each([
  ['has left', [record({ status: 'left' })], ['left']],
  ['is in another unit', [record({ unitCode: 'industry' })], ['moved']],
  ['is in no unit any more', [record({ unitCode: null })], ['moved']],
  ['is not in the file', [], ['unknown']],
  ['is somebody else of the same name', [record({ idLastFour: '9999' })], ['unknown']],
  ['has another title', [record({ title: '科長' })], ['stale']],
  ['has moved and has another mail address', [record({ unitCode: null, email: 'b@x.tw' })], ['moved', 'stale']],
  ['is there twice', [record(), record({ line: 3, employeeNumber: 'E2' })], ['ambiguous']],
])('D1-042 who %s', (_name, records, expected) => {
  expect(kinds(records)).toEqual(expected);
});

test('D1-042 a login name goes before names, and tells of a changed name', () => {
  const subject = compared({ loginName: 'demo.clerk' });
  const own = record({ loginName: 'demo.clerk', name: '新名', idLastFour: null });
  expect(kinds([own, record({ line: 3 })], subject)).toEqual(['stale']);
  expect(kinds([record({ loginName: 'demo.other' })], subject)).toEqual(['unknown']);
});

test('D1-042 by name alone only where it is one person; who has left last month and one who stays are two', () => {
  const subject = compared({}, null);
  expect(kinds([record()], subject)).toEqual([]);
  expect(kinds([record(), record({ line: 3, idLastFour: '9999', status: 'left' })], subject)).toEqual(['ambiguous']);
});

test('a deleted account differs from nothing', () => {
  expect(kinds([], compared({ state: 'deleted' }))).toEqual([]);
  expect(kinds([record({ status: 'left' })], compared({ state: 'suspended' }))).toEqual(['left']);
});
