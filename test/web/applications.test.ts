import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decide, numberIn, PDF, submit, todayAt, upload, versionOf, wellFilled } from './support/applications.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

const reads = () => desk.portal.context.database.applications;

describe('from draft to archive', () => {
  test('D1-181 D1-170…174 D-06-09: user, head, registrar; then the package', async () => {
    const { user, head, registrar } = desk.people;
    const [clerk, chief, keeper] = [await desk.as(user), await desk.as(head), await desk.as(registrar)];
    const number = await submit(desk, clerk, 'D-06-09', user);
    expect((await chief.open('/inbox')).text).toContain(number);
    expect((await keeper.open('/inbox')).text).not.toContain(number);
    const page = await chief.open(`/applications/${number}`);
    for (const part of ['承辦工廠登記', 'B-06-01', 'C-06-03', 'D-06-20', '系統檢查', '歷程', '您的決定']) {
      expect(page.text).toContain(part);
    }
    expect((await decide(desk, chief, number)).status).toBe(303);
    expect((await keeper.open('/inbox')).text).toContain(number);
    const version = await versionOf(desk, number);
    expect((await keeper.send(`/applications/${number}/execute`, { note: '', version })).status).toBe(303);
    expect((await keeper.open('/inbox')).text).toContain('待歸檔');
    const archived = await keeper.send(`/applications/${number}/archive`, {
      note: '',
      version: await versionOf(desk, number),
    });
    expect(archived.status).toBe(303);
    const done = await clerk.open(`/applications/${number}`);
    expect(done.text).toContain('已歸檔');
    const print = await clerk.open(`/applications/${number}/print`);
    for (const part of ['第 1 頁／共 2 頁', '第 2 頁／共 2 頁', '（示範）。', '(demo).', number, '簽核']) {
      expect(print.text).toContain(part);
    }
  });

  test('D1-047 the archive package is the same each time, as the record of its filing says', async () => {
    const { user, head, registrar } = desk.people;
    const [clerk, chief, keeper] = [await desk.as(user), await desk.as(head), await desk.as(registrar)];
    const draft = await clerk.send('/applications/new/D-06-09', { do: 'save', ...wellFilled(desk, 'D-06-09', user) });
    const number = numberIn(draft.headers['location']);
    const path = `/applications/${number}`;
    const attached = await upload(
      desk,
      clerk,
      `${path}/attachments`,
      { kind: 'basis', version: '1' },
      { name: '../人事\u0007派令.exe', bytes: PDF },
    );
    expect(attached.status, attached.text).toBe(303);
    const edit = { do: 'submit', version: '2', ...wellFilled(desk, 'D-06-09', user) };
    expect((await clerk.send(`${path}/edit`, edit)).status).toBe(303);
    expect((await keeper.send(`${path}/package`)).status).toBe(303);
    await decide(desk, chief, number);
    await keeper.send(`${path}/execute`, { note: '', version: await versionOf(desk, number) });
    await keeper.send(`${path}/archive`, { note: '', version: await versionOf(desk, number) });
    const fetch = () => keeper.send(`${path}/package`).then(response => response);
    const first = await fetch();
    expect(first.headers['content-type']).toBe('application/zip');
    const digest = first.headers['repr-digest'];
    expect((await fetch()).headers['repr-digest']).toBe(digest);
    const [event] = await desk.portal.context.database.events.listEvents({ code: 'application.archived', limit: 1 });
    const recorded = Buffer.from(String(event?.facts['packageSha256']), 'hex').toString('base64');
    expect(digest).toBe(`sha-256=:${recorded}:`);
    expect((await (await desk.as(user)).send(`${path}/package`)).status).toBe(403);
  });

  test('D1-182 D1-143…146 D-06-11: the secret is shown once, to whoever enables', async () => {
    const { user, head, registrar } = desk.people;
    const [clerk, chief, keeper] = [await desk.as(user), await desk.as(head), await desk.as(registrar)];
    const number = await submit(desk, clerk, 'D-06-11', user);
    const early = await keeper.send(`/applications/${number}/execute`, {
      note: '',
      version: await versionOf(desk, number),
    });
    expect(early.status).toBe(409);
    await decide(desk, chief, number);
    const version = await versionOf(desk, number);
    const enabled = await keeper.send(`/applications/${number}/execute`, { note: '', version });
    expect(enabled.status).toBe(200);
    const secret = /id="secret"[^>]*>([^<]+)</.exec(enabled.text)?.[1] ?? '';
    expect(secret).toMatch(/^[A-Z0-9-]{19,}$/);
    expect((await keeper.open(`/applications/${number}`)).text).not.toContain(secret);
    expect(desk.portal.log.join()).not.toContain(secret);
    const again = await keeper.send(`/applications/${number}/execute`, { note: '', version });
    expect(again.status).toBe(409);
    expect(again.text).not.toContain(secret);
  });

  test('D1-180 D1-160…164 D1-010 D1-012 D1-021 D-06-10: by letter to 本署, in a queue of its own', async () => {
    const { stranger, cityHead, caseOfficer, administrator } = desk.people;
    const [clerk, chief] = [await desk.as(stranger), await desk.as(cityHead)];
    const [officer, admin] = [await desk.as(caseOfficer), await desk.as(administrator)];
    const number = await submit(desk, clerk, 'D-06-10', stranger);
    await decide(desk, chief, number);
    const path = `/applications/${number}`;
    const sheet = await chief.ask(`${path}/letter-sheet`);
    expect(sheet.body).toMatchObject({ addressee: '示範商業發展署', sender: '示範市政府', number });
    expect((await decide(desk, officer, number)).status).toBe(409);
    const letter = {
      number: '示範府經商字第 1 號',
      date: todayAt(desk),
      agency: '示範市政府',
      version: await versionOf(desk, number),
    };
    const withoutFile = await chief.send(`${path}/letter`, letter);
    expect(withoutFile.status).toBe(400);
    expect(withoutFile.text).toContain('示範府經商字第 1 號');
    const bad = await upload(
      desk,
      chief,
      `${path}/letter`,
      { ...letter, date: '2026-02-30' },
      { name: '函.pdf', bytes: PDF },
    );
    expect(bad.status).toBe(400);
    expect(bad.text).toContain('href="#date"');
    expect((await upload(desk, chief, `${path}/letter`, letter, { name: '函.pdf', bytes: PDF })).status).toBe(303);
    const queues: unknown = (await officer.ask('/inbox')).body;
    expect(queues).toMatchObject({
      queues: expect.arrayContaining([
        expect.objectContaining({ queue: 'managers', applications: [expect.objectContaining({ number })] }),
        expect.objectContaining({ queue: 'by-letter', total: 0 }),
      ]) as unknown,
    });
    expect((await decide(desk, officer, number)).status).toBe(303);
    const version = await versionOf(desk, number);
    expect((await officer.send(`${path}/execute`, { note: '', version })).status).toBe(403);
    expect((await admin.send(`${path}/execute`, { note: '', version })).status).toBe(303);
    expect((await reads().findApplicationByNumber(number))?.status).toBe('executed');
  });
});

