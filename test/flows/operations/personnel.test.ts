import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { closeAccountCheck, openAccountChecks } from '../../../src/flows/operations/check-accounts.ts';
import { findDifferences } from '../../../src/flows/operations/compare-personnel.ts';
import type { DeskActor } from '../../../src/flows/accounts/desk-act.ts';
import { exportTable } from '../../../src/flows/operations/export-table.ts';
import { handOverNotice } from '../../../src/flows/credentials/hand-over-notice.ts';
import { importPersonnel } from '../../../src/flows/operations/import-personnel.ts';
import { remindStaleProfiles } from '../../../src/flows/operations/remind-stale-profiles.ts';
import { sendNotices } from '../../../src/flows/operations/send-notices.ts';
import { settleDifference } from '../../../src/flows/operations/settle-difference.ts';
import type { MailOutcome } from '../../../src/flows/ports/mail.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';

let test_: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
});
afterAll(() => test_.close());

const DAY = 86_400_000;
const COMMAND_LINE = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
const bytes = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\n'));
const actorOf = (account: Account, mayDecide = true): DeskActor => ({
  accountId: account.id,
  mayDecide,
  origin: { requestId: 'r', clientAddress: '127.0.0.1' },
});
const stateOf = async (account: Account) => (await test_.context.database.accounts.findAccount(account.id))?.state;
const events = (code: string, accountId?: string) =>
  test_.context.database.events.listEvents({ code, limit: 50, ...(accountId === undefined ? {} : { accountId }) });
const importFile = (
  lines: readonly string[],
  organisation = people.county,
  actor: Parameters<typeof importPersonnel>[1]['actor'] = COMMAND_LINE,
) => importPersonnel(test_.context, { organisationId: organisation.id, file: bytes(lines), by: 'demo', actor });
const settle = (by: Account, of: Account, settlement: 'remove' | 'end-rights' | 'suspend', mayDecide = true) =>
  settleDifference(test_.context, {
    actor: actorOf(by, mayDecide),
    accountId: of.id,
    settlement,
    reason: '依人事資料',
  });

const HEADER = 'employee_number,name,status,unit,login_name';
const FILE = [
  HEADER,
  'E1,示範使用者,left,commerce,c-user',
  'E2,示範鄰科使用者,in-service,commerce,c-neighbour',
  'E3,示範管理者,left,commerce,c-registrar',
  'E4,示範管理者乙,left,industry,c-registrar2',
  'E5,示範主管,in-service,commerce,c-head',
  'E6,示範查核員,in-service,commerce,c-checker',
];

