import { sign } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { expectPage, launchChromium, type TestBrowser } from '../support/chromium.ts';
import { CHECKOUT, personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';
import { readCard } from '../journeys/p12-card.ts';
import { requireFreshBuild } from './fresh-build.ts';
import { openGallery, type Gallery } from './gallery.ts';
import { openLoginPage, pinField, submitPin, switchToEnglish, type PageLanguage } from './login-page.ts';
import { recordRequests, type SentRequest } from './sent-requests.ts';

/** Six characters, as good as any: no card of the demo has it. */
const WRONG_PIN = 'zX9wQ4';
const LOCALE = { zh: 'zh-TW', en: 'en-US' } as const;

/** What was started, first to last. */
const closers: (() => Promise<void>)[] = [];

let temporary: TemporaryDemo;
let chromium: TestBrowser;
let gallery: Gallery;
let company: string;
let portal: string;

let context: BrowserContext;
let page: Page;
let sent: readonly SentRequest[];

beforeAll(async () => {
  requireFreshBuild(CHECKOUT);
  temporary = await startTemporaryDemo();
  closers.push(() => temporary.close());
  portal = temporary.demo.portal;
  company = systemOf(temporary.demo, 'company');
  chromium = await launchChromium({ ca: temporary.demo.ca, publicAddress: `127.0.0.1:${new URL(portal).port}` });
  closers.push(() => chromium.close());
  gallery = openGallery();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

beforeEach(async () => {
  await openContext('zh');
});
afterEach(() => context.close());

/** A browser of its own, without cookies, that asks for pages in this language. */
async function openContext(language: PageLanguage): Promise<void> {
  context = await chromium.browser.newContext({ locale: LOCALE[language], timezoneId: 'Asia/Taipei' });
  sent = recordRequests(context);
  page = await context.newPage();
}

/** Starts over as a browser that asks for pages in another language. */
async function changeLanguage(language: PageLanguage): Promise<void> {
  await context.close();
  await openContext(language);
}

/** Puts the person's card into the reader and tries to enter the company system with it. */
async function tryToEnter(account: string, options: { pin?: string; language?: PageLanguage } = {}): Promise<void> {
  const { language = 'zh', pin = personOf(temporary.demo, account).pin } = options;
  await insertCard(temporary.folder.cards, account);
  await openLoginPage(page, `${company}/?from=failures`, language);
  await submitPin(page, pin, language);
}

/** The page of its own that a refusal has: its words, its code, the reference for the help desk. */
async function expectFailurePage(failure: { title: string; code: string; hasReference: boolean }): Promise<void> {
  await page.waitForURL(new RegExp(`^${portal}/login/failed\\?`));
  const region = page.getByRole('main');
  await expectPage(region.getByRole('heading', { level: 1 })).toHaveText(failure.title);
  await expectPage(region.getByRole('definition').filter({ hasText: failure.code })).toHaveText(failure.code);
  const reference = region.getByRole('definition').filter({ hasText: /^[0-9a-f-]{36}$/ });
  await expectPage(reference).toHaveCount(failure.hasReference ? 1 : 0);
}

/** The compact failure on the login page. */
async function expectState(state: { title: string; code: string }): Promise<void> {
  const article = page.getByRole('article');
  await expectPage(article.getByRole('heading')).toHaveText(state.title);
  await expectPage(article).toContainText(state.code);
}

/** The language switch of a failure page keeps its code; the way back leads to the login page of the same system. */
async function keepBothLanguagesAndGoBack(name: string, titleEn: string, code: string): Promise<void> {
  await gallery.keep(page, `${name}-zh`);
  await switchToEnglish(page);
  await expectPage(page.getByRole('heading', { level: 1 })).toHaveText(titleEn);
  await expectPage(page.getByRole('definition').filter({ hasText: code })).toHaveText(code);
  await gallery.keep(page, `${name}-en`);
  await page.getByRole('complementary').getByRole('link', { name: 'Back to the login page' }).click();
  await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('Company Registration System');
}

describe('a card that is refused has a page of its own', () => {
  test.each([
    ['city-revoked', 'certificate-revoked', '憑證已廢止', 'The certificate has been revoked', '憑證廢止於'],
    [
      'city-expired',
      'certificate-expired',
      '憑證已逾期',
      'The certificate has expired',
      '憑證有效至 2024-03-01 23:59:59',
    ],
    [
      'county-unbound',
      'card-not-bound',
      '憑證尚未登記',
      'This card is not bound to an account',
      '沒有登記在任何業務帳號',
    ],
    ['city-user-2', 'account-suspended', '帳號已停用', 'The account is suspended', '您的卡片沒有問題'],
  ])('%s: %s', async (account, code, title, titleEn, detail) => {
    await tryToEnter(account);
    await expectFailurePage({ title, code, hasReference: true });
    await expectPage(page.getByRole('main')).toContainText(detail);
    await keepBothLanguagesAndGoBack(code, titleEn, code);
  });

  test('of another family, signed by a component that asks for none: moeaca-certificate', async () => {
    const { key, certificate } = readCard(temporary.folder, 'county-company-card');
    await context.route(`${temporary.demo.cardAgent}/sign`, route => {
      const { tbs } = JSON.parse(new URLSearchParams(route.request().postData()!).get('tbsPackage')!) as {
        tbs: string;
      };
      const signature = sign('sha256', Buffer.from(tbs), key).toString('base64');
      return route.fulfill({ json: { func: 'sign', ret_code: 0, last_error: 0, signature, certb64: certificate } });
    });
    await tryToEnter('county-company-card');
    await expectFailurePage({ title: '這不是自然人憑證', code: 'moeaca-certificate', hasReference: true });
    await expectPage(page.getByRole('main')).toContainText('工商憑證');
    await keepBothLanguagesAndGoBack(
      'moeaca-certificate',
      'This is not a citizen certificate card',
      'moeaca-certificate',
    );
  });
});

describe('what the component cannot do is told on the login page', () => {
  test.each([
    ['zh', '卡片上沒有簽章憑證'],
    ['en', 'The card holds no certificate for signing'],
  ] as const)('a card without a certificate for signing (%s)', async (language, title) => {
    await changeLanguage(language);
    await tryToEnter('city-encrypt-only', { language });
    await expectState({ title, code: 'no-sign-certificate' });
    await gallery.keep(page, `no-sign-certificate-${language}`);
    expect(sent.filter(request => request.url === `${portal}/login/card`)).toEqual([]);
  });

  test.each([
    ['zh', '讀卡機裡沒有卡片'],
    ['en', 'There is no card in the reader'],
  ] as const)('an empty reader; with the card in it, the same page goes on (%s)', async (language, title) => {
    await changeLanguage(language);
    await insertCard(temporary.folder.cards, null);
    await openLoginPage(page, `${company}/`, language);
    await submitPin(page, '123456', language);
    await expectState({ title, code: 'no-card' });
    await gallery.keep(page, `no-card-${language}`);

    await insertCard(temporary.folder.cards, 'county-user');
    await submitPin(page, personOf(temporary.demo, 'county-user').pin, language);
    await page.waitForURL(`${company}/`);
  });

  test.each([
    ['zh', '瀏覽器擋住了元件視窗'],
    ['en', 'The browser blocked the component window'],
  ] as const)('a blocked pop-up (%s)', async (language, title) => {
    await changeLanguage(language);
    // sent by nobody's hand: then Chromium blocks the window that the page opens
    await page.addInitScript(`addEventListener('load', () => {
      document.getElementById('pin').value = '123456';
      document.getElementById('login').requestSubmit();
    })`);
    await page.goto(company);
    await expectState({ title, code: 'popup-blocked' });
    await expectPage(pinField(page, language)).toHaveValue('');
    await gallery.keep(page, `popup-blocked-${language}`);
    expect(sent.filter(request => request.url.startsWith(temporary.demo.cardAgent))).toEqual([]);
  });
});

describe('a wrong PIN', () => {
  test('is told with the tries that are left, leaves no trace in the page, and the right one opens', async () => {
    await tryToEnter('county-head', { pin: WRONG_PIN });
    await expectState({ title: 'PIN 碼錯誤', code: 'pin-wrong' });
    await expectPage(page.getByText('還有 2 次機會。')).toBeVisible();
    await expectPage(page.getByText('只剩 1 次機會。')).toBeHidden();
    await expectPage(pinField(page)).toBeFocused();
    await expectPage(pinField(page)).toHaveValue('');
    await expectPage(pinField(page)).toHaveAttribute('aria-invalid', 'true');
    expect(await page.content()).not.toContain(WRONG_PIN);
    await gallery.keep(page, 'pin-wrong-2-zh');

    await switchToEnglish(page);
    await submitPin(page, WRONG_PIN, 'en');
    await expectState({ title: 'Wrong PIN', code: 'pin-wrong' });
    await expectPage(page.getByText('1 try left.')).toBeVisible();
    await gallery.keep(page, 'pin-wrong-1-en');

    await submitPin(page, personOf(temporary.demo, 'county-head').pin, 'en');
    await page.waitForURL(`${company}/?from=failures`);
    await expectPage(page.getByRole('row', { name: '姓名' })).toContainText('示範黃淑芬');

    const withPin = sent.filter(request => request.text.includes(WRONG_PIN));
    expect(withPin.map(request => request.url)).toEqual(Array(2).fill(`${temporary.demo.cardAgent}/sign`));
  });

  test('three times locks the card: a page that leads to the authority that can unlock it (D1-130)', async () => {
    await tryToEnter('county-registrar', { pin: WRONG_PIN });
    for (const tries of ['還有 2 次機會。', '只剩 1 次機會。']) {
      await expectPage(page.getByText(tries)).toBeVisible();
      await submitPin(page, WRONG_PIN);
    }
    await expectFailurePage({ title: 'PIN 已鎖卡', code: 'pin-locked', hasReference: false });
    await expectPage(page.getByRole('link', { name: '鎖卡解碼' })).toHaveAttribute(
      'href',
      'https://moica.nat.gov.tw/unblockcard.html',
    );
    await keepBothLanguagesAndGoBack('pin-locked', 'The card has locked its PIN', 'pin-locked');

    await submitPin(page, personOf(temporary.demo, 'county-registrar').pin, 'en');
    await expectFailurePage({ title: 'The card has locked its PIN', code: 'pin-locked', hasReference: false });
  });
});

describe('a person without a role in the system', () => {
  test.each([
    ['zh', '您沒有這個系統的權限', '回入口首頁'],
    ['en', 'You have no role in this system', 'To the portal'],
  ] as const)(
    'is told so on the system’s host, in the browser’s language (%s; D1-041)',
    async (language, title, back) => {
      await changeLanguage(language);
      const statuses: number[] = [];
      page.on('response', response => {
        if (response.url().startsWith(`${company}/.gateway/enter`)) statuses.push(response.status());
      });
      await tryToEnter('county-user-2', { language });
      await expectPage(page.getByRole('heading', { level: 1 })).toHaveText(title);
      expect(new URL(page.url()).origin).toBe(company);
      expect(statuses).toEqual([403]);
      await expectPage(page.getByRole('definition').filter({ hasText: 'no-grant' })).toHaveText('no-grant-for-system');
      await gallery.keep(page, `no-grant-${language}`);
      await page.getByRole('link', { name: back }).click();
      await page.waitForURL(`${portal}/`);
      await expectPage(page.getByRole('banner')).toContainText('示範林志明');
    },
  );
});

describe('without a component on the computer', () => {
  beforeAll(() => {
    process.kill(agentProcess(), 'SIGTERM');
  });

  test.each([
    ['zh', '找不到元件', '內政部憑證管理中心 下載元件'],
    ['en', 'The card component was not found', 'Download from MOICA'],
  ] as const)('the login page says where it is found (%s)', async (language, title, link) => {
    await changeLanguage(language);
    await tryToEnter('county-user', { language });
    await expectState({ title, code: 'component-absent' });
    await expectPage(page.getByRole('link', { name: link })).toHaveAttribute(
      'href',
      /^https:\/\/moica\.nat\.gov\.tw\//,
    );
    await expectPage(page.getByRole('button', { name: /自然人憑證|citizen certificate/ })).toBeEnabled();
    await expect.poll(() => context.pages().length).toBe(1);
    await gallery.keep(page, `component-absent-${language}`);
  });
});

/** The demo's card agent: the child of this process that listens on its port. */
function agentProcess(): number {
  const { port } = new URL(temporary.demo.cardAgent);
  const found = readdirSync('/proc').find(name => {
    if (!/^\d+$/.test(name)) return false;
    const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
    const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
    return (
      parent === String(process.pid) && args.some(arg => arg.endsWith('/card-agent/main.js')) && args.includes(port)
    );
  });
  if (found === undefined) throw new Error('The card agent of the demo is not running.');
  return Number(found);
}

test('no page has to be scrolled sideways, down to 320 px (WCAG 2.1, 1.4.10)', () => {
  expect(gallery.tooWide).toEqual([]);
});
