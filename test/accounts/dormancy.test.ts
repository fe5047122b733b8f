import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { judgeDormancy, soleRoleOf, type DormancyPolicy, type DormancyVerdict } from '../../src/accounts/dormancy.ts';
import { addDays, overFrom } from '../../src/calendar/months.ts';
import { anAccount, anOrganisation } from '../contract/people-of-record.ts';

const POLICY: DormancyPolicy = { months: 3, action: 'suspend', warningDays: 14 };
/** 2026-08-22 23:59:59 in Taipei. */
const LAST_LOGIN = new Date('2026-08-22T15:59:59Z');
const account = (changes: Partial<Account> = {}): Account =>
  anAccount(anOrganisation(), { lastLoginAt: LAST_LOGIN, issuedAt: new Date('2025-01-01T00:00:00Z'), ...changes });

function judge(
  day: string,
  about: Partial<Parameters<typeof judgeDormancy>[0]> & { readonly warnedOn?: string } = {},
): DormancyVerdict {
  const subject = about.account ?? account();
  const warning =
    about.warnedOn === undefined
      ? undefined
      : { accountId: subject.id, idleSince: subject.lastLoginAt ?? subject.issuedAt, warnedOn: about.warnedOn };
  return judgeDormancy({
    account: subject,
    day,
    policy: POLICY,
    warning,
    exemption: undefined,
    soleRole: undefined,
    ...about,
  });
}

test.each([
  ['2026-11-08', undefined, 'in-use'],
  ['2026-11-09', undefined, 'warn'],
  ['2026-11-22', '2026-11-09', 'warned'],
  ['2026-11-23', '2026-11-09', 'act'],
])('D1-100 last login on 22 August: on %s, warned %s, the rule says %s', (day, warnedOn, kind) => {
  expect(judge(day, warnedOn === undefined ? {} : { warnedOn }).kind).toBe(kind);
});

test('D1-100 the last login counts by its Taipei day: one second later is a day later', () => {
  const midnight = account({ lastLoginAt: new Date(LAST_LOGIN.getTime() + 1_000) });
  expect(judge('2026-11-23', { account: midnight, warnedOn: '2026-11-09' }).kind).toBe('warned');
  expect(judge('2026-11-24', { account: midnight, warnedOn: '2026-11-09' }).kind).toBe('act');
});

test('E9 an account that was never used counts from its issue', () => {
  const unused = account({ lastLoginAt: null, issuedAt: LAST_LOGIN, state: 'pending-activation' });
  expect(judge('2026-11-23', { account: unused, warnedOn: '2026-11-01' }).kind).toBe('act');
  const used = account({ issuedAt: new Date('2020-01-01T00:00:00Z'), lastLoginAt: LAST_LOGIN });
  expect(judge('2026-11-08', { account: used }).kind).toBe('in-use');
});

test('D1-100 who was not told in time is told first and has the whole time', () => {
  expect(judge('2027-06-01')).toMatchObject({ kind: 'warn', actOn: '2027-06-15' });
  expect(judge('2027-06-14', { warnedOn: '2027-06-01' })).toMatchObject({ kind: 'warned', actOn: '2027-06-15' });
  expect(judge('2027-06-15', { warnedOn: '2027-06-01' }).kind).toBe('act');
});

test('D1-100 a warning of an earlier time of idleness is void after a login', () => {
  const returned = account();
  const warning = { accountId: returned.id, idleSince: new Date('2026-01-01T00:00:00Z'), warnedOn: '2026-03-20' };
  expect(judge('2026-12-24', { account: returned, warning }).kind).toBe('warn');
});

test('D1-100 an exemption holds until its last day', () => {
  const subject = account();
  const exemption = {
    id: subject.id,
    accountId: subject.id,
    reason: '留職停薪',
    until: '2026-12-31',
    exemptedBy: subject.id,
    exemptedAt: LAST_LOGIN,
  };
  expect(judge('2026-12-31', { exemption, warnedOn: '2026-11-09' }).kind).toBe('exempt');
  expect(judge('2027-01-01', { exemption, warnedOn: '2026-11-09' }).kind).toBe('act');
});

test.each(['suspended', 'deleted'] as const)('D1-100 an account that is %s is left as it is', state => {
  expect(judge('2030-01-01', { account: account({ state }), warnedOn: '2029-01-01' }).kind).toBe('in-use');
});

test('the last registrar of an agency is kept, another is not', () => {
  const organisation = anOrganisation();
  const [one, two, elsewhere] = [
    anAccount(organisation, { roles: ['registrar'] }),
    anAccount(organisation, { roles: ['registrar', 'general-user'] }),
    anAccount(anOrganisation(), { roles: ['registrar'] }),
  ];
  expect(soleRoleOf(one, [one, elsewhere])).toBe('registrar');
  expect(soleRoleOf(one, [one, { ...two, state: 'suspended' }])).toBe('registrar');
  expect(soleRoleOf(one, [one, two, elsewhere])).toBeUndefined();
  expect(soleRoleOf({ ...one, state: 'suspended' }, [])).toBeUndefined();
  expect(soleRoleOf(anAccount(organisation), [])).toBeUndefined();
  const officer = anAccount(organisation, { roles: ['case-officer'] });
  expect(soleRoleOf(officer, [officer])).toBe('case-officer');
  expect(judge('2026-11-23', { warnedOn: '2026-11-09', soleRole: 'registrar' })).toMatchObject({
    kind: 'kept',
    role: 'registrar',
  });
});

test('D1-100 nobody is ever acted upon within three months, or sooner after a warning than its days', () => {
  const days = fc.integer({ min: 0, max: 1_500 });
  fc.assert(
    fc.property(days, days, days, fc.integer({ min: 0, max: 60 }), (login, today, warned, warningDays) => {
      const lastDay = addDays('2026-01-01', login);
      const subject = account({ lastLoginAt: new Date(`${lastDay}T12:00:00+08:00`) });
      const day = addDays('2026-01-01', today);
      const warnedOn = addDays('2026-01-01', warned);
      const verdict = judge(day, { account: subject, warnedOn, policy: { ...POLICY, warningDays } });
      if (verdict.kind === 'act') {
        expect(day >= overFrom(lastDay, 3)).toBe(true);
        expect(day >= addDays(warnedOn, warningDays)).toBe(true);
      }
    }),
  );
});