describe('personnel data', () => {
  test.each([
    ['an unknown unit', 'E1,甲,in-service,nowhere,', { line: 3, column: 'unit', code: 'unknown', cell: 'nowhere' }],
    ['a number twice', 'E0,甲,left,,', { line: 3, column: 'employee_number', code: 'repeated', cell: 'E0' }],
    ['an unknown status', 'E1,甲,gone,,', { line: 3, column: 'status', code: 'not-a-choice' }],
  ])('D1-042 a file with %s is refused whole, with the line', async (_name, line, problem) => {
    expect(await importFile([HEADER, 'E0,乙,left,,', line])).toMatchObject({ ok: false, problems: [problem] });
    expect(
      (await findDifferences(test_.context.database, test_.context.clock, people.county.id)).personnel,
    ).toBeUndefined();
  });

  test('D1-042 imported, it shows who left, moved and is unknown; another agency is not touched', async () => {
    const outcome = await importFile(FILE);
    expect(outcome).toMatchObject({ ok: true, personnel: { recordCount: 6 } });
    expect(await events('personnel.imported')).toMatchObject([{ actor: COMMAND_LINE, facts: { records: 6 } }]);
    const { differences } = await findDifferences(test_.context.database, test_.context.clock, people.county.id);
    const found = differences.map(({ kind, account }) => [kind, account.loginName]);
    expect(found).toEqual([
      ['unknown', 'c-deputy'],
      ['moved', 'c-neighbour'],
      ['left', 'c-registrar'],
      ['left', 'c-registrar2'],
      ['left', 'c-user'],
    ]);
    expect(
      (await findDifferences(test_.context.database, test_.context.clock, people.city.id)).personnel,
    ).toBeUndefined();
  });

  test.each([
    ['by a registrar of another agency', () => people.cityRegistrar, () => people.user, 'remove', 'access-refused'],
    ['by a unit head', () => people.head, () => people.user, 'remove', 'access-refused'],
    ['of oneself', () => people.registrar, () => people.registrar, 'remove', 'own-account'],
    ['of somebody who has not left', () => people.registrar, () => people.neighbour, 'remove', 'changed-meanwhile'],
    ['of a leaver in place of his end', () => people.registrar, () => people.user, 'end-rights', 'changed-meanwhile'],
    ['of somebody without difference', () => people.administrator, () => people.head, 'suspend', 'changed-meanwhile'],
  ] as const)('D1-040 a removal %s is refused', async (_name, by, of, settlement, code) => {
    expect(await settle(by(), of(), settlement)).toMatchObject({ ok: false, failure: { code } });
    expect(await stateOf(of())).toBe('active');
  });

  test.each([
    ['a head', () => people.head, 'unknown'],
    ['a checker', () => people.checker, 'unknown'],
    ['a colleague', () => people.secondRegistrar, 'left'],
  ] as const)('D1-092 a registrar takes nothing from %s, whoever brought the data in', async (_name, of, kind) => {
    await importFile([HEADER, 'E4,示範管理者乙,left,industry,c-registrar2']);
    const settlements = kind === 'left' ? (['remove', 'suspend'] as const) : (['suspend'] as const);
    for (const settlement of settlements) {
      expect(await settle(people.registrar, of(), settlement)).toMatchObject({ failure: { code: 'access-refused' } });
    }
    expect(await stateOf(of())).toBe('active');
    await importFile(FILE);
  });

  test('D1-082 a record of a later day, or of another person, takes nothing from anybody', async () => {
    await importFile([
      'employee_number,name,status,login_name,effective_day',
      'E1,示範使用者,left,c-user,2099-06-30',
      'E2,完全別人,left,c-neighbour,',
    ]);
    for (const settlement of ['remove', 'suspend'] as const) {
      for (const of of [people.user, people.neighbour]) {
        expect(await settle(people.registrar, of, settlement)).toMatchObject({
          failure: { code: 'changed-meanwhile' },
        });
        expect(await stateOf(of)).toBe('active');
      }
    }
    await importFile(FILE);
  });

  test('D1-092 who brought the data in does not delete upon them: he suspends, a second person deletes', async () => {
    const by = { kind: 'account', accountId: people.registrar.id } as const;
    expect(
      await importFile(['employee_number,name,status,login_name', 'E1,示範鄰科使用者,left,c-neighbour'], undefined, by),
    ).toMatchObject({
      personnel: { importerId: people.registrar.id },
    });
    expect(await settle(people.registrar, people.neighbour, 'remove')).toMatchObject({
      failure: { code: 'own-import' },
    });
    expect(await stateOf(people.neighbour)).toBe('active');
    // He is out the same day all the same (D1-087).
    expect(await settle(people.registrar, people.neighbour, 'suspend')).toMatchObject({ ok: true });
    expect(await stateOf(people.neighbour)).toBe('suspended');
    expect(await settle(people.registrar, people.neighbour, 'remove')).toMatchObject({
      failure: { code: 'own-import' },
    });
    expect(await settle(people.secondRegistrar, people.neighbour, 'remove')).toMatchObject({ ok: true });
    expect(await stateOf(people.neighbour)).toBe('deleted');
    await importFile(FILE);
  });

  test('D1-040 a session that may not decide removes nobody', async () => {
    const outcome = await settle(people.registrar, people.user, 'remove', false);
    expect(outcome).toMatchObject({ failure: { code: 'access-refused' } });
  });

  test('D1-040 D1-082 who has left is removed on the basis of the record', async () => {
    expect(await settle(people.registrar, people.user, 'remove')).toEqual({ ok: true, endedSessions: 0 });
    expect(await stateOf(people.user)).toBe('deleted');
    const [event] = await events('account.deleted', people.user.id);
    expect(event?.facts).toMatchObject({ basis: 'personnel', reason: '依人事資料' });
    expect(event?.facts['basisReference']).toMatch(/^import [0-9a-f-]{36}, employee E1$/);
    // Nobody is removed twice.
    const again = await settle(people.registrar, people.user, 'remove');
    expect(again).toMatchObject({ failure: { code: 'changed-meanwhile' } });
  });

  test('D1-082 who is unknown is suspended; the last registrar needs a successor first', async () => {
    expect(await settle(people.registrar, people.deputy, 'suspend')).toMatchObject({ ok: true });
    expect(await stateOf(people.deputy)).toBe('suspended');
    expect(await settle(people.administrator, people.secondRegistrar, 'remove')).toMatchObject({ ok: true });
    const last = await settle(people.administrator, people.registrar, 'remove');
    expect(last).toMatchObject({ failure: { problems: [{ field: 'reason', code: 'successor-missing' }] } });
    expect(await stateOf(people.registrar)).toBe('active');
  });

  test('D1-043 a check is opened with a due day, told to registrars, once; closing needs newer data and a note', async () => {
    const { context } = test_;
    const policy = { everyMonths: 1, dueDays: 14 };
    test_.advance(5 * DAY);
    expect(await openAccountChecks(context, policy)).toBeGreaterThan(0);
    expect(await openAccountChecks(context, policy)).toBe(0);
    const [check] = await context.database.operations.listAccountChecks(people.county.id);
    if (check === undefined) throw new Error('no check');
    const told = await context.database.operations.listNotices(
      { accountId: people.registrar.id },
      { offset: 0, limit: 9 },
    );
    expect(told.entries[0]?.notice.template).toBe('accounts-check-due');

    const close = (by: Account, note = '已核對') =>
      closeAccountCheck(context, { actor: actorOf(by), checkId: check.id, note });
    expect(await close(people.registrar)).toMatchObject({ failure: { problems: [{ field: 'file' }] } });
    test_.advance(60_000);
    await importFile(FILE.slice(0, 3));
    expect(await close(people.cityRegistrar)).toMatchObject({ failure: { code: 'access-refused' } });
    expect(await close(people.registrar, '')).toMatchObject({
      failure: { problems: [{ field: 'note', code: 'missing' }] },
    });
    expect(await close(people.registrar)).toEqual({ ok: true });
    expect(await close(people.registrar)).toMatchObject({ failure: { code: 'changed-meanwhile' } });
    const [event] = await events('personnel.checked');
    expect(event?.facts).toMatchObject({ check: check.id, note: '已核對', isLate: false });
  });
});

