import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { addDays, overFrom } from '../../src/calendar/months.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../support/people-of-desk.ts';

let test_: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
});
afterAll(() => test_.close());

const ACTOR = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
const run = (name: string, input: unknown) =>
  runCommand(name, { gateway: test_.context, health: () => Promise.resolve([]), actor: ACTOR }, input);
const base64 = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'utf8').toString('base64');

test('D1-100 dormant lists as of a day, with what the rule says, and changes nothing', async () => {
  const day = overFrom(taipeiDayOf(people.user.issuedAt), 3);
  expect(await run('dormant', { asOf: addDays(day, -15) })).toMatchObject({ exitCode: 0, data: { accounts: [] } });
  const listed = await run('dormant', { asOf: day });
  expect(listed.exitCode).toBe(0);
  expect(listed.data).toMatchObject({ day, policy: { months: 3, action: 'suspend' } });
  expect(listed.text).toContain('c-user');
  expect(listed.text).toContain('issued, never used');
  expect(await test_.context.database.operations.listDormancyWarnings()).toEqual([]);
});

test.each(['2026-02-30', 'tomorrow', ''])('dormant --as-of "%s" is wrong use', async asOf => {
  expect(await run('dormant', { asOf })).toMatchObject({ exitCode: 2, data: { code: 'wrong-use' } });
});

test('D1-042 personnel import, then personnel diff; agreement is exit 0, differences are 1', async () => {
  const before = await run('personnel diff', { organisation: 'county' });
  expect(before).toMatchObject({ exitCode: 1, data: { differences: [], without: ['county'] } });
  const file = base64('\uFEFFemployee_number,name,status,unit', 'E1,示範外機關使用者,left,commerce');
  expect(await run('personnel import', { organisation: 'city', file })).toMatchObject({
    exitCode: 0,
    data: { organisation: 'city', records: 1 },
  });
  const diff = await run('personnel diff', { organisation: 'city' });
  expect(diff.exitCode).toBe(1);
  expect(diff.data).toMatchObject({
    differences: [
      { kind: 'unknown', loginName: 't-head' },
      { kind: 'unknown', loginName: 't-registrar' },
      { kind: 'left', loginName: 't-user', employeeNumber: 'E1' },
    ],
  });
});

test('D1-042 a bad line is named, and nothing is imported', async () => {
  const file = base64('employee_number,name,status', 'E1,甲,left', 'E2,,left');
  const refused = await run('personnel import', { organisation: 'county', file });
  expect(refused).toMatchObject({ exitCode: 1, data: { code: 'file-refused', problems: [{ line: 3 }] } });
  expect(refused.text).toContain('Nothing was imported');
  expect(await run('personnel diff', { organisation: 'county' })).toMatchObject({ data: { without: ['county'] } });
});

test.each(['personnel import', 'personnel diff'])(
  '%s of an organisation that is not there says which are',
  async name => {
    const input = { organisation: 'nowhere', ...(name === 'personnel import' ? { file: base64('x') } : {}) };
    const answer = await run(name, input);
    expect(answer).toMatchObject({ exitCode: 1, data: { code: 'organisation-not-found' } });
    expect(answer.text).toContain('county');
  },
);

test('account import: a dry run first, then in earnest; this door gives no right', async () => {
  const file = base64('login_name,name,organisation,grants', 'new.one,甲,city,company:case-handler');
  const dry = await run('account import', { file, dryRun: true });
  expect(dry.text).toContain('Nothing was imported');
  expect(await test_.context.database.accounts.findAccountByLoginName('new.one')).toBeUndefined();
  expect(await run('account import', { file, dryRun: false })).toMatchObject({ exitCode: 0 });
  const account = await test_.context.database.accounts.findAccountByLoginName('new.one');
  const access = await test_.context.database.accounts.findAccess(account?.id ?? '');
  expect(access).toMatchObject({ account: { state: 'pending-activation' }, grants: [{ state: 'pending' }] });
  expect(await run('account import', { file, dryRun: false })).toMatchObject({ exitCode: 1 });
  expect(await run('account import', { file: 'no base64!', dryRun: false })).toMatchObject({ exitCode: 2 });
});

test('account suspend goes with its basis; unlock lifts no suspension', async () => {
  const suspended = await run('account suspend', { loginName: 'c-neighbour', reason: '停用測試' });
  expect(suspended).toMatchObject({ exitCode: 0, data: { state: 'suspended' } });
  const filter = { code: 'account.suspended', accountId: people.neighbour.id, limit: 1 };
  expect(await test_.context.database.events.listEvents(filter)).toMatchObject([
    { actor: ACTOR, facts: { reason: '停用測試', basis: 'command-line' } },
  ]);
  expect(await run('account unlock', { loginName: 'c-neighbour', reason: '測試' })).toMatchObject({ exitCode: 1 });
  expect(await test_.context.database.accounts.findAccount(people.neighbour.id)).toMatchObject({ state: 'suspended' });
  expect(await run('account unlock', { loginName: 'nobody-here', reason: '測試' })).toMatchObject({ exitCode: 1 });
  expect(await run('account unlock', { loginName: 'c-user', reason: ' ' })).toMatchObject({ exitCode: 2 });
});

test('D1-152 the report of one-day passwords is empty where none was enabled, wrong use where it ends early', async () => {
  expect(await run('one-day-password report', {})).toMatchObject({ exitCode: 0, data: { people: [] } });
  const backwards = { from: '2026-11-22', to: '2026-11-01' };
  expect(await run('one-day-password report', backwards)).toMatchObject({ exitCode: 2 });
});

test.each(['account grant', 'account approve', 'dormancy run', 'notice send'])(
  'this door knows no "%s"',
  async name => {
    expect(await run(name, {})).toMatchObject({ exitCode: 2, data: { code: 'unknown-command' } });
  },
);
