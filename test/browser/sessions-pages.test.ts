import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { endSessions } from '../../src/flows/sessions/end-sessions.ts';
import { composeEvent } from '../../src/flows/gateway-context.ts';
import type { Session } from '../../src/sessions/session.ts';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { buildAssets, deliveredSystems, launchChromium } from '../web/support/browser-pages.ts';
import { openTestDesk, type TestDesk } from '../web/support/desk.ts';
import { judge, openWindow, type JudgedWindow } from './judged-window.ts';

type People = TestDesk['people'];

let desk: TestDesk;
let browser: Browser;
beforeAll(async () => {
  desk = await openTestDesk({ domain: 'gateway.localhost', assets: buildAssets(), systems: deliveredSystems });
  await fillLists();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await desk.portal.close();
});

/** People at work in several systems, from several places, and a few who no longer are. */
async function fillLists(): Promise<void> {
  const { portal, people } = desk;
  const { context } = portal;
  const open: Session[] = [];
  for (const account of [people.user, people.neighbour, people.stranger, people.registrar, people.head, people.user]) {
    const method = open.length % 3 === 2 ? 'one-day-password' : 'card';
    open.push((await portal.openSession({ account, method })).session);
  }
  await context.database.change(async changes => {
    const at = context.clock.now();
    for (const { reference } of open) {
      for (const system of ['company', 'business', 'factory'])
        await changes.sessions.insertEntry(reference, system, at);
    }
    return { result: undefined, events: [composeEvent(context, 'system.entered', { actor: { kind: 'gateway' } })] };
  });
  const references = [open[5]!.reference];
  const { id } = people.administrator;
  await endSessions(
    context,
    { scope: { kind: 'everything' }, references },
    { reason: 'administrator', actor: { kind: 'account', accountId: id }, note: '示範：電腦送修，請改用另一台。' },
  );
  // One that gave way to the person's first.
  const { session: gaveWay } = await portal.openSession({ account: people.user });
  await endSessions(
    context,
    { scope: { kind: 'everything' }, references: [gaveWay.reference] },
    { reason: 'replaced', actor: { kind: 'account', accountId: people.user.id }, note: open[0]!.reference },
  );
}

async function sitDown(window: JudgedWindow, account: Account): Promise<void> {
  const [name = '', value = ''] = (await desk.as(account)).cookie.split('=');
  await window.context.clearCookies();
  await window.context.addCookies([{ name, value, url: `${desk.portal.origin}/`, secure: true }]);
}

const PAGES: readonly [name: string, who: (people: People) => Account, path: (people: People) => string][] = [
  ['own', people => people.user, () => '/sessions'],
  ['register-registrar', people => people.registrar, () => '/sessions/register'],
  ['register-auditor', people => people.auditor, () => '/sessions/register?show=ended&q=c-&method=card'],
  ['register-ended', people => people.registrar, () => '/sessions/register?show=ended&q=c-user'],
  [
    'register-long',
    people => people.administrator,
    ({ county, commerce }) =>
      `/sessions/register?method=card-tls&q=${'wwwwwwwwww'.repeat(10)}&organisation=${county.id}&unit=${commerce.id}` +
      '&address=2001:db8:1111:2222:3333:4444:5555:6666&session=12345678-1234-4234-8234-123456789012',
  ],
  [
    'end-long',
    people => people.administrator,
    () => `/sessions/register/end?q=${'wwwwwwwwww'.repeat(10)}&address=2001:db8:1111:2222:3333:4444:5555:6666`,
  ],
  ['register-mistyped', people => people.registrar, () => '/sessions/register?address=192.0.2&q=c-'],
  ['register-beyond', people => people.registrar, () => '/sessions/register?page=99999'],
  ['register-none', people => people.auditor, () => '/sessions/register?address=192.0.2.9'],
  ['end-shown', people => people.registrar, people => `/sessions/register/end?unit=${people.commerce.id}`],
  ['end-everything', people => people.administrator, () => '/sessions/register/end'],
  ['account', people => people.registrar, people => `/accounts/${people.user.id}`],
];

