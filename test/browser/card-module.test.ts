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
  const chromium = await launchChromium({
    ca: demo.demo.ca,
    publicAddress: `127.0.0.1:${new URL(demo.demo.portal).port}`,
    screen,
    cards: { module: OPENSC_MODULE, environment: demo.reader.environment },
  });
  closers.push(() => chromium.close());
  browser = chromium.browser;
  await openContext();
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
async function givePinAndCertificate(): Promise<void> {
  expect(await screen.typeInto('^Unlock Security Device$', PIN, 20_000)).toBe(true);
  const answerChooser = async (): Promise<string> => {
    await screen.typeInto(' - Chromium$', '', 5_000);
    return new URL(page.url()).pathname;
  };
  await expect.poll(answerChooser, { interval: 1_000, timeout: 30_000 }).not.toBe('/login');
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

describe('the card in the browser’s own PKCS#11 module', () => {
  test('the browser asks for the PIN, the card signs the handshake, the system opens (D3-02)', async () => {
    await beginByBrowser();
    await givePinAndCertificate();
    await expectInside();
    const echo = await page.evaluate(`fetch('/echo').then(response => response.text())`);
    expect(echo).toMatch(/"x-gateway-auth-method",\s*"card-tls"/i);
    expect(await demo.reader.stateOf(card)).toEqual({ pinTriesLeft: 3, pukTriesLeft: 3, keyUses: 1 });
  });

  test('every login is a signature of its own: after logout nothing gets in without the card', async () => {
    await logOut();
    await beginByBrowser();
    await expectInside();
    expect(await demo.reader.stateOf(card)).toMatchObject({ keyUses: 2 });

    await logOut();
    await demo.reader.remove();
    await beginByBrowser();
    await expectPage(page.getByRole('heading', { level: 1 })).toHaveText('瀏覽器沒有出示憑證');
    expect(new URL(page.url()).origin).toBe(demo.demo.cardHost);
    await page.goto(company);
    expect(new URL(page.url()).pathname).toBe('/login');

    await context.close();
    await demo.reader.insert(card);
    await openContext();
    await beginByBrowser();
    await givePinAndCertificate();
    await expectInside();
    expect(await demo.reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: 3 });
  });
});