describe('notices', () => {
  const due = () => test_.context.database.operations.listDueNotices(test_.context.clock.now(), 500);
  const sender = (outcome: MailOutcome) => {
    const sent: string[] = [];
    return { sent, send: (message: { id: string }) => (sent.push(message.id), Promise.resolve(outcome)) };
  };

  test('D1-165 what is sent is recorded with channel, time and text version; failures wait longer each time', async () => {
    const silent = sender({ ok: false, isPermanent: false, responseCode: null, problem: 'no answer' });
    // A server that is away is asked for one notice, not for all.
    expect(await sendNotices(test_.context, silent)).toEqual({ sent: 0, failed: 1 });
    test_.advance(5 * 60_000);
    const waiting = await due();
    expect(waiting.length).toBeGreaterThan(1);
    const failing = sender({ ok: false, isPermanent: false, responseCode: 451, problem: 'later' });
    expect(await sendNotices(test_.context, failing)).toEqual({ sent: 0, failed: waiting.length });
    expect(await due()).toEqual([]);
    expect((await events('mail.failed'))[0]?.facts).toMatchObject({ givenUp: false, responseCode: 451 });
    expect(await sendNotices(test_.context, failing)).toEqual({ sent: 0, failed: 0 });
    test_.advance(15 * 60_000);
    const working = sender({ ok: true });
    expect(await sendNotices(test_.context, working)).toEqual({ sent: waiting.length, failed: 0 });
    expect(working.sent.toSorted()).toEqual(failing.sent.toSorted());
    expect((await events('mail.sent'))[0]?.facts).toMatchObject({
      channel: 'mail',
      textVersion: 'accounts-check-due/1',
    });
    expect(await sendNotices(test_.context, working)).toEqual({ sent: 0, failed: 0 });
  });

  test('D1-044 people are reminded of contact data that nobody has looked at, once', async () => {
    test_.advance(370 * DAY);
    expect(await remindStaleProfiles(test_.context, 12)).toBeGreaterThan(0);
    expect(await remindStaleProfiles(test_.context, 12)).toBe(0);
    expect((await events('profile.reminded', people.stranger.id))[0]?.facts).toMatchObject({ months: 12 });
  });

  test('D1-165 a mail refused for good is handed over as a sheet, by a registrar of the agency only', async () => {
    const refused = sender({ ok: false, isPermanent: true, responseCode: 550, problem: 'no such mailbox' });
    await sendNotices(test_.context, refused);
    const { operations } = test_.context.database;
    const failed = await operations.listNotices(
      { accountId: people.stranger.id, state: 'failed' },
      { offset: 0, limit: 9 },
    );
    const noticeId = failed.entries[0]?.notice.id ?? '';
    const handOver = (by: Account, mayDecide = true) =>
      handOverNotice(test_.context, { actor: actorOf(by, mayDecide), noticeId });
    for (const by of [people.registrar, people.stranger, people.auditor]) {
      expect(await handOver(by)).toMatchObject({ failure: { code: 'access-refused' } });
    }
    expect(await handOver(people.cityRegistrar)).toEqual({ ok: true });
    expect(await handOver(people.cityRegistrar)).toMatchObject({ failure: { code: 'changed-meanwhile' } });
    expect((await events('notice.handed-over'))[0]?.facts).toMatchObject({
      channel: 'sheet',
      textVersion: 'profile-stale/1',
    });
  });
});

test('D1-088 an export is recorded before it is handed out; a one-day session and a suspended person get none', async () => {
  const order = {
    format: 'csv',
    subject: 'outbox',
    table: {
      title: { zh: '表', en: 'Table' },
      filter: 'state=failed',
      columns: [{ zh: '欄', en: 'C' }],
      rows: [['x']],
    },
  } as const;
  const exported = await exportTable(test_.context, { actor: actorOf(people.cityRegistrar), ...order });
  if (!exported.ok) throw new Error('refused');
  const text = Buffer.from(exported.file.body).toString('utf8');
  for (const part of ['示範外機關管理者 (t-registrar)', 'Asia/Taipei', 'state=failed']) expect(text).toContain(part);
  expect(await events('data.exported')).toMatchObject([{ facts: { subject: 'outbox', format: 'csv', rows: 1 } }]);
  for (const actor of [actorOf(people.cityRegistrar, false), actorOf(people.deputy)]) {
    expect(await exportTable(test_.context, { actor, ...order })).toMatchObject({ ok: false });
  }
  expect(await events('data.exported')).toHaveLength(1);
});
