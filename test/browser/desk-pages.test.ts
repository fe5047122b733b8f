import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { buildAssets, deliveredSystems, launchChromium } from '../web/support/browser-pages.ts';
import { openTestDesk, type TestDesk } from '../web/support/desk.ts';
import { judge, openWindow, type JudgedWindow } from './judged-window.ts';

type People = TestDesk['people'];

let desk: TestDesk;
let browser: Browser;
beforeAll(async () => {
  desk = await openTestDesk({ domain: 'gateway.localhost', assets: buildAssets(), systems: deliveredSystems });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await desk.portal.close();
});

async function sitDown(window: JudgedWindow, account: Account): Promise<void> {
  const [name = '', value = ''] = (await desk.as(account)).cookie.split('=');
  await window.context.clearCookies();
  await window.context.addCookies([{ name, value, url: `${desk.portal.origin}/`, secure: true }]);
}

const PAGES: readonly [name: string, who: (people: People) => Account, path: (people: People) => string][] = [
  ['home', people => people.registrar, () => '/'],
  ['accounts', people => people.auditor, () => '/accounts?state=active&q=c-'],
  ['accounts-none', people => people.auditor, () => '/accounts?q=nobody-at-all'],
  ['account-registrar', people => people.registrar, people => `/accounts/${people.user.id}`],
  ['account-head', people => people.head, people => `/accounts/${people.user.id}`],
  ['organisations', people => people.administrator, () => '/organisations'],
  ['organisation', people => people.administrator, people => `/organisations/${people.county.id}`],
  ['deputies', people => people.registrar, () => '/deputies'],
  ['profile', people => people.user, () => '/profile'],
  ['systems', people => people.user, () => '/systems'],
  ['policy-explain', people => people.registrar, () => '/policy/explain'],
  [
    'policy-explained',
    people => people.auditor,
    () =>
      `/policy/explain?account=c-user&method=POST&from=10.1.2.3&at=2026-11-23+10:00&purpose=1&url=${encodeURIComponent(
        `${desk.portal.context.systems.get('company')!.origin}/cases/7`,
      )}`,
  ],
  ['policy-mistyped', people => people.registrar, () => '/policy/explain?account=nobody&url=x&from=10.0.0.0/8&at=noon'],
  ['compliance', people => people.auditor, () => '/compliance'],
  ['acknowledgements', people => people.auditor, () => '/rules/acknowledgements'],
  ['figure-2', people => people.user, () => '/figures/2'],
  ['figure-3', people => people.user, () => '/figures/3'],
  ['rules', people => people.user, () => '/help/rules'],
  ['refused', people => people.user, () => '/compliance'],
];

describe.each([
  { language: 'zh', size: 'desk', withAxe: true },
  { language: 'zh', size: 'phone', withAxe: true },
  { language: 'en', size: 'desk', withAxe: true },
  { language: 'en', size: 'phone', withAxe: false },
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
    // What is folded is judged too.
    await window.page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true; })');
    await judge(window, `desk-${name}-${size}-${language}`, withAxe);
  });

  test('a form that came back', async () => {
    await sitDown(window, desk.people.user);
    await window.page.goto(`${desk.portal.origin}/profile`);
    await window.page.getByLabel(language === 'zh' ? '公務信箱' : 'Office mail').fill('不是信箱');
    await window.page.getByRole('button', { name: language === 'zh' ? '儲存' : 'Save' }).click();
    const summary = window.page.getByRole('alert');
    await summary.waitFor();
    expect(await summary.evaluate(element => element.ownerDocument.activeElement === element)).toBe(true);
    await judge(window, `desk-form-back-${size}-${language}`, withAxe);
    await summary.getByRole('link').click();
    const focused = 'document.activeElement.id';
    expect(await window.page.evaluate(focused)).toBe('email');
  });
});

test('a registrar suspends an account by keyboard alone', async () => {
  const window = await openWindow(browser, 'desk', 'zh');
  const { page } = window;
  await sitDown(window, desk.people.registrar);
  await page.goto(`${desk.portal.origin}/accounts/${desk.people.neighbour.id}`);
  const press = async (until: string, key = 'Tab') => {
    for (let times = 0; times < 60; times += 1) {
      await page.keyboard.press(key);
      if ((await page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id')) === until)
        return;
    }
    throw new Error(`The keyboard does not reach ${until}.`);
  };
  await press('停用這個帳號');
  await page.keyboard.press('Enter');
  const reason = page.getByRole('textbox', { name: '理由' });
  await reason.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('調查中');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('停用業務帳號').first().waitFor();
  expect((await desk.portal.context.database.accounts.findAccount(desk.people.neighbour.id))?.state).toBe('suspended');
  await window.context.close();
});
