import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import type { ComponentDouble } from '../card-agent/component-double.ts';
import { signWithCard, type CardWorld } from '../web/support/cards.ts';
import type { TestPortal } from '../web/support/portal.ts';
import { openDoublePortal, type DoublePortal } from './double-portal.ts';

const PIN = '24681012';
const SHOTS = process.env['PAGE_SHOTS'];

let opened: DoublePortal;
let world: CardWorld;
let portal: TestPortal;
let component: ComponentDouble;
let browser: Browser;
let card: IssuedCertificate;
let context: BrowserContext;
let page: Page;
/** Everything that went to the portal: address and body. */
let sent: string[];

beforeAll(async () => {
  opened = await openDoublePortal();
  ({ component, world, card, portal, browser } = opened);
});
afterAll(() => opened.close());

beforeEach(async () => {
  context = await browser.newContext({ locale: 'zh-TW', ignoreHTTPSErrors: true });
  page = await context.newPage();
  sent = [];
  page.on('request', (request: Request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`${portal.origin}/login`);
});
afterEach(async () => {
  // The PIN goes to the component's window and nowhere else (DESIGN rule 4, D1-131).
  expect(sent.join('\n')).not.toContain(PIN);
  expect(portal.log.join('\n')).not.toContain(PIN);
  await context.close();
});

const pinField = () => page.getByLabel('PIN 碼', { exact: true });
const button = () => page.getByRole('button', { name: '使用自然人憑證登入' });
const status = () => page.getByRole('status');

async function submit(pin = PIN): Promise<void> {
  await pinField().fill(pin);
  await button().click();
}

/** Has the double sign as the card would, over the challenge that the page hands it. */
function playCard(by: IssuedCertificate): void {
  const key = by.keyPair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const { certificate } = signWithCard(by, '');
  component.play({
    onMessage: `
      const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
      const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
      const key = await crypto.subtle.importKey('pkcs8', bytes('${key}'), algorithm, false, ['sign']);
      const { tbs } = JSON.parse(event.data);
      const signed = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(tbs));
      const signature = btoa(String.fromCharCode(...new Uint8Array(signed)));
      const reply = { func: 'sign', ret_code: 0, last_error: 0, signature, certb64: '${certificate}' };
      opener.postMessage(JSON.stringify(reply), event.origin);
      close();`,
  });
}

describe('a login by card in a browser', () => {
  test('goes through the component’s popup to the start page', async () => {
    playCard(card);
    await submit();
    await page.waitForURL(`${portal.origin}/`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('首頁');
    const [message] = component.received();
    expect(message).toMatchObject({ origin: portal.origin });
    expect(JSON.parse(String(message?.data))).toMatchObject({
      func: 'MakeSignature',
      pin: PIN,
      signatureType: 'PKCS1',
    });
  });

  test('leads into the system of its trip', async () => {
    const system = portal.context.systems.get('company')!;
    const { location } = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
    await page.goto(location);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('公司登記系統');
    playCard(card);
    await submit();
    await page.waitForURL(url => url.href.startsWith(`${system.origin}/.gateway/enter?code=`));
  });

  test('works with the keyboard alone, the field being focused at first', async () => {
    playCard(card);
    expect(await page.evaluate('document.activeElement.id')).toBe('pin');
    await page.keyboard.type(PIN);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${portal.origin}/`);
  });

  test('empties the field at once, says what goes on, and cannot be sent twice', async () => {
    component.play({ onLoad: '' });
    await submit();
    expect(await pinField().inputValue()).toBe('');
    expect(await button().isDisabled()).toBe(true);
    expect(await status().textContent()).toContain('請不要抽出卡片');
    await page.keyboard.press('Enter');
    await expect.poll(() => context.pages().length).toBe(2);
    expect(sent.filter(line => line.includes('/login/card/challenge'))).toHaveLength(1);
  });

  test('does not call the component by itself', async () => {
    await page.waitForLoadState('networkidle');
    expect(context.pages()).toHaveLength(1);
    expect(component.received()).toEqual([]);
  });
});

describe('what the component says is told beside the field', () => {
  test.each([
    ['pin-wrong', { ret_code: 0x76100006, last_error: 0xa0 }, 'PIN 碼錯誤', null],
    ['pin-wrong, two tries left', { ret_code: 0x76100006, last_error: -2147483646 }, 'PIN 碼錯誤', '還有 2 次機會。'],
    ['pin-wrong, one try left', { ret_code: 0x76100006, last_error: -2147483647 }, 'PIN 碼錯誤', '只剩 1 次機會。'],
    ['pin-length', { ret_code: 0x76100006, last_error: 0xa2 }, 'PIN 碼長度不對', null],
    ['no-reader', { ret_code: 0x76100003 }, '找不到讀卡機', null],
    ['no-card', { ret_code: 0x76000006 }, '讀卡機裡沒有卡片', null],
    ['wrong-card-family', { ret_code: 0x83000102 }, '這不是自然人憑證', null],
    ['untrusted-site', { ret_code: 0x7600000f }, '元件不信任本站', null],
    ['cancelled', { ret_code: 0x76000999 }, '已取消登入', null],
    ['component-error', { ret_code: 0x76300004 }, '簽章沒有完成', '0x76300004 / 0x00000000'],
    ['an unknown code', { ret_code: 0x12345678 }, '元件無法完成讀卡', 'unknown-code 0x12345678 / 0x00000000'],
  ])('%s', async (name, reply, title, more) => {
    component.reply({ func: 'sign', last_error: 0, ...reply });
    await submit();
    const heading = page.getByRole('heading', { name: title });
    await heading.waitFor();
    expect(await status().textContent()).toContain('登入沒有完成');
    const visible = await page.locator('#state').innerText();
    if (more === null) expect(visible).not.toContain('次機會');
    else expect(visible).toContain(more);

    // Ready for the next try, with the keyboard where it belongs.
    expect(await button().isDisabled()).toBe(false);
    const isAboutPin = name.startsWith('pin-');
    const focused = await page.evaluate('document.activeElement.id');
    expect(focused).toBe(isAboutPin ? 'pin' : 'state');
    expect(await pinField().getAttribute('aria-invalid')).toBe(String(isAboutPin));
    if (SHOTS !== undefined) {
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, `state-${name}.png`), fullPage: true });
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])).toEqual([]);
  });

  test('a blocked popup', async () => {
    await page.evaluate('window.open = () => null');
    await submit();
    await page.getByRole('heading', { name: '瀏覽器擋住了元件視窗' }).waitFor();
  });

  test('a popup that is closed', async () => {
    component.play({ onLoad: '' });
    const popup = context.waitForEvent('page');
    await submit();
    await (await popup).close();
    await page.getByRole('heading', { name: '已取消登入' }).waitFor();
  });

  test('a component that is not there', async () => {
    await page.clock.install();
    component.play({ onLoad: '' });
    await submit();
    await page.clock.runFor(11_000);
    await page.getByRole('heading', { name: '找不到元件' }).waitFor();
  });

  test('a portal that cannot be reached', async () => {
    // not before the popup is there: playwright loses sight of windows that are closed while they open
    const popup = context.waitForEvent('page').then(opened => opened.waitForLoadState());
    await context.route('**/login/card/challenge', async route => {
      await popup;
      await route.abort();
    });
    await submit();
    await page.getByRole('heading', { name: '連不上認證閘道' }).waitFor();
    // the popup is closed; the browser takes a moment to say so
    await expect.poll(() => context.pages().length).toBe(1);
  });

  test('the next try asks for a new challenge and takes the old failure away', async () => {
    component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
    await submit();
    await page.getByRole('heading', { name: '讀卡機裡沒有卡片' }).waitFor();
    playCard(card);
    await submit();
    await page.waitForURL(`${portal.origin}/`);
    expect(sent.filter(line => line.includes('/login/card/challenge'))).toHaveLength(2);
  });

  test('a PIN of the wrong form is stopped by the field itself', async () => {
    for (const pin of ['12345', '12 34 56', '']) {
      await submit(pin);
      expect(context.pages()).toHaveLength(1);
    }
    expect(sent.some(line => line.includes('/login/card'))).toBe(false);
  });
});

describe('what has a page of its own', () => {
  const failed = (code: string) =>
    page.waitForURL(url => url.pathname === '/login/failed' && url.search.includes(code));

  test('a locked card, with the way to the authority that unlocks it (D1-130)', async () => {
    component.reply({ func: 'sign', ret_code: 0x76100006, last_error: 0xa4 });
    await submit();
    await failed('code=pin-locked');
    const link = page.getByRole('link', { name: /鎖卡解碼/ });
    expect(await link.getAttribute('href')).toBe('https://moica.nat.gov.tw/unblockcard.html');
  });

  test('an expired certificate, with its last day, which is in no address', async () => {
    playCard(
      await world.issueCard({
        notBefore: new Date('2021-01-31T16:00:00Z'),
        notAfter: new Date('2026-01-31T15:59:59Z'),
      }),
    );
    await submit();
    await failed('code=certificate-expired');
    expect(await page.getByText('憑證有效至').innerText()).toBe('憑證有效至 2026-01-31 23:59:59');
    expect(page.url()).not.toContain('2026');
    expect(await page.locator('#reference').innerText()).toBe(new URL(page.url()).searchParams.get('ref'));
    // The same address in another tab tells the story without it.
    const other = await context.newPage();
    await other.goto(page.url());
    expect(await other.getByText('憑證有效至').isVisible()).toBe(false);
  });

  test('a card that is bound to no account, and the way back keeps the trip', async () => {
    const system = portal.context.systems.get('company')!;
    const { location } = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
    await page.goto(location);
    playCard(await world.issueCard());
    await submit();
    await failed('code=card-not-bound');
    await page.getByRole('link', { name: '回登入頁' }).click();
    await page.waitForURL(location);
    expect(await button().isDisabled()).toBe(false);
  });

  test('a replayed signature is refused at the second time', async () => {
    playCard(card);
    await submit();
    await page.waitForURL(`${portal.origin}/`);
    const body = sent.find(line => line.startsWith(`${portal.origin}/login/card {`))!.replace(/^\S+ /, '');
    const again = `fetch('/login/card', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(body)} }).then(answer => answer.json())`;
    expect(await page.evaluate(again)).toMatchObject({ code: 'challenge-unknown', status: 409 });
  });
});

test('without script the page says so and sends nothing', async () => {
  const plain = await browser.newContext({ locale: 'zh-TW', ignoreHTTPSErrors: true, javaScriptEnabled: false });
  const without = await plain.newPage();
  await without.goto(`${portal.origin}/login`);
  expect(await without.locator('noscript').innerText()).toContain('目前沒有啟用');
  expect(await without.locator('noscript .notice').isVisible()).toBe(true);
  const submitButton = without.getByRole('button', { name: '使用自然人憑證登入' });
  expect(await submitButton.isDisabled()).toBe(true);
  await without.getByLabel('PIN 碼', { exact: true }).fill(PIN);
  await without.keyboard.press('Enter');
  expect(without.url()).toBe(`${portal.origin}/login`);
  await without.getByRole('button', { name: 'English' }).click();
  expect(await without.title()).toContain('Log in to');
  await plain.close();
});
