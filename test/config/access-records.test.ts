import { expect, test } from 'vitest';
import { gatewayFileSchema } from '../../src/config/gateway-file.ts';
import { systemsFileSchema } from '../../src/config/systems-file.ts';

const system = (changes: object) => ({
  systems: [
    {
      id: 'company',
      name: '公司登記系統',
      nameEn: 'Company Registration System',
      host: 'company',
      roles: [{ code: 'enquiry', name: '查詢', nameEn: 'Enquiry' }],
      notice: { purpose: '公司登記', users: '機關', purposeEn: 'registration', usersEn: 'agencies' },
      ...changes,
    },
  ],
});
const messages = (changes: object) =>
  systemsFileSchema.safeParse(system(changes)).error?.issues.map(issue => issue.message);

test('a system names no parameters and has batched records unless it says otherwise', () => {
  expect(systemsFileSchema.parse(system({})).systems[0]).toMatchObject({
    subjectParameters: [],
    caseParameters: [],
    audit: 'batched',
  });
  const given = { subjectParameters: ['idNo', 'banNo', '姓名'], caseParameters: ['case.no'], audit: 'strict' };
  expect(systemsFileSchema.parse(system(given)).systems[0]).toMatchObject(given);
});

test.each([
  ['a name with a character that would be encoded', { subjectParameters: ['id no'] }],
  ['an empty name', { caseParameters: [''] }],
  ['more names than an address has', { caseParameters: Array.from({ length: 21 }, (_, index) => `p${index}`) }],
  ['another kind of records', { audit: 'none' }],
])('%s is an error', (_, changes) => {
  expect(messages(changes)).toHaveLength(1);
});

test('a parameter that is named twice is an error, in whatever capitals', () => {
  expect(messages({ subjectParameters: ['id.no', 'x'], caseParameters: ['ID_NO[]'] })).toHaveLength(1);
  expect(messages({ subjectParameters: ['idNo'], caseParameters: ['IDNO'] })).toEqual([
    'names IDNO twice, here or in caseParameters',
  ]);
});

test('records are kept 14 months at least, so that a check rests on them for its year (D2-072, D2-075)', () => {
  const { accessRecords } = gatewayFileSchema.shape;
  expect(accessRecords.parse(undefined)).toEqual({ keptMonths: 60 });
  expect(accessRecords.parse({ keptMonths: 14 })).toEqual({ keptMonths: 14 });
  expect(accessRecords.safeParse({ keptMonths: 13 }).success).toBe(false);
});
