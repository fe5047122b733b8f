import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildAssets, launchChromium } from '../web/support/browser-pages.ts';
import { openTestDesk, type TestDesk } from '../web/support/desk.ts';
import type { TestPortal } from '../web/support/portal.ts';
import type { TestLogin } from '../support/gateway-context.ts';
import { judge, openWindow, type JudgedWindow } from './judged-window.ts';

/** A warning is due when half of this is left. */
const IDLE_MS = 16_000;

let desk: TestDesk;
let portal: TestPortal;
let browser: Browser;
const windows: JudgedWindow[] = [];
beforeAll(async () => {
  desk = await openTestDesk({
    domain: 'gateway.localhost',
    assets: buildAssets(),
    sessionLimits: { idleMs: IDLE_MS },
  });
  ({ portal } = desk);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});
afterEach(async () => {
  for (const { context } of windows.splice(0)) await context.close();
});

async function logIn(window: JudgedWindow, login: TestLogin = {}): Promise<string> {
  const [name = '', value = ''] = (await portal.logIn(login)).split('=');
  await window.context.addCookies([{ name, value, url: `${portal.origin}/`, secure: true }]);
  const answer = await portal
    .browser()
    .get('/sessions')
    .set('Cookie', `${name}=${value}`)
    .set('Accept', 'application/json');
  return (answer.body as { session: string }).session;
}

/** Somebody at a page with a form. */
async function sitDown(size: 'desk' | 'phone' = 'desk', language: 'zh' | 'en' = 'zh', login: TestLogin = {}) {
  const window = await openWindow(browser, size, language);
  windows.push(window);
  const session = await logIn(window, login);
  await window.page.goto(`${portal.origin}/profile`);
  return { ...window, session };
}

const warning = (page: Page) => page.getByRole('dialog');
const over = (page: Page) => page.getByRole('alert', { name: /連線已結束|Your session is over/ });
const leftOf = async (session: string): Promise<number> =>
  (await portal.context.sessions.describe([session])).get(session)?.idleRemainingMs ?? 0;
/** Text and place of what has the keyboard, shadow roots looked into. */
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).textContent');

describe('D1-098 the warning before the end', () => {
  test.each([
    { size: 'desk', language: 'zh' },
    { size: 'phone', language: 'en' },
  ] as const)(
    'comes in time, holds the keyboard, and staying is asked of the server ($size, $language)',
    async each => {
      const window = await sitDown(each.size, each.language);
      const { page, session } = window;
      const stay = each.language === 'zh' ? '保持登入' : 'Stay logged in';
      expect(await warning(page).isVisible()).toBe(false);
      await warning(page).waitFor();
      expect(await leftOf(session)).toBeLessThanOrEqual(IDLE_MS / 2);
      expect(await focused(page)).toBe(stay);
      expect(await warning(page).getByRole('timer').textContent()).toMatch(/^0:0\d$/);
      await judge(window, `warning-${each.size}-${each.language}`, true);
      const met = new Set<string>();
      for (let times = 0; times < 5; times += 1) {
        await page.keyboard.press('Tab');
        met.add(await focused(page));
      }
      // The page behind it is out of reach; the browser's own bar is not ours.
      expect([...met].filter(text => text === stay || /^(登出|Log out)$/.test(text)).length).toBeGreaterThan(0);
      expect(await page.evaluate('document.activeElement.closest("main, header, nav")')).toBe(null);

      if (each.size === 'desk') await page.keyboard.press('Escape');
      else await warning(page).getByRole('button', { name: stay }).click();
      await warning(page).waitFor({ state: 'hidden' });
      expect(await leftOf(session)).toBeGreaterThan(IDLE_MS / 2);
      // What the frame says of the end is the new one.
      const shown = Date.parse(String(await page.locator('.time-left time').first().getAttribute('datetime')));
      expect(shown - portal.context.clock.now().getTime()).toBeGreaterThan(IDLE_MS / 2);
    },
  );

  test('staying in one tab is heard in the other; logging out in it, too', async () => {
    const { page, context } = await sitDown();
    const other = await context.newPage();
    await other.goto(`${portal.origin}/profile`);
    await Promise.all([warning(page).waitFor(), warning(other).waitFor()]);
    await warning(page).getByRole('button', { name: '保持登入' }).click();
    await warning(page).waitFor({ state: 'hidden' });
    await warning(other).waitFor({ state: 'hidden' });
    await warning(other).waitFor();
    await warning(other).getByRole('button', { name: '登出' }).click();
    await other.waitForURL(`${portal.origin}/logged-out`);
    await over(page).waitFor();
    expect(await over(page).textContent()).toContain('可能已在另一個分頁登出');
  });

  test('a server that cannot be asked prolongs nothing, and the page says so', async () => {
    const { page, session } = await sitDown();
    await warning(page).waitFor();
    await page.route('**/session', route => route.abort());
    await warning(page).getByRole('button', { name: '保持登入' }).click();
    await page.getByText('目前無法連線到認證閘道').waitFor();
    expect(await warning(page).isVisible()).toBe(true);
    expect(await leftOf(session)).toBeLessThanOrEqual(IDLE_MS / 2);
    await page.unrouteAll();
    await page.keyboard.press('Escape');
    await warning(page).waitFor({ state: 'hidden' });
    expect(await leftOf(session)).toBeGreaterThan(IDLE_MS / 2);
  });

  test.each(['zh', 'en'] as const)(
    'what cannot be prolonged is said to be so, without a button (%s)',
    async language => {
      const endsAt = new Date(portal.context.clock.now().getTime() + IDLE_MS - 2_000);
      const window = await sitDown('desk', language, { method: 'one-day-password', endsAt });
      const { page } = window;
      await warning(page).waitFor();
      const words =
        language === 'zh'
          ? ['無法延長', '保持登入', '知道了']
          : ['cannot be prolonged', 'Stay logged in', 'Understood'];
      expect(await warning(page).textContent()).toContain(words[0]);
      expect(await warning(page).getByRole('button', { name: words[1]! }).count()).toBe(0);
      await judge(window, `warning-fixed-${language}`, true);
      await warning(page).getByRole('button', { name: words[2]! }).click();
      await warning(page).waitFor({ state: 'hidden' });
      // It is not asked about again before it is over.
      await over(page).waitFor();
      expect(await over(page).textContent()).toContain('24:00');
    },
  );
});

