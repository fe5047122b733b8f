import { sign } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../authority/soft-card.ts';
import type { ComponentDouble } from '../card-agent/component-double.ts';
import { makeCard } from '../card-agent/soft-card-folder.ts';
import { expectPage } from '../support/chromium.ts';
import { buildAssets } from '../web/support/browser-pages.ts';
import { openTestPortal, type TestPortal } from '../web/support/portal.ts';
import { openDoublePortal, type DoublePortal } from './double-portal.ts';

/** Readers and cards as people see them: the choice in a card dialogue, and the check for the help desk (D3-08). */

const SHOTS = process.env['PAGE_SHOTS'];
const PIN = '24681012';

let opened: DoublePortal;
let portal: TestPortal;
let component: ComponentDouble;
let browser: Browser;
let card: Required<Card>;
let context: BrowserContext;
let page: Page;
let sent: string[];

beforeAll(async () => {
  card = await makeCard();
  opened = await openDoublePortal();
  ({ component, portal, browser } = opened);
});
afterAll(() => opened.close());

beforeEach(() => open('zh-TW'));
afterEach(() => context.close());

async function open(locale: string): Promise<void> {
  context = await browser.newContext({
    locale,
    ignoreHTTPSErrors: true,
    permissions: ['clipboard-write', 'clipboard-read'],
  });
  page = await context.newPage();
  sent = [];
  context.on('request', (request: Request) =>
    sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
  );
}

/** The token of the citizen card as the real component lists it. */
function citizenToken() {
  const [ca, root] = card.chain;
  const entry = (label: string, der: Buffer, usage?: string) => ({
    label,
    ...(usage === undefined ? {} : { usage }),
    certb64: der.toString('base64').replaceAll(/.{64}/g, '$&\n'),
  });
  return {
    serialNumber: 'MT12345678901234',
    certs: [
      entry('ROOTCACert', root!.der),
      entry('CACert', ca!.der, 'keyCertSign|cRLSign'),
      entry('cert2', card.encrypt.certificate.der, 'keyEncipherment|dataEncipherment'),
      entry('cert1', card.sign.certificate.der, 'digitalSignature'),
    ],
  };
}

/** A health insurance card in the first reader, the citizen card in the second. */
const TWO_READERS = () => ({
  func: 'pkcs11info',
  ret_code: 0,
  last_error: 0,
  serverVersion: '1.3.4.103349',
  slots: [
    { slotDescription: 'Castles <b>NHI</b> 0', token: 'unknown token' },
    { slotDescription: 'CASTLES EZ100PU 1', token: citizenToken() },
    { slotDescription: 'Empty Reader 2', token: null },
  ],
});

async function shot(name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  for (const [size, width] of [
    ['desk', 1280],
    ['phone', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(SHOTS, `${name}-${size}.png`), fullPage: true });
  }
}

async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])).toEqual([]);
}

const requests = (): unknown[] => component.received().map(({ data }) => JSON.parse(String(data)) as unknown);