describe('for whom it is not', () => {
  test('others find nothing: not the page, the print, the files, nor any act', async () => {
    const { user, stranger, cityHead, cityRegistrar } = desk.people;
    const number = await submit(desk, await desk.as(user), 'D-06-09', user);
    for (const account of [stranger, cityHead, cityRegistrar]) {
      const seat = await desk.as(account);
      expect((await seat.open(`/applications/${number}`)).status).toBe(404);
      expect((await seat.open(`/applications/${number}/print`)).status).toBe(404);
      expect((await seat.open('/applications/register')).text).not.toContain(number);
    }
    expect((await decide(desk, await desk.as(cityHead), number)).status).toBe(404);
    // Whoever does not reach it learns nothing by the answer: it is that to a number which does not exist.
    const forge = { result: 'approve', note: '同意', version: '2' };
    const seat = await desk.as(stranger);
    const answerTo = async (each: string) => (await seat.send(`/applications/${each}/decide`, forge)).status;
    const answer = await answerTo(number);
    expect([403, 404]).toContain(answer);
    expect(await answerTo('D-06-09-2026-9999')).toBe(answer);
  });

  test('D1-083 an auditor sees that it is there, with personal data masked and no files', async () => {
    const { user, auditor } = desk.people;
    const seat = await desk.as(user);
    const values = {
      change: 'add',
      name: '示範新進員',
      idLastFour: '4321',
      title: '科員',
      phone: '02-0000-4321',
      email: 'masked.person@example.gov.tw',
      wishedLoginName: 'masked.person',
      effectiveDay: todayAt(desk),
      reason: '業務需要',
      basis: '人事派令',
      unit: 'commerce',
      do: 'save',
    };
    const draft = await seat.send('/applications/new/D-06-09', values);
    const number = numberIn(draft.headers['location']);
    await upload(
      desk,
      seat,
      `/applications/${number}/attachments`,
      { kind: 'signed-sheet', version: '1' },
      { name: '單.pdf', bytes: PDF },
    );
    const sent = await seat.send(`/applications/${number}/edit`, { ...values, do: 'submit', version: '2' });
    expect(sent.status, sent.text.slice(0, 1500)).toBe(303);
    const { text } = await (await desk.as(auditor)).open(`/applications/${number}`);
    expect(text).toContain('個人資料已遮蔽');
    for (const hidden of ['4321', 'masked.person', '示範新進員', '單.pdf']) expect(text).not.toContain(hidden);
    expect((await (await desk.as(desk.people.head)).open(`/applications/${number}`)).text).toContain('masked.person');
  });

  test('a one-day password decides nothing, and a card decides without a token nothing either', async () => {
    const { user, head } = desk.people;
    const number = await submit(desk, await desk.as(user), 'D-06-09', user);
    expect((await decide(desk, await desk.as(head, 'one-day-password'), number)).status).toBe(403);
    const chief = await desk.as(head);
    const forged = await chief.forge(`/applications/${number}/decide`, { result: 'approve', note: 'x', version: '2' });
    expect(forged.status).toBe(403);
    expect((await reads().findApplicationByNumber(number))?.stage).toBe('head-review');
  });

  test('a form, number or file that is none is not found', async () => {
    const seat = await desk.as(desk.people.user);
    for (const path of ['new/D-06-99', 'new/constructor', 'D-06-09-2026-99999', 'x', 'D-06-09-2026-0001%00/print']) {
      expect((await seat.open(`/applications/${path}`)).status).toBe(404);
    }
  });
});

test('D1-046 D1-082 D1-087 the reports open for those who answer for them, and for nobody else', async () => {
  const { registrar, user } = desk.people;
  const keeper = await desk.as(registrar);
  expect((await keeper.open('/reconcile')).text).toContain('異動核對');
  expect((await keeper.open('/due')).text).toContain('近一年當日執行率');
  const clerk = await desk.as(user);
  expect((await clerk.open('/reconcile')).status).toBe(403);
  expect((await clerk.open('/due')).status).toBe(403);
});