describe('after the end', () => {
  test.each(['zh', 'en'] as const)(
    'what was typed stays, is not sent, and can be once logged in again (%s)',
    async language => {
      const window = await sitDown(language === 'zh' ? 'desk' : 'phone', language);
      const { page, context, session } = window;
      const title = page.getByLabel(language === 'zh' ? '職稱' : 'Position');
      await title.fill('科長');
      await portal.context.sessions.end(session, 'administrator');
      await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
      await over(page).waitFor();
      expect(await over(page).textContent()).toContain(
        language === 'zh' ? '由管理人員結束' : 'ended by an administrator',
      );
      await judge(window, `session-over-${language}`, true);
      const save = page.getByRole('button', { name: language === 'zh' ? '儲存' : 'Save' });
      await save.click();
      expect(await title.inputValue()).toBe('科長');
      expect(page.url()).toBe(`${portal.origin}/profile`);

      await logIn(window);
      await page.evaluate('window.dispatchEvent(new Event("focus"))');
      await over(page).waitFor({ state: 'hidden' });
      await Promise.all([
        page.waitForURL(/profile/),
        page.waitForResponse(answer => answer.request().method() === 'POST'),
        save.click(),
      ]);
      await page
        .getByText(language === 'zh' ? '科長' : 'Position')
        .first()
        .waitFor();
      const person = await portal.context.database.accounts.findPerson(portal.account.personId);
      expect(person?.title).toBe('科長');
      expect(context.pages()).toHaveLength(1);
    },
  );

  test('another account in the same browser is not taken for the same session', async () => {
    const window = await sitDown();
    const { page, session } = window;
    await portal.context.sessions.end(session, 'idle');
    await logIn(window, { account: desk.people.user });
    await page.evaluate('window.dispatchEvent(new Event("focus"))');
    await over(page).waitFor();
    expect(await over(page).textContent()).toContain('另一個帳號');
  });

  test('D1-099 an open page alone keeps nobody logged in: it asks, and the session ends', async () => {
    const { page, session } = await sitDown();
    const asked: string[] = [];
    page.on('request', request => {
      if (request.url().endsWith('/session')) asked.push(`${request.method()} ${request.headers()['x-activity']}`);
    });
    await over(page).waitFor({ timeout: 30_000 });
    expect(await over(page).textContent()).toContain('閒置時間過長');
    expect(new Set(asked)).toEqual(new Set(['GET background']));
    expect(await leftOf(session)).toBe(0);
  });
});

describe('D1-099 the page is at work while its person is', () => {
  test('keys count once a minute, a script’s do not', async () => {
    const window = await openWindow(browser, 'desk', 'zh');
    windows.push(window);
    const { page } = window;
    await page.clock.install();
    await logIn(window);
    await page.goto(`${portal.origin}/profile`);
    const stays: string[] = [];
    page.on('request', request => {
      if (request.method() === 'POST') stays.push(request.url());
    });
    const title = page.getByLabel('職稱');
    await title.press('a');
    expect(stays).toEqual([]);
    // The server has not slept: it answers that there is time.
    await page.clock.fastForward(61_000);
    await page.evaluate('document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }))');
    expect(stays).toEqual([]);
    await Promise.all([page.waitForResponse(answer => answer.request().method() === 'POST'), title.press('b')]);
    await title.press('c');
    expect(stays).toEqual([`${portal.origin}/session`]);
  });
});

test('without script nothing of it is there, and the page works', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true, locale: 'zh-TW' });
  const page = await context.newPage();
  const [name = '', value = ''] = (await portal.logIn()).split('=');
  await context.addCookies([{ name, value, url: `${portal.origin}/`, secure: true }]);
  await page.goto(`${portal.origin}/profile`);
  expect(await page.locator('body').innerText()).not.toContain('即將自動登出');
  await page.getByRole('button', { name: '登出' }).click();
  expect(page.url()).toBe(`${portal.origin}/logged-out`);
  await context.close();
});
