import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashValues } from '../../src/applications/sheet.ts';
import { formatTaipeiTime } from '../../src/calendar/taipei-day.ts';
import { readPages } from '../support/pdf-pages.ts';
import { decide, numberIn, PDF, submit, todayAt, upload, versionOf, wellFilled } from './support/applications.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

/** That of the test's printer. */
const NOTICE = ['本資料為示範部專有之財產', 'Exclusivepropertyofthedemoministry'];

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

async function pdfOf(seat: Seat, number: string, base = '/applications'): Promise<string[]> {
  const response = await seat.open(`${base}/${number}/pdf`);
  expect(response.status).toBe(200);
  expect(response.headers['content-type']).toBe('application/pdf');
  expect(response.headers['content-disposition']).toContain(`${number}.pdf`);
  expect(response.headers['cache-control']).toBe('no-store');
  return readPages(response.body as Buffer);
}

/** What every form's file says, as the acts stand in the store. */
async function expectWhole(pages: readonly string[], number: string): Promise<void> {
  const { applications } = desk.portal.context.database;
  const application = await applications.findApplicationByNumber(number);
  if (application === undefined) throw new Error(`There is no ${number}.`);
  const whole = pages.join('');
  for (const [index, page] of pages.entries()) {
    for (const part of [...NOTICE, number, `第${index + 1}頁／共${pages.length}頁`]) expect(page).toContain(part);
  }
  expect(whole).toContain(hashValues(application));
  for (const { actor, at } of await applications.listActs(application.id)) {
    expect(whole).toContain(actor.name);
    expect(whole).toContain(formatTaipeiTime(at).replace(/\s+/g, ''));
  }
}

test('D1-004 D1-181 the PDF of D-06-09: fields, rights, decisions with their times, history and hash', async () => {
  const { user, head, registrar } = desk.people;
  const [clerk, chief, keeper] = [await desk.as(user), await desk.as(head), await desk.as(registrar)];
  const number = await submit(desk, clerk, 'D-06-09', user);
  expect((await clerk.open(`/applications/${number}`)).text).toContain(`href="/applications/${number}/pdf"`);
  const unsigned = (await pdfOf(clerk, number)).join('');
  expect(unsigned).toContain('單位主管審核');
  expect(unsigned).not.toContain(head.name);
  await decide(desk, chief, number, 'approve', '同意增加');
  await keeper.send(`/applications/${number}/execute`, { note: '', version: await versionOf(desk, number) });
  const pages = await pdfOf(keeper, number);
  await expectWhole(pages, number);
  const whole = pages.join('');
  for (const part of [
    '業務需要',
    '示範人字第1號',
    '承辦工廠登記',
    '新增Add',
    '同意增加',
    '同意Approved',
    '執行Executed',
  ]) {
    expect(whole).toContain(part);
  }
  for (const part of ['B-06-01', 'C-06-03', '個人資料保護法']) expect(whole).toContain(part);
});

test('D1-180 the PDF of D-06-10 names the letter to 本署', async () => {
  const { stranger, cityHead } = desk.people;
  const chief = await desk.as(cityHead);
  const number = await submit(desk, await desk.as(stranger), 'D-06-10', stranger);
  await decide(desk, chief, number);
  const date = todayAt(desk);
  const letter = { number: '示範府經商字第 2 號', date, agency: '示範市政府', version: await versionOf(desk, number) };
  const path = `/applications/${number}/letter`;
  expect((await upload(desk, chief, path, letter, { name: '函.pdf', bytes: PDF })).status).toBe(303);
  const pages = await pdfOf(chief, number);
  await expectWhole(pages, number);
  for (const part of ['示範府經商字第2號', date, '登錄函文', '本署計畫承辦人審核'])
    expect(pages.join('')).toContain(part);
});

test('D1-182 the PDF of D-06-11: applicant, day, reason and the head’s approval; never the password', async () => {
  const { user, head, registrar } = desk.people;
  const keeper = await desk.as(registrar);
  const number = await submit(desk, await desk.as(user), 'D-06-11', user);
  await decide(desk, await desk.as(head), number);
  const enabled = await keeper.send(`/applications/${number}/execute`, {
    note: '',
    version: await versionOf(desk, number),
  });
  const secret = /id="secret"[^>]*>([^<]+)</.exec(enabled.text)?.[1];
  const pages = await pdfOf(keeper, number);
  await expectWhole(pages, number);
  for (const part of ['當日須辦理登記', todayAt(desk), user.loginName]) expect(pages.join('')).toContain(part);
  expect(secret).toBeDefined();
  expect(pages.join('')).not.toContain(secret);
});

test('D1-083 D1-096 the PDF is no way around: strangers find nothing, who sees it masked gets it masked and unhashed', async () => {
  const { user, stranger, auditor } = desk.people;
  const number = await submit(desk, await desk.as(user), 'D-06-09', user);
  expect((await (await desk.as(stranger)).open(`/applications/${number}/pdf`)).status).toBe(404);
  const application = await desk.portal.context.database.applications.findApplicationByNumber(number);
  if (application === undefined) throw new Error('It is gone.');
  const hash = hashValues(application);
  const overseer = await desk.as(auditor);
  const masked = (await pdfOf(overseer, number)).join('');
  expect(masked).toContain(number);
  expect(masked).not.toContain('雜湊');
  expect(masked).not.toContain(hash);
  const { text } = await overseer.open(`/applications/${number}/print`);
  expect(text).toContain(number);
  expect(text).not.toContain('SHA-256');
  for (const path of ['/applications/D-06-09-2026-9999/pdf', '/applications/x/pdf']) {
    expect((await overseer.open(path)).status).toBe(404);
  }
});

test('D1-181 an applicant without an account gets the PDF of his own form, of no other', async () => {
  const applicant = await desk.asApplicant();
  const values = { ...wellFilled(desk, 'D-06-09', desk.people.user), organisation: desk.people.county.id };
  const form = { do: 'save', ...values, change: 'add', name: '示範申請人' };
  const saved = await applicant.send('/apply/applications/new/D-06-09', form);
  const number = numberIn(saved.headers['location']);
  const pages = await pdfOf(applicant, number, '/apply/applications');
  await expectWhole(pages, number);
  const foreign = await submit(desk, await desk.as(desk.people.user), 'D-06-11', desk.people.user);
  expect((await applicant.open(`/apply/applications/${foreign}/pdf`)).status).toBe(404);
});
