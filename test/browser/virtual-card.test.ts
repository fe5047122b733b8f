import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chainOf } from '../authority/authority.ts';
import { loadAuthority } from '../authority/authority-folder.ts';
import { issueBusinessCertificate } from '../authority/end-entity.ts';
import type { Card } from '../authority/soft-card.ts';
import { startAgentProcess } from '../card-agent/agent-process.ts';
import { expectPage, launchChromium, type TestBrowser } from '../support/chromium.ts';
import { startDemoOnVirtualCard, type DemoOnVirtualCard } from '../support/demo-on-virtual-card.ts';
import { CHECKOUT, systemOf } from '../support/temporary-demo.ts';
import { virtualCardOf, type VirtualCard } from '../support/virtual-card/card-content.ts';
import { OPENSC_MODULE, startVirtualReader } from '../support/virtual-card/virtual-reader.ts';
import { readDemoCard } from './demo-card.ts';
import { requireFreshBuild } from './fresh-build.ts';
import { openGallery, type Gallery } from './gallery.ts';
import { openLoginPage, pinField, submitPin, switchToEnglish } from './login-page.ts';
import { recordRequests, type SentRequest } from './sent-requests.ts';

const PIN = 'Kq7vWx2p';
const WRONG_PIN = 'zX9wQ4';
const ACCOUNT = 'county-user';
const HOLDER = '示範陳雅文';

/** What was started, first to last. */
const closers: (() => Promise<void>)[] = [];

let demo: DemoOnVirtualCard;
let chromium: TestBrowser;
let gallery: Gallery;
let company: string;
let portal: string;
let issued: Required<Card>;

let card: VirtualCard;
let context: BrowserContext;
let page: Page;
let sent: readonly SentRequest[];

