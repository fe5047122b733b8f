import type { BrowserContext, Page, Request } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IssuedCertificate } from '../authority/certificate.ts';
import type { ComponentDouble } from '../card-agent/component-double.ts';
import { signWithCard, type CardWorld } from '../web/support/cards.ts';
import type { TestPortal } from '../web/support/portal.ts';
import { openDoublePortal, type DoublePortal } from './double-portal.ts';

/** Where the PIN is, and where it is not; what else surrounds a card dialogue. */

const PIN = '24681012';

let opened: DoublePortal;
let portal: TestPortal;
let world: CardWorld;
let card: IssuedCertificate;
let component: ComponentDouble;
let context: BrowserContext;
let page: Page;
let sent: string[];

beforeAll(async () => {
  opened = await openDoublePortal();
  ({ component, portal, world, card } = opened);
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
/** Has the component sign as the card would. */
const playCard = (by: IssuedCertificate) =>
  component.answerWith(({ tbs = '' }) => {
    const { signature, certificate } = signWithCard(by, tbs);
    return { func: 'sign', ret_code: 0, signature, certb64: certificate };
  });
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

  test('is taken out of the field as the page is left, whatever the browser keeps of it', async () => {
    await pinField().fill(PIN);
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`);
    expect(await pinField().inputValue()).toBe('');
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

describe('what became of the PIN', () => {
  const warning = () => page.getByText('卡片可能已經收到這組 PIN 碼');

  test('a popup that is closed while the card has the PIN: a try may be gone (D1-130)', async () => {
    component.play({});
    const popup = context.waitForEvent('page');
    await submit();
    await expect.poll(() => component.received().length).toBe(1);
    await (await popup).close();
    await page.getByRole('heading', { name: '已取消登入' }).waitFor();
    expect(await warning().isVisible()).toBe(true);
    expect(await page.locator('#state').innerText()).not.toContain('沒有送出');
  });

  test.each([
    [0x7600000d, '元件處理逾時', true],
    [0x7610000d, '卡片上沒有簽章憑證', true],
    [0x76100003, '找不到讀卡機', false],
    [0x76300004, '簽章沒有完成', false],
  ])('%i: whether a try may be gone', async (retCode, title, isInDoubt) => {
    component.reply({ func: 'sign', ret_code: retCode, last_error: 0 });
    await submit();
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await warning().isVisible()).toBe(isInDoubt);
  });
});

describe('a page that cannot go on says so, and is free again', () => {
  const failed = (code: string) =>
    page.waitForURL(url => url.pathname === '/login/failed' && url.search.includes(code));

  test.each(['/login/card/challenge', '/login/card'])('a portal that never answers at %s', async path => {
    // The limit of the page's requests, fifteen times as fast.
    await page.evaluate(`{
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = ms => timeout(ms / 15);
    }`);
    await context.route(`${portal.origin}${path}`, () => undefined);
    playCard(card);
    await submit();
    await page.getByRole('heading', { name: '連不上認證閘道' }).waitFor();
    expect(await button().isDisabled()).toBe(false);
  });

  test('a refusal in a browser that keeps nothing', async () => {
    await context.addInitScript(`
      for (const name of ['sessionStorage', 'localStorage']) {
        Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied.', 'SecurityError'); } });
      }`);
    await page.reload();
    playCard(await world.issueCard());
    await submit();
    await failed('code=card-not-bound');
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  test('a fault of the page itself: never a page that says "verifying" for ever', async () => {
    await page.evaluate(`document.querySelector('template[data-state="no-card"]').remove()`);
    component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
    await submit();
    await failed('');
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});

test('where the browser refuses cookies the page says so before a PIN is typed', async () => {
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setDocumentCookieDisabled', { disabled: true });
  await page.reload();
  await page.getByRole('heading', { name: '瀏覽器不接受本站的 Cookie' }).waitFor();
  expect(await page.getByRole('status').textContent()).toContain('登入沒有完成');
  expect(await pinField().isDisabled()).toBe(true);
  expect(await button().isDisabled()).toBe(true);
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
