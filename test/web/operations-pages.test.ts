import { unzipSync } from 'fflate';
import type request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { openAccountChecks } from '../../src/flows/operations/check-accounts.ts';
import { notifyAccount, noticeFacts } from '../../src/flows/operations/notify.ts';
import { runDueJobs } from '../../src/flows/operations/run-due-jobs.ts';
import { scheduledJobs } from '../../src/flows/operations/scheduled-jobs.ts';
import { anEvent } from '../contract/people-of-record.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  people = desk.people;
});
afterAll(() => desk.portal.close());

const database = () => desk.portal.context.database;
const stateOf = async (account: Account) => (await database().accounts.findAccount(account.id))?.state;
const HEADER = 'employee_number,name,status,unit,login_name';

async function upload(seat: Seat, lines: readonly string[], organisation = 'county') {
  const token = /name="token" value="([\w-]{43})"/.exec((await seat.open('/personnel')).text)?.[1] ?? '';
  return desk.portal
    .browser()
    .agent.post('/personnel/import')
    .set('Cookie', seat.cookie)
    .set('Origin', desk.portal.origin)
    .field('token', token)
    .field('organisation', organisation)
    .attach('file', Buffer.from(lines.join('\n')), 'personnel.csv');
}

describe('/personnel', () => {
  test('D1-042 a registrar imports a file and sees who left, moved and is unknown', async () => {
    const seat = await desk.as(people.registrar);
    expect((await seat.open('/personnel')).text).toContain('尚未匯入本機關的人事資料');
    const answer = await upload(seat, [
      HEADER,
      'E1,示範使用者,left,commerce,c-user',
      'E2,示範鄰科使用者,in-service,commerce,c-neighbour',
    ]);
    expect(answer.status).toBe(303);
    const page = await seat.open('/personnel');
    for (const text of ['已離職', '已調動', '人事資料查無此人', '單位: industry → commerce', 'E1']) {
      expect(page.text).toContain(text);
    }
    // Nobody acts upon himself.
    expect(page.text).not.toContain(`reason-${people.registrar.id}`);
    const asked = await seat.ask('/personnel');
    expect(asked.body).toMatchObject({ organisation: 'county' });
  });

  test('a bad file comes back with its lines, and markup in it is text', async () => {
    const seat = await desk.as(people.registrar);
    const answer = await upload(seat, [HEADER, 'E1,<img src=x onerror=alert(1)>,gone,commerce,']);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('第 2 列 status「gone」');
    const unit = await upload(seat, [HEADER, 'E1,甲,left,<img src=x onerror=alert(1)>,']);
    expect(unit.text).toContain('&lt;img src=x');
    expect(unit.text).not.toContain('<img src=x');
    expect((await upload(seat, [])).status).toBe(400);
  });

  test('a registrar imports nothing for another agency, and sees nothing of it', async () => {
    const seat = await desk.as(people.registrar);
    expect((await upload(seat, [HEADER, 'E1,甲,left,,'], 'city')).status).toBe(403);
    expect(await database().operations.findLatestPersonnelImport(people.city.id)).toBeUndefined();
    const page = await seat.open('/personnel?organisation=city');
    expect(page.text).not.toContain('t-user');
  });

  test('D1-040 a removal needs a reason, which comes back beside its own row; then the leaver is gone', async () => {
    const seat = await desk.as(people.registrar);
    const act = { organisation: 'county', account: people.user.id, settlement: 'remove' };
    const refused = await seat.send('/personnel/settle', { ...act, reason: '' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(`href="#reason-${people.user.id}"`);
    expect(refused.text).toContain(`id="reason-${people.user.id}-error"`);
    expect((await seat.send('/personnel/settle', { ...act, settlement: 'promote', reason: 'x' })).status).toBe(409);
    const foreign = await seat.send('/personnel/settle', { ...act, account: people.stranger.id, reason: '理由' });
    expect(foreign.status).toBe(403);
    // He imported the file himself: he is offered the suspension, and refused the deletion.
    const own = await seat.send('/personnel/settle', { ...act, reason: '人事通報離職' });
    expect(own.status).toBe(403);
    expect(own.text).toContain('刪除須由另一人辦理');
    expect((await seat.open('/personnel')).text).toContain('您先停用離職者的帳號');
    const second = await desk.as(people.secondRegistrar);
    const page = (await second.open('/personnel')).text;
    expect(page).toContain(`reason-${people.user.id}`);
    for (const of of [people.head, people.registrar]) expect(page).not.toContain(`reason-${of.id}`);
    expect((await second.send('/personnel/settle', { ...act, reason: '人事通報離職' })).status).toBe(303);
    expect(await stateOf(people.user)).toBe('deleted');
    expect(await stateOf(people.stranger)).toBe('active');
  });

  test('D1-043 an open check stands on the page, and is closed there', async () => {
    desk.portal.advance(60_000);
    await openAccountChecks(desk.portal.context, { everyMonths: 0, dueDays: 14 });
    desk.portal.advance(60_000);
    const seat = await desk.as(people.registrar);
    await upload(seat, [HEADER, 'E1,示範鄰科使用者,in-service,industry,c-neighbour']);
    const page = await seat.open('/personnel');
    const path = /\/personnel\/checks\/[0-9a-f-]{36}\/close/.exec(page.text)?.[0] ?? '';
    expect((await seat.send(path, { organisation: 'county', note: '' })).status).toBe(400);
    expect((await seat.send(path, { organisation: 'county', note: '已核對' })).status).toBe(303);
    expect((await seat.open('/personnel')).text).toContain('已核對');
    expect((await (await desk.as(people.cityRegistrar)).send(path, { note: 'x' })).status).toBe(403);
  });
});

describe('/dormancy', () => {
  test('D1-100 the preview as of a day, its filter in the address, and an exemption', async () => {
    const seat = await desk.as(people.cityRegistrar);
    const day = '2027-12-31';
    const page = await seat.open(`/dormancy?day=${day}`);
    expect(page.text).toContain('t-user');
    expect(page.text).not.toContain('c-neighbour');
    expect((await seat.open(`/dormancy?day=${day}&verdict=exempt`)).text).toContain('沒有閒置或將閒置的帳號');
    const until = new Date(desk.portal.context.clock.now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
    const bad = await seat.send('/dormancy/exemptions', { loginName: 't-user', reason: '', until: '2027/1/1' });
    expect(bad.status).toBe(400);
    expect(bad.text).toContain('value="2027/1/1"');
    const form = { loginName: 't-user', reason: '<b>留職停薪</b>', until };
    expect((await seat.send('/dormancy/exemptions', form)).status).toBe(303);
    expect((await seat.send('/dormancy/exemptions', { ...form, loginName: 'c-neighbour' })).status).toBe(400);
    expect(await database().operations.findExemption(people.neighbour.id, until)).toBeUndefined();
  });

  test.each(['day=2026-02-30', 'day=%00', 'verdict=in-use', 'verdict[]=act', 'day=1&day=2'])(
    'an address with "%s" shows the list as it is',
    async query => {
      expect((await (await desk.as(people.auditor)).open(`/dormancy?${query}`)).status).toBe(200);
    },
  );

  test('runs are for those who see every agency', async () => {
    expect((await (await desk.as(people.auditor)).open('/dormancy')).text).toContain('歷次執行');
    expect((await (await desk.as(people.cityRegistrar)).open('/dormancy')).text).not.toContain('歷次執行');
  });
});

describe('/outbox', () => {
  async function tell(account: Account): Promise<string> {
    const { context } = desk.portal;
    await context.database.change(async changes => {
      await changes.setPersonContact(account.personId, { title: null, phone: null, email: null });
      const facts = { ...noticeFacts(context, account), since: '2026-01-01' };
      await notifyAccount(context, changes, account, 'profile-stale', facts);
      return { result: undefined, events: [anEvent()] };
    });
    const page = await context.database.operations.listNotices({ accountId: account.id }, { offset: 0, limit: 1 });
    return page.entries[0]?.notice.id ?? '';
  }

  test('D1-165 a notice without address is printed as a sheet and recorded as handed over', async () => {
    const id = await tell(people.stranger);
    const foreign = await desk.as(people.registrar);
    expect((await foreign.open('/outbox')).text).not.toContain(id);
    expect((await foreign.open(`/outbox/${id}/sheet`)).status).toBe(403);
    expect((await foreign.send(`/outbox/${id}/hand-over`)).status).toBe(403);
    const seat = await desk.as(people.cityRegistrar);
    expect((await seat.open('/outbox?state=to-hand-over')).text).toContain(`/outbox/${id}/sheet`);
    const sheet = await seat.open(`/outbox/${id}/sheet`).buffer(true);
    expect(sheet.headers['content-type']).toBe('application/pdf');
    expect(
      Buffer.from(sheet.body as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect((await seat.send(`/outbox/${id}/hand-over`)).status).toBe(303);
    expect((await seat.send(`/outbox/${id}/hand-over`)).status).toBe(409);
    expect((await seat.open('/outbox?state=handed-over')).text).toContain('已當面交付');
  });
});

describe('exports', () => {
  test.each([
    ['/personnel/export', 'personnel-differences', { organisation: 'county' }],
    ['/dormancy/export', 'dormancy', { day: '2027-12-31' }],
    ['/outbox/export', 'notices', {}],
  ])('D1-088 D1-004 %s hands out CSV and ODS with notice and user, recorded', async (path, subject, query) => {
    const seat = await desk.as(people.registrar);
    const csv = await seat.send(path, { ...query, format: 'csv' });
    expect(csv.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="${subject}-[\\d-]{10}.csv"$`),
    );
    for (const text of ['c-registrar', '本資料為示範部專有之財產', 'Exclusive property'])
      expect(csv.text).toContain(text);
    expect(csv.text).not.toContain('t-user');
    const events = await database().events.listEvents({ code: 'data.exported', limit: 1 });
    expect(events[0]).toMatchObject({
      actor: { accountId: people.registrar.id },
      facts: { subject, format: 'csv' },
    });
    const token = /name="token" value="([\w-]{43})"/.exec((await seat.open('/logout')).text)?.[1] ?? '';
    const ods = await seat
      .forge(path, { ...query, format: 'ods', token })
      .buffer(true)
      .parse(bytesOf);
    expect(Object.keys(unzipSync(ods.body as Uint8Array))).toContain('content.xml');
  });

  test('a session by one-day password exports nothing', async () => {
    const seat = await desk.as(people.registrar, 'one-day-password');
    expect((await seat.send('/dormancy/export', { format: 'csv' })).status).toBe(403);
    expect((await seat.open('/dormancy')).text).not.toContain('/dormancy/export');
  });
});

test('/jobs says what has run, and only to 本署', async () => {
  const { context } = desk.portal;
  await runDueJobs(context, scheduledJobs(context), { holder: 'node-a', leaseMs: 60_000, retryMs: 300_000 });
  const page = await (await desk.as(people.administrator)).open('/jobs');
  for (const text of ['閒置帳號規則', '執行到期的帳號異動', 'node-a']) expect(page.text).toContain(text);
  expect((await (await desk.as(people.registrar)).open('/jobs')).status).toBe(403);
});

function bytesOf(response: request.Response, done: (error: Error | null, body: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}
