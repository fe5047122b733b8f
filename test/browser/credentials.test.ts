import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { startChild, waitUntilReady } from '../../scripts/demo-parts/child-process.ts';
import { openDatabase } from '../../src/adapters/database/open-database.ts';
import { createPasswordHasher } from '../../src/adapters/passwords/argon2-hasher.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { enableOneDayPassword } from '../../src/flows/credentials/enable-one-day-password.ts';
import { prepareSecret } from '../../src/flows/credentials/prepare-secret.ts';
import { expectPage, launchChromium } from '../support/chromium.ts';
import { CHECKOUT, personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';
import { requireFreshBuild } from './fresh-build.ts';
import { openGallery, type Gallery } from './gallery.ts';
import { switchToEnglish } from './login-page.ts';

const PASSWORD = 'Riverbank7-Lantern';
const closers: (() => Promise<void>)[] = [];
let temporary: TemporaryDemo;
let context: BrowserContext;
let gallery: Gallery;
let portal: string;
let daySecret: string;

beforeAll(async () => {
  requireFreshBuild(CHECKOUT);
  temporary = await startTemporaryDemo();
  closers.push(() => temporary.close());
  portal = temporary.demo.portal;
  await temporary.running.gateway.stop();
  daySecret = await enableForToday('county-user', 'county-registrar');
  const { folder } = temporary;
  const gateway = startChild(join(CHECKOUT, 'dist/cli.js'), ['serve', '--config', folder.configuration], folder.log);
  closers.push(() => gateway.stop());
  await waitUntilReady(gateway, 'The gateway', async () => (await fetch(`${temporary.demo.ops}/readyz`)).ok);
  const chromium = await launchChromium({
    ca: temporary.demo.ca,
    publicAddress: `127.0.0.1:${new URL(portal).port}`,
  });
  closers.push(() => chromium.close());
  context = await chromium.browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei' });
  context.setDefaultTimeout(20_000);
  gallery = openGallery();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** As a registrar would, while the gateway is down. */
async function enableForToday(loginName: string, by: string): Promise<string> {
  const database = await openDatabase({ kind: 'embedded', folder: join(temporary.folder.data, 'database') });
  const randomness = {
    bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    uuid: () => crypto.randomUUID(),
  };
  const clock = { now: () => new Date() };
  const prepared = await prepareSecret({ randomness, passwords: createPasswordHasher() });
  await database.change(async changes => {
    const account = await changes.findAccountByLoginName(loginName);
    const registrar = await changes.findAccountByLoginName(by);
    if (account === undefined || registrar === undefined) throw new Error('The demo lacks its people.');
    const event = await enableOneDayPassword({ clock, randomness }, changes, {
      account,
      day: taipeiDayOf(clock.now()),
      applicationNumber: 'D-06-11-115-0009',
      enabledBy: registrar.id,
      prepared,
      order: { actor: { kind: 'gateway' }, basis: { kind: 'demo', reference: 'browser test' } },
    });
    return { result: undefined, events: [event] };
  });
  await database.close();
  return prepared.secret;
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

async function choose(page: Page, password: string, repeated = password): Promise<void> {
  await page.getByRole('textbox', { name: '新密碼' }).fill(password);
  await page.getByRole('textbox', { name: '再輸入一次' }).fill(repeated);
  await page.getByRole('button', { name: '變更密碼' }).click();
}

async function useCard(page: Page, account: string, button: string): Promise<void> {
  await insertCard(temporary.folder.cards, account);
  await page.getByLabel('PIN 碼', { exact: true }).pressSequentially(personOf(temporary.demo, account).pin);
  await page.getByRole('button', { name: button }).click();
}

afterEach(() => context.clearCookies());

describe('in a browser', () => {
  test('D1-120 first activation: password, rules, card, and then the card logs in', async () => {
    const page = await context.newPage();
    await page.goto(`${portal}/login`);
    await page.getByRole('link', { name: '首次使用：啟用業務帳號' }).click();
    await look(page, 'activate-begin');
    await page.getByRole('textbox', { name: '業務帳號' }).fill('county-new');
    await page.getByRole('textbox', { name: '初始密碼' }).fill('AAAA-BBBB-CCCC-DDDD');
    await page.getByRole('button', { name: '開始' }).click();
    await expectPage(page.getByRole('alert')).toContainText('帳號與密碼不符');
    await expectPage(page.getByRole('textbox', { name: '業務帳號' })).toHaveValue('county-new');
    await gallery.keep(page, 'activate-refused-zh');
    await page
      .getByRole('textbox', { name: '初始密碼' })
      .fill(personOf(temporary.demo, 'county-new').initialPassword ?? '');
    await page.getByRole('button', { name: '開始' }).click();

    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('設定您的密碼');
    await look(page, 'activate-password');
    await choose(page, 'kurz', 'anders');
    await expectPage(page.getByRole('alert')).toContainText('密碼至少 12 個字元');
    await gallery.keep(page, 'activate-password-refused-zh');
    await choose(page, PASSWORD);

    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('使用管理規則');
    // Any other address leads back to the step that is due.
    await page.goto(`${portal}/`);
    await expectPage(page).toHaveURL(`${portal}/activate/step`);
    await look(page, 'activate-rules');
    await page.getByRole('button', { name: '我已閱讀並同意遵守' }).click();

    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('登記自然人憑證');
    await look(page, 'activate-card');
    await useCard(page, 'county-new', '以卡片簽章並登記');
    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('啟用完成');
    await look(page, 'activate-done');
    await page.getByRole('main').getByRole('link', { name: '以自然人憑證登入' }).click();
    await useCard(page, 'county-new', '使用自然人憑證登入');
    await page.waitForURL(`${portal}/`);
    await expectPage(page.getByRole('banner')).toContainText('示範江新進');
    await page.close();
  }, 240_000);

  test('D1-140, D1-149 a day without the card: secret, change, and into the system', async () => {
    const page = await context.newPage();
    const company = systemOf(temporary.demo, 'company');
    await page.goto(`${company}/`);
    await page.getByRole('link', { name: '未攜帶卡片：使用一日密碼' }).click();
    await look(page, 'one-day-login');
    await page.getByRole('textbox', { name: '業務帳號' }).fill('county-user');
    await page.getByRole('textbox', { name: '一日密碼' }).fill('wrong');
    await page.getByRole('button', { name: '登入' }).click();
    await expectPage(page.getByRole('alert')).toContainText('無法登入');
    await gallery.keep(page, 'one-day-refused-zh');
    await page.getByRole('textbox', { name: '一日密碼' }).fill(daySecret.toLowerCase());
    await page.getByRole('button', { name: '登入' }).click();

    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('變更一日密碼');
    await look(page, 'one-day-change');
    await choose(page, PASSWORD);
    await page.waitForURL(`${company}/`);
    await expectPage(page.getByRole('row', { name: '登入方式' })).toContainText('one-day-password (pwd + day)');
    await page.goto(`${portal}/`);
    await gallery.keep(page, 'one-day-home-zh');
    await page.close();
  }, 240_000);

  test('a registrar issues a new initial password, shown once on the sheet to hand over', async () => {
    const page = await context.newPage();
    await page.goto(`${portal}/login`);
    await useCard(page, 'county-registrar', '使用自然人憑證登入');
    await page.waitForURL(`${portal}/`);
    await page.goto(`${portal}/bindings`);
    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('待確認的憑證');
    await page.goto(`${portal}/accounts?text=county-unbound`);
    await page.getByRole('link', { name: 'county-unbound' }).first().click();
    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('county-unbound');
    await page.goto(`${page.url()}/initial-secret`);
    await look(page, 'reset-ask');
    await page.getByRole('button', { name: '產生初始密碼' }).click();
    await expectPage(page.getByRole('alert')).toContainText('事由');
    await page.getByRole('textbox', { name: '事由' }).fill('初始密碼逾期');
    await page.getByRole('button', { name: '產生初始密碼' }).click();
    await expectPage(page.locator('#secret')).toHaveText(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
    await gallery.keep(page, 'secret-sheet-zh');
    await page.emulateMedia({ media: 'print' });
    await gallery.keep(page, 'secret-sheet-print-zh');
    await expectPage(page.locator('.desk-nav')).toBeHidden();
    await page.close();
  }, 240_000);

  test('no page has to be scrolled sideways, down to 320 px (WCAG 2.1, 1.4.10)', () => {
    expect(gallery.tooWide).toEqual([]);
  });
});
