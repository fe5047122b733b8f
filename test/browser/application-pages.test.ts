import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { decide, submit, versionOf, wellFilled } from '../web/support/applications.ts';
import { buildAssets, deliveredSystems, launchChromium } from '../web/support/browser-pages.ts';
import { openTestDesk, type TestDesk } from '../web/support/desk.ts';
import { judge, openWindow, type JudgedWindow } from './judged-window.ts';

type People = TestDesk['people'];

let desk: TestDesk;
let browser: Browser;
/** Applications at the stages that the pages show. */
const numbers = { review: '', letter: '', execution: '', done: '', enabling: '' };

beforeAll(async () => {
  desk = await openTestDesk({ domain: 'gateway.localhost', assets: buildAssets(), systems: deliveredSystems });
  browser = await launchChromium();
  const { user, head, registrar } = desk.people;
  const [clerk, chief, keeper] = [await desk.as(user), await desk.as(head), await desk.as(registrar)];
  const apply = async (form: 'D-06-09' | 'D-06-11') => {
    const response = await clerk.send(`/applications/new/${form}`, {
      ...wellFilled(desk, form, user),
      ...(form === 'D-06-09' ? { 'grants.0.role': 'officer' } : {}),
      do: 'submit',
    });
    return /D-06-\d\d-\d{4}-\d{4}/.exec(String(response.headers['location']))?.[0] ?? '';
  };
  numbers.review = await apply('D-06-09');
  numbers.execution = await apply('D-06-09');
  await decide(desk, chief, numbers.execution, 'approve', '業務需要屬實，同意。');
  numbers.done = await apply('D-06-09');
  await decide(desk, chief, numbers.done);
  const version = await versionOf(desk, numbers.done);
  await keeper.send(`/applications/${numbers.done}/execute`, { note: '已執行', version });
  numbers.enabling = await submit(desk, clerk, 'D-06-11', user);
  await decide(desk, chief, numbers.enabling);
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

const PAGES: readonly [name: string, who: (people: People) => Account, path: () => string][] = [
  ['inbox-head', people => people.head, () => '/inbox'],
  ['inbox-registrar', people => people.registrar, () => '/inbox'],
  ['own', people => people.user, () => '/applications'],
  ['register', people => people.auditor, () => '/applications/register?form=D-06-09'],
  ['choice', people => people.user, () => '/applications/new'],
  ['form-09', people => people.user, () => '/applications/new/D-06-09?change=add'],
  ['form-11', people => people.user, () => '/applications/new/D-06-11'],
  ['decide', people => people.head, () => `/applications/${numbers.review}`],
  ['execute', people => people.registrar, () => `/applications/${numbers.execution}`],
  ['done', people => people.user, () => `/applications/${numbers.done}`],
  ['masked', people => people.auditor, () => `/applications/${numbers.review}`],
  ['print', people => people.user, () => `/applications/${numbers.done}/print`],
  ['reconcile', people => people.registrar, () => '/reconcile'],
  ['due', people => people.registrar, () => '/due'],
  ['apply', people => people.user, () => '/apply'],
];

describe.each([
  { language: 'zh', size: 'desk', withAxe: true },
  { language: 'zh', size: 'phone', withAxe: false },
  { language: 'en', size: 'desk', withAxe: false },
  { language: 'zh', size: 'zoom', withAxe: false },
] as const)('$language, $size: axe finds nothing, nothing is cut off or blocked', ({ language, size, withAxe }) => {
  let window: JudgedWindow;
  beforeAll(async () => {
    window = await openWindow(browser, size, language);
  });
  afterAll(() => window.context.close());

  test.each(PAGES)('%s', async (name, who, path) => {
    await sitDown(window, who(desk.people));
    await window.page.goto(desk.portal.origin + path());
    await window.page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true; })');
    await judge(window, `application-${name}-${size}-${language}`, withAxe);
  });

  test('a form that came back: the summary has the keyboard, and leads to the field', async () => {
    await sitDown(window, desk.people.neighbour);
    await window.page.goto(`${desk.portal.origin}/applications/new/D-06-11`);
    await window.page.locator('#reason').fill('說明');
    await window.page.locator('button[value="submit"]').click();
    const summary = window.page.getByRole('alert');
    await summary.waitFor();
    expect(await summary.evaluate(element => element.ownerDocument.activeElement === element)).toBe(true);
    await judge(window, `application-back-${size}-${language}`, withAxe);
    await summary.getByRole('link').first().click();
    expect(await window.page.evaluate('document.activeElement.id')).toBe('reasonKind');
    expect(await window.page.locator('#reason').inputValue()).toBe('說明');
  });
});