describe('the choice among readers', () => {
  const choose = () => page.getByRole('button', { name: '多個讀卡機？選擇讀卡機' });
  const radio = (name: string) => page.getByRole('radio', { name });
  const submit = async () => {
    await page.getByLabel('PIN 碼', { exact: true }).fill(PIN);
    await page.getByRole('button', { name: '使用自然人憑證登入' }).click();
  };
  const failed = (title: string) => page.getByRole('heading', { name: title }).waitFor();
  beforeEach(async () => {
    await page.goto(`${portal.origin}/login`);
  });

  test('names readers and cards, takes the one with the citizen card, and signs with it from then on', async () => {
    component.reply(TWO_READERS());
    await choose().click();
    await expectPage(radio('CASTLES EZ100PU 1')).toBeChecked();
    expect(requests()).toEqual([{ func: 'GetUserCert' }]);
    const list = await page.locator('#reader-options').innerText();
    for (const words of ['Castles <b>NHI</b> 0', '無法辨識', '自然人憑證', '示○○○明', '有效至', '沒有卡片']) {
      expect(list).toContain(words);
    }
    expect(list).not.toContain('示範王小明');
    await expectAccessible();
    await shot('reader-choice');

    component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
    await submit();
    await failed('讀卡機裡沒有卡片');
    expect(requests()).toMatchObject([{ func: 'MakeSignature', slotDescription: 'CASTLES EZ100PU 1' }]);
    expect(await page.locator('#reader-choice').getAttribute('class')).toContain('is-offered');
    await shot('reader-choice-offered');

    // By its name alone, and in this browser only.
    expect(await page.evaluate('({ ...localStorage })')).toEqual({
      'gateway-reader': 'CASTLES EZ100PU 1',
      'gateway-component-version': '1.3.4.103349',
    });
    await page.reload();
    await expectPage(page.locator('#chosen-reader')).toHaveText('使用讀卡機 CASTLES EZ100PU 1');
    expect(sent.filter(line => line.includes('EZ100PU') && !line.includes(` ${component.origin}/`))).toEqual([]);
  });

  test('another one can be chosen by keyboard, and "automatic" leaves it to the component again', async () => {
    component.reply(TWO_READERS());
    await choose().click();
    await expectPage(radio('CASTLES EZ100PU 1')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expectPage(page.locator('#chosen-reader b')).toHaveText('Empty Reader 2');
    await radio('自動').check();
    await expectPage(page.locator('#chosen-reader')).toBeHidden();
    component.reply({ func: 'sign', ret_code: 0x76000006, last_error: 0 });
    await submit();
    await failed('讀卡機裡沒有卡片');
    expect(requests()).toMatchObject([{ func: 'MakeSignature' }]);
    expect(requests()[0]).not.toHaveProperty('slotDescription');
  });

  test.each([0x76100003, 0x7600000e])(
    'a chosen reader that is gone is told by its name, not as no reader (%i)',
    async code => {
      const GONE = 'Gone <b>Reader</b> 9';
      await page.evaluate(`localStorage.setItem('gateway-reader', '${GONE}')`);
      await page.reload();
      component.reply({ func: 'sign', ret_code: code, last_error: 0 });
      await submit();
      await failed('找不到您選擇的讀卡機');
      expect(requests()).toMatchObject([{ slotDescription: GONE }]);
      const state = await page.locator('#state').innerText();
      for (const words of [GONE, '已改回自動選擇', '再輸入一次 PIN 碼']) expect(state).toContain(words);
      expect(state).not.toContain('重新開機');
      await expectPage(page.locator('#chosen-reader')).toBeHidden();
      expect(sent.filter(line => line.includes('/trouble') && line.includes('Gone'))).toEqual([]);
      if (code === 0x76100003) {
        await expectAccessible();
        await shot('state-reader-gone');
      }
      // The same code without a choice is what it was before.
      await submit();
      await failed(code === 0x76100003 ? '找不到讀卡機' : '元件不支援這項操作');
      expect(requests()[1]).not.toHaveProperty('slotDescription');
    },
  );

  test('a wrong PIN may have gone to another card: whose card it was is asked, and the choice offered', async () => {
    component.reply({ func: 'sign', ret_code: 0x76100006, last_error: 0x80000002 });
    await submit();
    await failed('PIN 碼錯誤');
    expect(await page.locator('#state').innerText()).toContain('確認讀到的是自然人憑證');
    expect(await page.locator('#reader-choice').getAttribute('class')).toContain('is-offered');
    await shot('state-pin-wrong');
    component.reply({ func: 'sign', ret_code: 0x76100006, last_error: 0xa4 });
    await submit();
    await failed('PIN 已鎖卡');
    expect(await page.getByRole('main').innerText()).toContain('確認讀到的是自然人憑證');
    await shot('page-pin-locked');
  });

  test('a reader that is gone is forgotten when the list does not have it', async () => {
    await page.evaluate(`localStorage.setItem('gateway-reader', 'Gone Reader 9')`);
    component.reply({ func: 'pkcs11info', ret_code: 0, slots: [{ slotDescription: 'A' }, { slotDescription: 'B' }] });
    await choose().click();
    await expectPage(radio('自動')).toBeChecked();
    expect(await page.evaluate('localStorage.length')).toBe(0);
  });

  test('what stops the listing is told like any other failure, and a PIN that was typed meanwhile stays', async () => {
    component.reply({ func: 'pkcs11info', ret_code: 0x76100001, last_error: 0, serverVersion: '1.3.4.1' });
    await page.getByLabel('PIN 碼', { exact: true }).fill('2468');
    await choose().click();
    await failed('卡片軟體沒有正常安裝');
    // An old component is named where it may be the cause.
    expect(await page.locator('#old-component').innerText()).toContain('元件版本過舊');
    expect(await page.getByLabel('PIN 碼', { exact: true }).inputValue()).toBe('2468');
    await shot('state-driver-outdated');
  });
});

describe('an old component', () => {
  const OLD = '1.3.4.2';
  const notice = () => page.locator('#old-component');
  /** Signs as the bound card does, by a component of this version. */
  const signAs = (serverVersion: string) =>
    component.answerWith(({ tbs = '' }) => ({
      ...{ func: 'sign', ret_code: 0, last_error: 0, serverVersion },
      signature: sign('sha256', Buffer.from(tbs), opened.card.keyPair.privateKey).toString('base64'),
      certb64: opened.card.certificate.der.toString('base64'),
    }));
  const logIn = async (origin: string) => {
    await page.goto(`${origin}/login`);
    await page.locator('#pin').fill(PIN);
    await page.locator('#submit').click();
  };

  test.each([
    ['zh-TW', '元件版本過舊，建議更新；這不會阻擋登入'],
    ['en', 'It does not stop a login'],
  ])(
    'is told to whoever’s login works, on the next page and at the next login, until it is new (%s)',
    async (locale, words) => {
      await context.close();
      await open(locale);
      signAs(OLD);
      await logIn(portal.origin);
      await page.waitForURL(`${portal.origin}/`);
      await expectPage(notice()).toBeVisible();
      expect(await notice().innerText()).toContain(words);
      expect(await notice().getByRole('link').getAttribute('href')).toBe('https://moica.nat.gov.tw/rac_plugin.html');
      await expectAccessible();
      await shot(`start-old-component-${locale}`);
      await context.clearCookies();
      await page.goto(`${portal.origin}/login`);
      await expectPage(notice()).toBeVisible();
      expect(await notice().innerText()).toContain(words);
      await shot(`login-old-component-${locale}`);
      // The check sees the new one.
      component.reply({ ...TWO_READERS(), serverVersion: '1.3.4.3' });
      await page.goto(`${portal.origin}/help/reader`);
      await page.locator('#check-start').click();
      await page.locator('#check-report').waitFor();
      await page.goto(`${portal.origin}/login`);
      await expectPage(page.locator('#submit')).toBeEnabled();
      expect(await notice().isVisible()).toBe(false);
      // The portal is not told of it.
      expect(sent.filter(line => line.includes(OLD) && !line.includes(component.origin))).toEqual([]);
    },
  );

  test('is refused by the page where the portal is configured so: the signature stays here', async () => {
    const strict = await openTestPortal({
      ...{ domain: 'gateway.localhost', assets: buildAssets(), trust: opened.world.trust },
      ...{ componentOrigin: component.origin, outdatedComponent: 'refuse' },
    });
    try {
      await opened.world.bindCard(strict.context, strict.account, opened.card);
      signAs(OLD);
      await logIn(strict.origin);
      await page.getByRole('heading', { name: '請先更新元件' }).waitFor();
      expect(sent.filter(line => line.startsWith(`POST ${strict.origin}/login/card `))).toEqual([]);
      await expect.poll(() => sent.find(line => line.includes('/login/card/trouble')) ?? '').toContain(OLD);
      expect(await page.locator('#state').innerText()).toContain('更新後才能用卡片登入');
      expect(await notice().isVisible()).toBe(false);
      await expectAccessible();
      await shot('state-component-refused');

      component.reply({ ...TWO_READERS(), serverVersion: OLD });
      await page.goto(`${strict.origin}/help/reader`);
      await page.locator('#check-start').click();
      await expectPage(page.locator('[data-step="version"] [data-verdict]')).toHaveText('未通過');
      await shot('reader-check-refused');

      signAs('1.3.4.3');
      await logIn(strict.origin);
      await page.waitForURL(`${strict.origin}/`);
      expect(await notice().isVisible()).toBe(false);
    } finally {
      await strict.close();
    }
  });
});

describe('the check of component, reader and card (D3-08)', () => {
  const steps = () => page.locator('#check-steps > li');
  const verdicts = () => page.locator('#check-steps [data-verdict]').allInnerTexts();
  const start = async (name = '開始檢測') => {
    await page.goto(`${portal.origin}/help/reader`);
    await page.getByRole('button', { name }).click();
    await page.locator('#check-report').waitFor();
  };

  test('passes step by step; its summary names reader and card family, and nothing of the person', async () => {
    component.reply({ ...TWO_READERS(), slots: TWO_READERS().slots.slice(1) });
    await start();
    expect(await verdicts()).toEqual(['通過', '通過', '通過', '通過', '通過', '通過']);
    const shown = await page.locator('#check-readers').innerText();
    for (const words of ['CASTLES EZ100PU 1', '示○○○明', '有效至', 'Empty Reader 2', '沒有卡片']) {
      expect(shown).toContain(words);
    }
    await page.getByRole('button', { name: '複製結果' }).click();
    await page.getByText('已複製。').waitFor();
    const summary = String(await page.evaluate('navigator.clipboard.readText()'));
    for (const words of ['CASTLES EZ100PU 1', '自然人憑證', '有效至', '1.3.4.103349', 'Chrome', component.origin]) {
      expect(summary).toContain(words);
    }
    for (const secret of ['示', '明', 'MT12345678901234', '0000000123456789']) expect(summary).not.toContain(secret);
    // Nothing of it leaves the computer.
    expect(sent.filter(line => line.startsWith('POST') && !line.includes(component.origin))).toEqual([]);
    await expectAccessible();
    await shot('reader-check-passed');
    await page.emulateMedia({ media: 'print' });
    for (const name of ['開始檢測', '複製結果', '列印本頁']) {
      expect(await page.getByRole('button', { name }).isVisible()).toBe(false);
    }
    expect(await page.locator('#check-summary').isVisible()).toBe(true);
  });

  test('advises to choose where another card comes first, and a new component where it is old', async () => {
    component.reply({ ...TWO_READERS(), serverVersion: '1.3.4.2' });
    await start();
    expect(await verdicts()).toEqual(['通過', '通過', '可用，請看說明', '通過', '通過', '可用，請看說明']);
    expect(await page.getByRole('link', { name: '下載新版元件' }).first().isVisible()).toBe(true);
    expect(await steps().nth(5).getByRole('link', { name: '多個讀卡機的用法' }).isVisible()).toBe(true);
    await shot('reader-check-advice');
  });

  test('takes a component of another series for what it is, and one without version too', async () => {
    const version = page.locator('[data-step="version"]');
    component.reply({ ...TWO_READERS(), serverVersion: '0.1.0' });
    await start();
    await expectPage(version).toContainText('另一系列，不需比較');
    expect(await page.locator('#check-summary').inputValue()).toContain('另一系列，不需比較 | 0.1.0');
    component.reply({ ...TWO_READERS(), serverVersion: undefined });
    await start();
    await expectPage(version).toContainText('沒有回報版本');
  });

  test.each([
    ['zh-TW', '開始檢測', '未通過', '讀卡機裡沒有卡片'],
    ['en', 'Start the check', 'Failed', 'There is no card in the reader'],
  ])('says at the step that fails what to do (%s)', async (locale, button, verdict, title) => {
    await context.close();
    await open(locale);
    component.reply({ func: 'pkcs11info', ret_code: 0, slots: [{ slotDescription: 'A', token: null }] });
    await start(button);
    expect((await verdicts())[4]).toBe(verdict);
    expect(await steps().nth(4).getByRole('heading', { name: title }).isVisible()).toBe(true);
    expect(await page.locator('#check-summary').inputValue()).toContain('no-card');
    await expectAccessible();
    await shot(`reader-check-failed-${locale}`);
    // A second time the lines are not doubled.
    component.reply({ func: 'pkcs11info', ret_code: 0x76100003, serverVersion: '1.3.4.103349' });
    await page.getByRole('button', { name: button }).click();
    await expectPage(steps().nth(3).locator('[data-verdict]')).toHaveText(verdict);
    expect(await page.locator('#check-readers > li').count()).toBe(0);
    expect(await steps().nth(4).getByRole('heading').count()).toBe(0);
  });
});

test('the help says the rules of the PIN, which are MOICA’s, and leads there (D1-132)', async () => {
  await page.goto(`${portal.origin}/help/pin`);
  const text = await page.getByRole('main').innerText();
  for (const words of ['6 到 8 碼', '3 次', '內政部憑證管理中心訂定', '沒有另外的規則']) expect(text).toContain(words);
  const links = page.getByRole('main').getByRole('link');
  const addresses = await links.evaluateAll(found => found.map(link => link.getAttribute('href')));
  expect(addresses).toContain('https://moica.nat.gov.tw/');
  expect(addresses).toContain('https://moica.nat.gov.tw/unblockcard.html');
});

test.each(['zh-TW', 'en'])('no page of help is wider than a phone, and axe finds nothing (%s)', async locale => {
  await context.close();
  await open(locale);
  for (const name of ['pin', 'readers', 'locked', 'reader']) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${portal.origin}/help/${name}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await expectAccessible();
    await shot(`help-${name}-${locale}`);
  }
});
