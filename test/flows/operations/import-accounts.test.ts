import { afterAll, beforeAll, expect, test } from 'vitest';
import { importAccounts } from '../../../src/flows/accounts/import-accounts.ts';
import { anEvent } from '../../contract/people-of-record.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';

let test_: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
});
afterAll(() => test_.close());

const COMMAND_LINE = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
const bytes = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\n'));
const events = (code: string, accountId?: string) =>
  test_.context.database.events.listEvents({ code, limit: 50, ...(accountId === undefined ? {} : { accountId }) });

const columns = 'login_name,name,organisation,unit,grants';
const importFileOf = (lines: readonly string[], dryRun = false) =>
  importAccounts(test_.context, { file: bytes([columns, ...lines]), actor: COMMAND_LINE, dryRun });

test.each([
  ['t-user,甲,city,,', 'login_name', 'taken'],
  ['new.one,甲,nowhere,,', 'organisation', 'unknown'],
  ['new.one,甲,city,industry,', 'unit', 'unknown'],
  ['new.one,甲,city,,company:root', 'grants', 'unknown'],
  ['new.one,甲,city,,company', 'grants', 'unknown'],
  ['new.one,甲,city,,company:case-handler;company:case-handler', 'grants', 'repeated'],
  ['new.zero,甲,city,,', 'login_name', 'repeated'],
  ['ROOT,甲,city,,', 'login_name', 'not-of-its-kind'],
])('a line "%s" is refused, and nothing is imported', async (line, column, code) => {
  const outcome = await importFileOf(['new.zero,乙,city,,', line]);
  expect(outcome).toMatchObject({ ok: false, problems: [{ line: 3, column, code }] });
  expect(await test_.context.database.accounts.findAccountByLoginName('new.zero')).toBeUndefined();
});

const PEOPLE_COLUMNS = 'login_name,name,organisation,id_last_four';
test.each([
  ['of somebody with an account', ['new.one,示範外機關使用者,county,6789'], 'name', 'person-taken'],
  ['of somebody with an account, or not', ['new.one,示範外機關使用者,county,'], 'id_last_four', 'namesake'],
  ['of somebody in the file twice', ['new.zero,甲,city,1234', 'new.one,甲,county,1234'], 'name', 'person-repeated'],
  ['of perhaps the same in the file', ['new.zero,甲,city,1234', 'new.one,甲,county,'], 'id_last_four', 'namesake'],
])('D1-086 a line %s is refused, and nothing is imported', async (_name, lines, column, code) => {
  const outcome = await importAccounts(test_.context, {
    file: bytes([PEOPLE_COLUMNS, ...lines]),
    actor: COMMAND_LINE,
    dryRun: false,
  });
  expect(outcome).toMatchObject({ ok: false, problems: [{ line: lines.length + 1, column, code }] });
  for (const loginName of ['new.zero', 'new.one']) {
    expect(await test_.context.database.accounts.findAccountByLoginName(loginName)).toBeUndefined();
  }
});

test('D1-086 people of one name whose last four differ are different people; one who has left has no account', async () => {
  await test_.context.database.change(async changes => {
    await changes.setAccountState(people.user.id, 'deleted');
    return { result: undefined, events: [anEvent({ code: 'account.deleted' })] };
  });
  const outcome = await importAccounts(test_.context, {
    file: bytes([
      PEOPLE_COLUMNS,
      'new.one,示範外機關使用者,city,1234',
      'new.two,示範外機關使用者,city,9999',
      'new.three,示範使用者,county,6789',
    ]),
    actor: COMMAND_LINE,
    dryRun: true,
  });
  expect(outcome).toMatchObject({ ok: true, accounts: { length: 3 } });
});

test('a dry run judges everything and changes nothing', async () => {
  const outcome = await importFileOf(['new.zero,乙,city,commerce,company:case-handler'], true);
  expect(outcome).toMatchObject({ ok: true, dryRun: true, accounts: [{ loginName: 'new.zero', grants: 1 }] });
  expect(await test_.context.database.accounts.findAccountByLoginName('new.zero')).toBeUndefined();
  expect(await events('account.imported')).toEqual([]);
});

test('imported accounts wait for activation, and their rights for approval', async () => {
  expect(await importFileOf(['new.zero,乙,city,commerce,company:case-handler; factory:case-handler'])).toMatchObject({
    ok: true,
  });
  const account = await test_.context.database.accounts.findAccountByLoginName('new.zero');
  expect(account).toMatchObject({
    state: 'pending-activation',
    roles: ['general-user'],
    unitId: people.cityCommerce.id,
  });
  const access = await test_.context.database.accounts.findAccess(account?.id ?? '');
  expect(access?.grants.map(({ state, basis, systemId }) => [state, basis, systemId]).toSorted()).toEqual([
    ['pending', 'migrated', 'company'],
    ['pending', 'migrated', 'factory'],
  ]);
  const [event] = await events('account.created', account?.id);
  expect(event).toMatchObject({ actor: COMMAND_LINE, facts: { basis: 'migrated' } });
  expect(await events('account.imported')).toMatchObject([{ facts: { accounts: 1 } }]);
});
