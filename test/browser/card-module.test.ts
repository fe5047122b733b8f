import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectPage, launchChromium } from '../support/chromium.ts';
import { startDemoOnVirtualCard, type DemoOnVirtualCard } from '../support/demo-on-virtual-card.ts';
import { startScreen, type Screen } from '../support/screen.ts';
import { CHECKOUT, systemOf } from '../support/temporary-demo.ts';
import { virtualCardOf, type VirtualCard } from '../support/virtual-card/card-content.ts';
import { OPENSC_MODULE } from '../support/virtual-card/virtual-reader.ts';
import { readDemoCard } from './demo-card.ts';
import { requireFreshBuild } from './fresh-build.ts';
import { openLoginPage } from './login-page.ts';

const PIN = '24681357';

/** What was started, first to last. */
const closers: (() => Promise<void>)[] = [];

let demo: DemoOnVirtualCard;
let screen: Screen;
let browser: Browser;
let launch: () => Promise<void>;
let context: BrowserContext;
let page: Page;
let company: string;
let card: VirtualCard;

beforeAll(async () => {
  requireFreshBuild(CHECKOUT);
  demo = await startDemoOnVirtualCard();
  closers.push(() => demo.close());
  company = systemOf(demo.demo, 'company');
  card = virtualCardOf(await readDemoCard(demo.folder, 'county-user'), { pin: PIN });
  await demo.reader.insert(card);
  screen = await startScreen();
  closers.push(() => screen.close());
  launch = async () => {
    const chromium = await launchChromium({
      ca: demo.demo.ca,
      publicAddress: `127.0.0.1:${new URL(demo.demo.portal).port}`,
      screen,
      cards: { module: OPENSC_MODULE, environment: demo.reader.environment },
    });
    closers.push(() => chromium.close());
    browser = chromium.browser;
    await openContext();
  };
  await launch();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A browser without cookies and without a memory of certificates that were chosen. */
async function openContext(): Promise<void> {
  context = await browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei' });
  page = await context.newPage();
}

/** From the login page by its second way. */
async function beginByBrowser(): Promise<void> {
  await openLoginPage(page, `${company}/?from=module`);
  await page.getByRole('button', { name: '以瀏覽器憑證登入' }).click({ noWaitAfter: true });
}

/** The browser's two questions: a window of its own for the PIN, then the chooser, which the return key answers. */
async function givePinAndCertificate(isPinAsked: boolean): Promise<void> {
  const givePin = (waitMs: number) => screen.typeInto('^Unlock Security Device$', PIN, waitMs);
  if (isPinAsked) expect(await givePin(20_000)).toBe(true);
  const answer = async (): Promise<string> => {
    // asked again where a busy machine lost a key of the first time
    if (!(await givePin(300))) await screen.typeInto(' - Chromium$', '', 5_000);
    return browser.isConnected() ? new URL(page.url()).pathname : 'the browser has ended';
  };
  await expect.poll(answer, { interval: 1_000, timeout: 40_000 }).not.toBe('/login');
}

async function expectInside(): Promise<void> {
  await page.waitForURL(`${company}/?from=module`);
  await expectPage(page.getByRole('row', { name: '姓名' })).toContainText('示範陳雅文');
}

async function logOut(): Promise<void> {
  await page.goto(`${company}/.gateway/logout`);
  await page.getByRole('button', { name: '登出所有系統' }).click();
  await page.waitForURL(`${demo.demo.portal}/logged-out`);
}

/**
 * Begins again with another browser where Chromium itself has ended: the module runs inside it, and takes it down now and
 * then. What fails while the browser lives fails.
 */
async function inLivingBrowser(work: () => Promise<void>): Promise<void> {
  for (let left = 2; left > 0; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (browser.isConnected()) throw error;
      await demo.reader.insert(card);
      await launch();
    }
  }
  await work();
}

/**
 * A pulled card leaves OpenSC dead-locked now and then (scripts/soak/card-pulls.ts), and with it the handshake of the browser
 * that has it inside: only another browser goes on.
 */
async function expectNoCertificatePage(): Promise<void> {
  try {
    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('瀏覽器沒有出示憑證');
  } catch (error) {
    const isInHandshake = new URL(page.url()).pathname === '/login';
    if (isInHandshake) await browser.close();
    throw error;
  }
}

/** @param isPinAsked not where this browser has the card open already */
async function logInByCard(isPinAsked = true): Promise<void> {
  await beginByBrowser();
  await givePinAndCertificate(isPinAsked);
  await expectInside();
}

const keyUses = async () => (await demo.reader.stateOf(card)).keyUses;

describe('the card in the browser’s own PKCS#11 module', () => {
  test('the browser asks for the PIN, the card signs the handshake, the system opens (D3-02)', async () => {
    await inLivingBrowser(async () => {
      const before = await keyUses();
      await logInByCard();
      const echo = await page.evaluate(`fetch('/echo').then(response => response.text())`);
      expect(echo).toMatch(/"x-gateway-auth-method",\s*"card-tls"/i);
      expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: before + 1 });
    });
  });

  test('every login is a signature of its own: after logout nothing gets in without the card', async () => {
    await inLivingBrowser(async () => {
      await context.close();
      await openContext();
      await logInByCard(false);
      const before = await keyUses();

      await logOut();
      await beginByBrowser();
      await expectInside();
      expect(await keyUses()).toBe(before + 1);

      await logOut();
      await demo.reader.remove();
      await beginByBrowser();
      await expectNoCertificatePage();
      expect(new URL(page.url()).origin).toBe(demo.demo.cardHost);
      await page.goto(company);
      expect(new URL(page.url()).pathname).toBe('/login');

      await context.close();
      await demo.reader.insert(card);
      await openContext();
      await logInByCard();
      expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: before + 2 });
    });
  });
});
