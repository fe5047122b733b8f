import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { expectPage, launchChromium, type TestBrowser } from '../support/chromium.ts';
import { CHECKOUT, personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';
import { requireFreshBuild } from './fresh-build.ts';
import { openGallery, type Gallery } from './gallery.ts';
import { switchToEnglish } from './login-page.ts';

const closers: (() => Promise<void>)[] = [];
let temporary: TemporaryDemo;
let chromium: TestBrowser;
let gallery: Gallery;
let portal: string;
/** A browser of his own for each person, logged in once. */
const desks = new Map<string, Page>();

beforeAll(async () => {
  requireFreshBuild(CHECKOUT);
  temporary = await startTemporaryDemo();
  closers.push(() => temporary.close());
  portal = temporary.demo.portal;
  chromium = await launchChromium({ ca: temporary.demo.ca, publicAddress: `127.0.0.1:${new URL(portal).port}` });
  closers.push(() => chromium.close());
  gallery = openGallery();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function newBrowser(): Promise<Page> {
  const context = await chromium.browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei' });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

/** Puts the person's card into the reader, types the PIN and presses the button. */
async function useCard(page: Page, account: string, button: string): Promise<void> {
  await insertCard(temporary.folder.cards, account);
  await page.getByLabel('PIN 碼', { exact: true }).pressSequentially(personOf(temporary.demo, account).pin);
  await page.getByRole('button', { name: button }).click();
}

/** The desk of a person who has logged in with his card. */
async function deskOf(account: string): Promise<Page> {
  const open = desks.get(account);
  if (open !== undefined) return open;
  const page = await newBrowser();
  await page.goto(`${portal}/login`);
  await useCard(page, account, '使用自然人憑證登入');
  await page.waitForURL(`${portal}/`);
  desks.set(account, page);
  return page;
}

/** Looks at a page in both languages and widths, and has axe judge it. */
async function look(page: Page, name: string): Promise<void> {
  await gallery.keep(page, `${name}-zh`);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(violations.map(({ id, nodes }) => [name, id, nodes.map(({ html }) => html)])).toEqual([]);
  await switchToEnglish(page);
  await gallery.keep(page, `${name}-en`);
  await page.getByRole('button', { name: '中文' }).click();
  await expectPage(page.locator('html')).toHaveAttribute('lang', 'zh-Hant-TW');
}

/** Opens an application from one's own inbox, by its number. */
async function openFromInbox(account: string, number: string): Promise<Page> {
  const page = await deskOf(account);
  await page.goto(`${portal}/inbox`);
  await page.getByRole('link', { name: number }).click();
  await expectPage(page).toHaveTitle(new RegExp(number));
  return page;
}

/** The number that the address of an application's page has. */
async function numberOn(page: Page): Promise<string> {
  await page.waitForURL(/\/applications\/D-06-\d\d-\d{4}-\d{4,}$/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

async function approve(account: string, number: string, note: string): Promise<void> {
  const page = await openFromInbox(account, number);
  await page.getByRole('radio', { name: /^同意/ }).check();
  await page.getByRole('textbox', { name: /審核意見/ }).fill(note);
  await page.getByRole('button', { name: '送出決定' }).click();
  await expectPage(page.getByText(note)).toBeVisible();
}

/** Carries it out, as registrar or 本署; returns the page that says so. */
async function execute(account: string, number: string, button: string): Promise<Page> {
  const page = await openFromInbox(account, number);
  await page.getByRole('button', { name: button }).click();
  return page;
}

async function archive(account: string, number: string): Promise<void> {
  const page = await openFromInbox(account, number);
  await page.getByText('歸檔', { exact: true }).first().click();
  await page.getByRole('textbox', { name: /審核意見/ }).fill('歸檔。');
  await page.getByRole('button', { name: '歸檔', exact: true }).click();
  await expectPage(page.getByText('已歸檔').first()).toBeVisible();
}

/** The one-time secret on the hand-over sheet. */
async function secretOn(page: Page): Promise<string> {
  await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('密碼交付單');
  return /[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}/.exec(await page.getByRole('main').innerText())?.[0] ?? 'no secret';
}

async function choosePassword(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: '新密碼' }).fill('Riverbank7-Lantern');
  await page.getByRole('textbox', { name: '再輸入一次' }).fill('Riverbank7-Lantern');
  await page.getByRole('button', { name: '變更密碼' }).click();
}

describe('the three forms, from draft to archive, each duty by another person', () => {
  test('D1-033 D1-061 D1-062 D-06-09: the holder of a card applies, gets an account, activates it and enters', async () => {
    const applicant = await newBrowser();
    await applicant.goto(`${portal}/apply`);
    await look(applicant, 'apply');
    await useCard(applicant, 'county-applicant', '簽章並開始申請');
    await applicant.getByRole('link', { name: '新申請' }).click();
    await applicant
      .getByRole('region', { name: /D-06-09/ })
      .getByRole('link', { name: '新增' })
      .click();
    await applicant.getByRole('combobox', { name: '向哪個機關申請' }).selectOption('示範縣政府');
    await applicant.getByRole('button', { name: '依選擇更新欄位' }).first().click();
    await applicant.getByRole('combobox', { name: '單位' }).selectOption('示範工商科');
    await applicant.getByRole('textbox', { name: '職稱' }).fill('示範科員');
    await applicant.getByRole('textbox', { name: '公務電話' }).fill('00-0000-0000');
    await applicant.getByRole('textbox', { name: '公務信箱' }).fill('demo.applicant@example.gov.tw');
    await applicant.getByRole('textbox', { name: '希望之帳號' }).fill('demo.applicant');
    const right = applicant.getByRole('group', { name: '項 1' });
    await right.getByRole('combobox', { name: '業務系統' }).selectOption('公司登記系統');
    await right.getByRole('combobox', { name: '角色' }).selectOption({ index: 1 });
    await right.getByRole('combobox', { name: '異動' }).selectOption('新增');
    await right.getByRole('textbox', { name: '業務需要' }).fill('承辦公司登記之查詢');
    await applicant.getByRole('textbox', { name: '申請事由' }).fill('新進人員，承辦公司登記。');
    await applicant.getByRole('textbox', { name: /^依據/ }).fill('示範人字第 1150000001 號');
    await gallery.keep(applicant, 'd-06-09-filled-zh');
    await applicant.getByRole('button', { name: '送出申請' }).click();
    const number = await numberOn(applicant);
    await look(applicant, 'd-06-09-submitted');

    await approve('county-head', number, '業務需要，同意。');
    const secret = await secretOn(await execute('county-registrar', number, '執行異動'));
    await archive('county-registrar', number);

    const person = await newBrowser();
    await person.goto(`${portal}/activate`);
    await person.getByRole('textbox', { name: '業務帳號' }).fill('demo.applicant');
    await person.getByRole('textbox', { name: '初始密碼' }).fill(secret);
    await person.getByRole('button', { name: '開始' }).click();
    await choosePassword(person);
    await person.getByRole('button', { name: '我已閱讀並同意遵守' }).click();
    await useCard(person, 'county-applicant', '以卡片簽章並登記');
    await person.getByRole('main').getByRole('link', { name: '以自然人憑證登入' }).click();
    await useCard(person, 'county-applicant', '使用自然人憑證登入');
    await person.waitForURL(`${portal}/`);
    await person.goto(`${systemOf(temporary.demo, 'company')}/`);
    await expectPage(person.getByRole('row', { name: '姓名' })).toContainText('示範方申請');
  });

  test('D1-020 D1-160 D1-166 D-06-10: an account becomes registrar, by letter to 本署', async () => {
    const applicant = await deskOf('city-user');
    await applicant.goto(`${portal}/applications/new`);
    await look(applicant, 'new-application');
    await applicant
      .getByRole('region', { name: /D-06-10/ })
      .getByRole('link', { name: '現有帳號派任' })
      .click();
    await applicant.getByRole('textbox', { name: '帳號（現有）' }).fill('city-user');
    await applicant.getByRole('textbox', { name: '申請事由' }).fill('增設註冊管理者，互為備援。');
    await applicant.getByRole('button', { name: '送出申請' }).click();
    // what is missing is said beside its field, and nothing is lost
    await expectPage(applicant.getByRole('alert')).toContainText('依據');
    await expectPage(applicant.getByRole('textbox', { name: '申請事由' })).toHaveValue('增設註冊管理者，互為備援。');
    await gallery.keep(applicant, 'd-06-10-incomplete-zh');
    await applicant.getByRole('textbox', { name: /^依據/ }).fill('示範市商字第 1150000009 號簽');
    await applicant.getByRole('button', { name: '儲存草稿' }).click();
    await look(applicant, 'd-06-10-draft');
    await applicant.getByRole('button', { name: '送出申請' }).click();
    const number = await numberOn(applicant);
    await look(applicant, 'd-06-10-submitted');

    await approve('city-head', number, '同意增設。');
    const registrar = await openFromInbox('city-registrar', number);
    await look(registrar, 'd-06-10-letter');
    await registrar.getByRole('textbox', { name: '發文字號' }).fill('示範市商字第 1150000010 號');
    await registrar.getByRole('textbox', { name: '發文日期' }).fill(taipeiDayOf(new Date()));
    await registrar
      .getByLabel('函文檔案')
      .setInputFiles({ name: '函.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 示範') });
    await registrar.getByRole('button', { name: '登錄函文' }).click();
    await expectPage(registrar.getByText('示範市商字第 1150000010 號').first()).toBeVisible();

    await approve('ministry-officer', number, '符合最小權限，同意。');
    const ministry = await execute('ministry-admin', number, '執行異動');
    await expectPage(ministry.getByText('已執行，待歸檔').first()).toBeVisible();
    await archive('ministry-admin', number);
    await look(ministry, 'd-06-10-archived');
    await applicant.goto(`${portal}/inbox`);
    await expectPage(applicant.getByRole('heading', { level: 1 })).toHaveText('待我辦理');
  });

  test('D1-144 D1-146 D3-09 D-06-11: a one-day password, approved, enabled by three clicks and used', async () => {
    const applicant = await deskOf('county-user-2');
    await applicant.goto(`${portal}/applications/new/D-06-11`);
    await look(applicant, 'd-06-11-new');
    await applicant.getByRole('combobox', { name: '申請原因' }).selectOption('未攜帶憑證卡');
    await applicant.getByRole('textbox', { name: '事由說明' }).fill('今日有限期案件待辦。');
    await applicant.getByRole('button', { name: '送出申請' }).click();
    const number = await numberOn(applicant);
    await approve('county-industry-head', number, '同意，限今日。');
    // from the start page: the queue, the application, the button
    const registrar = await deskOf('county-registrar');
    await registrar.goto(`${portal}/`);
    await registrar.getByRole('link', { name: '前往 待啟用一日密碼' }).click();
    await registrar.getByRole('link', { name: number }).click();
    await registrar.getByRole('button', { name: '啟用一日密碼' }).click();
    await gallery.keep(registrar, 'd-06-11-secret-zh');
    const secret = await secretOn(registrar);
    // shown once: the same address has it no more
    await registrar.reload();
    await expectPage(registrar.getByText(secret)).toHaveCount(0);

    const person = await newBrowser();
    await person.goto(`${portal}/login/one-day-password`);
    await person.getByRole('textbox', { name: '業務帳號' }).fill('county-user-2');
    await person.getByRole('textbox', { name: '密碼' }).fill(secret);
    await person.getByRole('button', { name: '登入' }).click();
    await choosePassword(person);
    await person.goto(`${systemOf(temporary.demo, 'factory')}/`);
    await expectPage(person.getByRole('row', { name: '登入方式' })).toContainText('one-day-password');

    await archive('county-registrar', number);
    await look(await deskOf('county-registrar'), 'd-06-11-archived');
  });
});
