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
const TODAY = '2026-11-22';
const kinds = (records: PersonnelRecord[], subject = compared()) =>
  comparePersonnel([subject], records, TODAY).map(({ kind }) => kind);

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

test.each([
  ['left from today', { status: 'left', effectiveDay: TODAY }, ['left']],
  ['leaves tomorrow', { status: 'left', effectiveDay: '2026-11-23' }, []],
  ['moves next year', { unitCode: 'industry', effectiveDay: '2027-01-01', title: '科長' }, []],
  ['moved yesterday', { unitCode: 'industry', effectiveDay: '2026-11-21' }, ['moved']],
] as const)('D1-082 a record counts from its day: who %s', (_name, changes, expected) => {
  expect(kinds([record(changes)])).toEqual(expected);
});

test.each([
  ['another name', { name: '別人' }, ['name']],
  ['other last four', { idLastFour: '9999' }, ['idLastFour']],
  ['both', { name: '別人', idLastFour: '9999', effectiveDay: '2027-01-01' }, ['name', 'idLastFour']],
] as const)('D1-042 a record that names the account, but %s, settles nothing', (_name, changes, fields) => {
  const subject = compared({ loginName: 'demo.clerk' });
  const wrong = record({ loginName: 'demo.clerk', status: 'left', unitCode: null, ...changes });
  const [difference, ...more] = comparePersonnel([subject], [wrong], TODAY);
  expect(difference).toMatchObject({ kind: 'ambiguous', record: wrong });
  expect(difference?.details.map(({ field }) => field)).toEqual(fields);
  expect(more).toEqual([]);
  // What is not given contradicts nothing.
  const unsaid = record({ loginName: 'demo.clerk', status: 'left', idLastFour: null });
  expect(kinds([unsaid], subject)).toEqual(['left']);
});

test('D1-042 a login name goes before names', () => {
  const subject = compared({ loginName: 'demo.clerk' });
  const own = record({ loginName: 'demo.clerk', title: '科長' });
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