beforeAll(async () => {
  requireFreshBuild(CHECKOUT);
  demo = await startDemoOnVirtualCard();
  closers.push(() => demo.close());
  portal = demo.demo.portal;
  company = systemOf(demo.demo, 'company');
  issued = await readDemoCard(demo.folder, ACCOUNT);
  chromium = await launchChromium({ ca: demo.demo.ca, publicAddress: `127.0.0.1:${new URL(portal).port}` });
  closers.push(() => chromium.close());
  gallery = openGallery();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

beforeEach(async () => {
  card = virtualCardOf(issued, { pin: PIN });
  context = await chromium.browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei' });
  sent = recordRequests(context);
  page = await context.newPage();
});
afterEach(() => context.close());

async function tryToEnter(pin: string): Promise<void> {
  await openLoginPage(page, `${company}/?from=virtual-card`);
  await submitPin(page, pin);
}

async function expectInside(): Promise<void> {
  await page.waitForURL(`${company}/?from=virtual-card`);
  await expectPage(page.getByRole('row', { name: '姓名' })).toContainText(HOLDER);
  await expectPage(page.getByRole('row', { name: '登入方式' })).toContainText('card (sc + pin)');
}

/** The compact failure on the login page, from which the person goes on where he is. */
async function expectState(state: { title: string; code: string }): Promise<void> {
  const article = page.getByRole('article');
  await expectPage(article.getByRole('heading')).toHaveText(state.title);
  await expectPage(article).toContainText(state.code);
}

async function expectFailurePage(failure: { title: string; code: string }): Promise<void> {
  await page.waitForURL(new RegExp(`^${portal}/login/failed\\?`));
  await expectPage(page.getByRole('heading', { level: 1 })).toHaveText(failure.title);
  await expectPage(page.getByRole('definition').filter({ hasText: failure.code })).toHaveText(failure.code);
}

/** What reached the server that could have made a session. */
const proofs = (): SentRequest[] => sent.filter(request => request.url === `${portal}/login/card`);

describe('a card behind OpenSC in a real card service', () => {
  test('its signature over the challenge, fetched by the local component, opens the system (D3-02)', async () => {
    await demo.reader.insert(card);
    await tryToEnter(PIN);
    await expectInside();
    expect(await demo.reader.stateOf(card)).toEqual({ pinTriesLeft: 3, pukTriesLeft: 3, keyUses: 1 });
    expect(proofs()).toHaveLength(1);
    expect(sent.filter(({ text }) => text.includes(PIN)).map(({ url }) => url)).toEqual([
      `${demo.demo.cardAgent}/sign`,
    ]);
  });

  test('the page counts as one on the internet: it could not reach the component but by the window', async () => {
    const asked: string[] = [];
    const onLoopback = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('access-control-allow-origin', '*').end('<p>A page of this computer');
    });
    await once(onLoopback.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(onLoopback.address() as AddressInfo).port}`;
    const reach = (path: string): Promise<unknown> =>
      page.evaluate(`fetch('${origin}${path}').then(() => 'reached', error => error.name)`);

    await demo.reader.insert(card);
    await tryToEnter(PIN);
    await expectInside();
    // the page of the demo's system: it has no policy that would keep it from anything
    expect(await reach('/from-system')).toBe('TypeError');
    await page.goto(`${origin}/page`);
    expect(await reach('/from-page')).toBe('reached');
    expect(asked.filter(url => url.startsWith('/from'))).toEqual(['/from-page']);
    onLoopback.closeAllConnections();
    onLoopback.close();
  });

  test('a wrong PIN twice: one try is left, in words; then the right one (D1-130)', async () => {
    await demo.reader.insert(card);
    await tryToEnter(WRONG_PIN);
    await expectState({ title: 'PIN 碼錯誤', code: 'pin-wrong' });
    await expectPage(page.getByText('只剩 1 次機會。')).toBeHidden();
    await expectPage(pinField(page)).toHaveValue('');
    await submitPin(page, WRONG_PIN);
    await expectPage(page.getByText('只剩 1 次機會。')).toBeVisible();
    await gallery.keep(page, 'one-try-left-zh');
    expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 1, keyUses: 0 });
    expect(proofs()).toEqual([]);
    await submitPin(page, PIN);
    await expectInside();
    expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: 1 });
  });

  test('three wrong: the page of a locked card leads to its issuer and to the one-day password (D1-130)', async () => {
    await demo.reader.insert(card);
    await tryToEnter(WRONG_PIN);
    for (let tries = 2; tries > 0; tries -= 1) {
      await expectState({ title: 'PIN 碼錯誤', code: 'pin-wrong' });
      await submitPin(page, WRONG_PIN);
    }
    await expectFailurePage({ title: 'PIN 已鎖卡', code: 'pin-locked' });
    const main = page.getByRole('main');
    await expectPage(main.getByRole('link', { name: '鎖卡解碼' })).toHaveAttribute(
      'href',
      'https://moica.nat.gov.tw/unblockcard.html',
    );
    await expectPage(main.locator('a[href*="/login/one-day-password"]').first()).toBeVisible();
    await gallery.keep(page, 'locked-zh');
    await switchToEnglish(page);
    await gallery.keep(page, 'locked-en');
    await page.getByRole('complementary').getByRole('link', { name: 'Back to the login page' }).click();
    await submitPin(page, PIN, 'en');
    await expectFailurePage({ title: 'The card has locked its PIN', code: 'pin-locked' });
    expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 0, keyUses: 0 });
    expect(proofs()).toEqual([]);
  });

  test('pulled between challenge and signature, put in again, on the same page', async () => {
    await demo.reader.insert(card);
    await openLoginPage(page, `${company}/?from=virtual-card`);
    const challenged = page.waitForResponse(`${portal}/login/card/challenge`);
    await context.route(`${demo.demo.cardAgent}/popupForm`, async route => {
      await challenged;
      await demo.reader.remove();
      await route.continue();
    });
    await submitPin(page, PIN);
    await expectPulled();
    await context.unroute(`${demo.demo.cardAgent}/popupForm`);
    await demo.reader.insert(card);
    await submitPin(page, PIN);
    await expectInside();
    expect(proofs()).toHaveLength(1);
  });

  test('pulled while it signs, put in again, on the same page', async () => {
    await demo.reader.insert(card);
    await demo.reader.removeAtKeyUse();
    await tryToEnter(PIN);
    await expectPulled();
    await gallery.keep(page, 'pulled-zh');
    expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: 0 });
    await demo.reader.insert(card);
    await submitPin(page, PIN);
    await expectInside();
    expect(proofs()).toHaveLength(1);
  });

  /** The agent looks at the reader again until the card service has noticed; only where OpenSC hangs it cannot tell. */
  async function expectPulled(): Promise<void> {
    const heading = page.getByRole('article').getByRole('heading');
    await expectPage(heading).toHaveText(/^(讀卡機裡沒有卡片|元件處理逾時)$/);
    await expectPage(page.getByRole('article').getByRole('listitem').first()).toBeVisible();
    await expectPage(page.getByRole('button', { name: '使用自然人憑證登入' })).toBeEnabled();
    expect(proofs()).toEqual([]);
  }

  test.each([
    ['moeaca-g2', '工商憑證'],
    ['gca-g2', '政府'],
  ] as const)('of another family, %s: said so before it is given the PIN, and no session', async (issuer, word) => {
    const authority = (await loadAuthority(demo.folder.authority))!;
    const organization = { name: '示範機關', identifier: String(randomInt(10_000_000, 99_999_999)) };
    const [sign, encrypt] = await Promise.all(
      (['sign', 'encrypt'] as const).map(purpose =>
        issueBusinessCertificate(authority.cas[issuer], organization, purpose),
      ),
    );
    const chain = chainOf(authority, issuer).map(({ certificate }) => certificate);
    const other = virtualCardOf({ sign: sign!, encrypt: encrypt!, chain }, { pin: PIN });
    await demo.reader.insert(other);
    await tryToEnter(WRONG_PIN);
    await expectState({ title: '這不是自然人憑證', code: 'wrong-card-family' });
    await expectPage(page.getByRole('article').locator('[data-family]:visible')).toContainText(word);
    expect(await demo.reader.stateOf(other)).toMatchObject({ pinTriesLeft: 3, keyUses: 0 });
    expect(proofs()).toEqual([]);
    await page.goto(company);
    expect(new URL(page.url()).pathname).toBe('/login');
  });

  test('a blocked window: the card is not asked, nothing was lost', async () => {
    await demo.reader.insert(card);
    await page.addInitScript(`addEventListener('load', () => {
      document.getElementById('pin').value = '${PIN}';
      document.getElementById('login').requestSubmit();
    })`);
    await page.goto(company);
    await expectState({ title: '瀏覽器擋住了元件視窗', code: 'popup-blocked' });
    await expectPage(pinField(page)).toHaveValue('');
    expect(sent.filter(({ url }) => url.startsWith(demo.demo.cardAgent))).toEqual([]);
  });
});

describe('a computer that lacks something', () => {
  test('no reader; then no component at all', async () => {
    const port = Number(new URL(demo.demo.cardAgent).port);
    await demo.running.agent.stop();
    const without = await startVirtualReader({ readers: 'none' });
    const agent = await startAgentProcess(['--pkcs11-module', OPENSC_MODULE, '--allow-origin', portal], {
      env: without.environment,
      port,
    });
    await tryToEnter(PIN);
    await expectState({ title: '找不到讀卡機', code: 'no-reader' });
    await gallery.keep(page, 'no-reader-zh');

    await agent.stop();
    await without.stop();
    await submitPin(page, PIN);
    await expectState({ title: '找不到元件', code: 'component-absent' });
    expect(proofs()).toEqual([]);
  });
});

test('no page has to be scrolled sideways, down to 320 px (WCAG 2.1, 1.4.10)', () => {
  expect(gallery.tooWide).toEqual([]);
});