describe.each([
  { language: 'zh', size: 'desk', withAxe: true },
  { language: 'en', size: 'phone', withAxe: true },
  { language: 'en', size: 'desk', withAxe: false },
  { language: 'zh', size: 'phone', withAxe: false },
  { language: 'zh', size: 'zoom', withAxe: false },
] as const)('$language, $size: axe finds nothing, nothing is cut off or blocked', ({ language, size, withAxe }) => {
  let window: JudgedWindow;
  beforeAll(async () => {
    window = await openWindow(browser, size, language);
  });
  afterAll(() => window.context.close());

  test.each(PAGES)('%s', async (name, who, path) => {
    await sitDown(window, who(desk.people));
    await window.page.goto(desk.portal.origin + path(desk.people));
    await window.page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true; })');
    await judge(window, `sessions-${name}-${size}-${language}`, withAxe);
  });

  test('what can be done with a session is on the screen, however far the table goes beside it', async () => {
    const { page } = window;
    for (const [who, path] of [
      [desk.people.registrar, '/sessions/register'],
      [desk.people.user, '/sessions'],
    ] as const) {
      await sitDown(window, who);
      await page.goto(desk.portal.origin + path);
      const act = page
        .locator('td.act')
        .getByRole(path === '/sessions' ? 'button' : 'link')
        .first();
      const [box, width] = [await act.boundingBox(), page.viewportSize()?.width ?? 0];
      expect(box?.x, path).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? width), path).toBeLessThanOrEqual(width);
      // In sight, and not under another cell: it is what a finger there would meet.
      await act.click({ trial: true });
    }
  });

  test('a form that was sent too late, and the login page after it', async () => {
    const { page } = window;
    await sitDown(window, desk.people.user);
    await page.goto(`${desk.portal.origin}/profile`);
    await page.getByLabel(language === 'zh' ? '職稱' : 'Position').fill('科長');
    for (const { reference } of await desk.portal.context.sessions.listLiveOf(desk.people.user.id)) {
      await desk.portal.context.sessions.end(reference, 'replaced');
    }
    await page.getByRole('button', { name: language === 'zh' ? '儲存' : 'Save' }).click();
    await page.getByText('科長').waitFor();
    await judge(window, `sessions-too-late-${size}-${language}`, withAxe);
    await page.goto(`${desk.portal.origin}/login`);
    await judge(window, `sessions-login-${size}-${language}`, withAxe);
  });

  test('nobody can be looked up; the record of leaving waits', async () => {
    const { page } = window;
    const { checker } = desk.people;
    await desk.as(checker);
    await sitDown(window, checker);
    const { sessions } = desk.portal.context;
    const check = sessions.check.bind(sessions);
    Reflect.set(sessions, 'check', () => Promise.reject(new StoreFault('away')));
    try {
      await page.goto(`${desk.portal.origin}/profile`);
      await judge(window, `sessions-unavailable-${size}-${language}`, withAxe);
      await page.goto(`${desk.portal.origin}/logout`);
      await judge(window, `sessions-way-out-${size}-${language}`, withAxe);
      const token = await page.locator('form[action="/sessions/end"] input[name="token"]').inputValue();
      expect(token).toMatch(/^[\w-]{43}$/);
      await page.locator('form[action="/sessions/end"] input[name="which"]').evaluate(input => {
        input.setAttribute('value', 'others');
      });
      await page.locator('form[action="/sessions/end"] button').click();
      await page.getByRole('heading', { name: language === 'zh' ? '其他連線已結束' : 'Your other sessions' }).waitFor();
      await judge(window, `sessions-others-ended-${size}-${language}`, withAxe);
    } finally {
      Reflect.set(sessions, 'check', check);
    }
    await page.goto(`${desk.portal.origin}/logged-out?hold=here-only`);
    await judge(window, `sessions-left-${size}-${language}`, withAxe);
  });
});

test('a registrar ends what the filter shows by keyboard alone, and is told how many', async () => {
  const window = await openWindow(browser, 'desk', 'zh');
  const { page } = window;
  await sitDown(window, desk.people.cityRegistrar);
  await page.goto(`${desk.portal.origin}/sessions/register?q=t-user`);
  await page.getByRole('link', { name: '結束符合條件的所有連線' }).press('Enter');
  await page.getByText('共 1 個帳號的 1 個連線').waitFor();
  await page.getByRole('button', { name: '結束這些連線' }).press('Enter');
  await page.getByRole('alert').getByRole('link').press('Enter');
  await page.keyboard.type('示範：離座未登出');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('已結束 1 個連線').waitFor();
  expect(page.url()).toContain('q=t-user');
  expect(await desk.portal.context.sessions.listLiveOf(desk.people.stranger.id)).toEqual([]);
  await window.context.close();
});
