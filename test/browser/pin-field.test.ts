import type { BrowserContext, Page, Request } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ComponentDouble } from '../card-agent/component-double.ts';
import type { TestPortal } from '../web/support/portal.ts';
import { openDoublePortal, type DoublePortal } from './double-portal.ts';

/** Where the PIN is, and where it is not; what else surrounds a card dialogue. */

const PIN = '24681012';

let opened: DoublePortal;
let portal: TestPortal;
let component: ComponentDouble;
let context: BrowserContext;
let page: Page;
let sent: string[];

beforeAll(async () => {
  opened = await openDoublePortal();
  ({ component, portal } = opened);
});
afterAll(() => opened.close());

beforeEach(async () => {
  context = await opened.browser.newContext({ locale: 'zh-TW', ignoreHTTPSErrors: true });
  page = await context.newPage();
  sent = [];
  page.on('request', (request: Request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`${portal.origin}/login`);
});
afterEach(async () => {
  expect(sent.join('\n')).not.toContain(PIN);
  expect(portal.log.join('\n')).not.toContain(PIN);
  await context.close();
});

const pinField = () => page.getByLabel('PIN 碼', { exact: true });
const button = () => page.getByRole('button', { name: '使用自然人憑證登入' });
const submit = async () => {
  await pinField().fill(PIN);
  await button().click();
};

describe('what is around the component', () => {
  test('a site that it does not trust is led to its page of trusted sites', async () => {
    component.reply({ func: 'sign', ret_code: 0x7600000f, last_error: 0 });
    await submit();
    const link = page.getByRole('link', { name: '元件的信任網站頁面' });
    expect(await link.getAttribute('href')).toBe(
      `${component.origin}/addDomain?domain=${new URL(portal.origin).hostname}`,
    );
  });

  test('two tabs at once: each gets its own answer', async () => {
    component.answerWith(({ pin }) => ({ func: 'sign', ret_code: pin === PIN ? 0x76000006 : 0x76100003 }));
    const other = await context.newPage();
    await other.goto(`${portal.origin}/login`);
    await Promise.all(
      (
        [
          [page, PIN],
          [other, '13579bdf'],
        ] as const
      ).map(async ([tab, pin]) => {
        await tab.getByLabel('PIN 碼', { exact: true }).fill(pin);
        await tab.getByRole('button', { name: '使用自然人憑證登入' }).click();
      }),
    );
    await page.getByRole('heading', { name: '讀卡機裡沒有卡片' }).waitFor();
    await other.getByRole('heading', { name: '找不到讀卡機' }).waitFor();
  });
});

describe('the PIN (D1-131)', () => {
  test('is in no form that can be sent, and no offer to keep it is asked for', async () => {
    const field = await pinField().evaluate(input =>
      Object.fromEntries(input.getAttributeNames().map(name => [name, input.getAttribute(name)])),
    );
    expect(field).toMatchObject({ type: 'password', autocomplete: 'one-time-code', 'data-lpignore': 'true' });
    expect(field).not.toHaveProperty('name');
    expect(field).not.toHaveProperty('value');
  });

  test.each(['000000', '12345678', 'abcdef', 'aA1bB2cC'])(
    '%s is for the card to judge: no rule of our own (D1-132)',
    async pin => {
      component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
      await pinField().fill(pin);
      await button().click();
      await page.getByRole('heading', { name: '讀卡機裡沒有卡片' }).waitFor();
      expect(component.received().map(({ data }) => JSON.parse(String(data)) as object)).toMatchObject([{ pin }]);
    },
  );

  test('that was typed and not sent is gone when the page is left, and stays gone on the way back', async () => {
    await pinField().fill(PIN);
    await page.getByRole('link', { name: 'PIN 碼規則' }).click();
    await page.getByRole('heading', { level: 1, name: '自然人憑證的 PIN 碼' }).waitFor();
    await page.goBack();
    expect(await pinField().inputValue()).toBe('');
    expect(await button().isDisabled()).toBe(false);
  });

  test('is nowhere in the page, its history or its storage after a try', async () => {
    component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
    await submit();
    await page.getByRole('heading', { name: '讀卡機裡沒有卡片' }).waitFor();
    const kept = await page.evaluate(`JSON.stringify([
      document.documentElement.outerHTML, [...document.querySelectorAll('input')].map(input => input.value), location.href,
      history.state, { ...localStorage }, { ...sessionStorage }, document.cookie, window.name,
    ])`);
    expect(String(kept)).not.toContain(PIN);
  });
});

test('every page with a card dialogue keeps its opener, and its policy stays strict', async () => {
  for (const path of ['/login', '/apply', '/help/reader']) {
    const headers = (await page.goto(`${portal.origin}${path}`))?.headers() ?? {};
    expect(await page.locator('[data-component]').count()).toBe(1);
    expect(headers['cross-origin-opener-policy']).toBe('same-origin-allow-popups');
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
    expect(headers['cache-control']).toBe('no-store');
  }
});
