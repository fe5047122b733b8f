import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { DormancyPolicy } from '../../../src/accounts/dormancy.ts';
import { addDays, overFrom } from '../../../src/calendar/months.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import type { DeskActor } from '../../../src/flows/accounts/desk-act.ts';
import { previewDormancy } from '../../../src/flows/operations/dormancy.ts';
import { exemptFromDormancy } from '../../../src/flows/operations/exempt-from-dormancy.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';

const SUSPEND: DormancyPolicy = { months: 3, action: 'suspend', warningDays: 14 };

let test_: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
});
afterAll(() => test_.close());

const today = (): string => taipeiDayOf(test_.context.clock.now());
/** Everybody was issued on one day and never logged in: the day on which they are dormant. */
const dormantFrom = (): string => overFrom(taipeiDayOf(people.user.issuedAt), 3);
const actorOf = (account: Account, mayDecide = true): DeskActor => ({
  accountId: account.id,
  mayDecide,
  origin: { requestId: 'r', clientAddress: '127.0.0.1' },
});

test.each([
  ['for oneself', () => people.registrar, () => people.registrar, 'own-account'],
  ['by somebody without the role', () => people.head, () => people.user, 'access-refused'],
  ['by him of another agency', () => people.head, () => people.stranger, 'access-refused'],
])('D1-100 an exemption %s is refused, nothing is stored', async (_name, by, of, code) => {
  const act = { actor: actorOf(by()), loginName: of().loginName, reason: '理由', until: addDays(today(), 5) };
  expect(await exemptFromDormancy(test_.context, act)).toEqual({ ok: false, failure: { code } });
  expect(await test_.context.database.operations.listExemptions('2000-01-01')).toEqual([]);
});

test('D1-170 an account of another agency is answered like one that does not exist, whatever its state', async () => {
  const answer = (loginName: string, by = people.registrar) =>
    exemptFromDormancy(test_.context, { actor: actorOf(by), loginName, reason: '', until: addDays(today(), 5) });
  const unknown = await answer('nobody-here');
  expect(unknown).toMatchObject({
    failure: { problems: [{ field: 'loginName', code: 'account-unknown' }, { field: 'reason' }] },
  });
  expect(await answer(people.stranger.loginName)).toEqual(unknown);
  expect(await answer('nobody-here', people.head)).toEqual({ ok: false, failure: { code: 'access-refused' } });
  expect(await test_.context.database.operations.listExemptions('2000-01-01')).toEqual([]);
});

test('D1-100 a session that may not decide exempts nobody', async () => {
  const act = {
    actor: actorOf(people.registrar, false),
    loginName: 'c-user',
    reason: '理由',
    until: addDays(today(), 5),
  };
  expect(await exemptFromDormancy(test_.context, act)).toMatchObject({ failure: { code: 'access-refused' } });
});

test.each([
  [{ reason: '' }, 'reason', 'missing'],
  [{ reason: 'x'.repeat(10_000) }, 'reason', 'too-long'],
  [{ reason: 'a\u0000b' }, 'reason', 'control-character'],
  [{ until: '' }, 'until', 'missing'],
  [{ until: '2026-02-30' }, 'until', 'not-a-day'],
  [{ until: '2001-01-01' }, 'until', 'day-out-of-range'],
  [{ until: '2099-01-01' }, 'until', 'day-out-of-range'],
  [{ loginName: 'nobody-here' }, 'loginName', 'account-unknown'],
])('an exemption with %o is refused beside its field', async (changes, field, code) => {
  const act = { loginName: 'c-user', reason: '理由', until: addDays(today(), 5), ...changes };
  expect(await exemptFromDormancy(test_.context, { actor: actorOf(people.registrar), ...act })).toMatchObject({
    failure: { code: 'fields-invalid', problems: [{ field, code }] },
  });
});

test('a preview sees only what the authority reaches, and changes nothing', async () => {
  const { database } = test_.context;
  const day = addDays(dormantFrom(), 3);
  const own = [{ scope: { kind: 'organisation', organisationId: people.city.id } }] as const;
  const seen = await previewDormancy(database, SUSPEND, day, own);
  expect(seen.map(each => each.account.loginName)).toEqual(['t-head', 't-registrar', 't-user']);
  expect(seen.every(each => each.verdict.kind === 'warn')).toBe(true);
  expect(await previewDormancy(database, SUSPEND, day, [])).toEqual([]);
  expect(await database.operations.listDormancyWarnings()).toEqual([]);
});
