import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PEOPLE } from '../../scripts/demo-parts/people.ts';
import { demoSystems, type DemoSettings } from '../../scripts/demo-parts/gateway-configuration.ts';
import { expectPage, launchChromium } from '../support/chromium.ts';
import { CHECKOUT, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';
import { startDemoOnToken } from './demo-on-token.ts';
import { openGallery, type Gallery } from './gallery.ts';
import { openLoginPage, pinField, submitPin, switchToEnglish } from './login-page.ts';
import { recordRequests, type SentRequest } from './sent-requests.ts';

/** Letters and digits that nothing else can contain by chance, so that it can be looked for everywhere. */
const PIN = 'Kq7vWx2p';
const ACCOUNT = 'county-user';

/** A store of accounts and events for one demo. */
export interface JourneyStore {
  readonly settings: Pick<DemoSettings, 'postgresqlUrl'>;
  /** Folder of its files, where that is not the gateway's own data folder. */
  readonly folder?: string;
  close(): Promise<void>;
}

/** Registers the whole journey, on a demo with this store. */
export function journeyOver(openStore: () => Promise<JourneyStore>): void {
  /** What was started, first to last. */
  const closers: (() => Promise<void>)[] = [];

  let store: JourneyStore;
  let temporary: TemporaryDemo;
  let context: BrowserContext;
  let gallery: Gallery;
  let sent: readonly SentRequest[];
  const complaints: string[] = [];

  let portal: string;
  let company: string;
  let business: string;
  let deepLink: string;

  /** The tab in which the person works all day. */
  let desk: Page;

  beforeAll(async () => {
    store = await openStore();
    closers.push(() => store.close());
    temporary = await startDemoOnToken(ACCOUNT, PIN, store.settings);
    closers.push(() => temporary.close());
    portal = temporary.demo.portal;
    company = systemOf(temporary.demo, 'company');
    business = systemOf(temporary.demo, 'business');
    deepLink = `${company}/?case=A%2F114-0099&tab=${encodeURIComponent('變更登記')}`;
    const chromium = await launchChromium({
      ca: temporary.demo.ca,
      publicAddress: `127.0.0.1:${new URL(portal).port}`,
    });
    closers.push(() => chromium.close());
    context = await chromium.browser.newContext({ locale: 'zh-TW', timezoneId: 'Asia/Taipei' });
    context.setDefaultTimeout(20_000);
    sent = recordRequests(context);
    context.on('weberror', error => complaints.push(String(error.error())));
    context.on('console', message => {
      // browsers look for an icon by themselves
      const isIcon = message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !isIcon) complaints.push(`${message.text()} (${message.location().url})`);
    });
    gallery = openGallery();
    desk = await context.newPage();
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  /** Requests to the card component so far: each of them would be a card that is asked to sign. */
  function requestsToComponent(): SentRequest[] {
    return sent.filter(request => request.url.startsWith(temporary.demo.cardAgent));
  }

  describe('a citizen card in a browser opens a business system', () => {
    test('a stranger is led to the login page, which names the system (D1-089)', async () => {
      await openLoginPage(desk, deepLink);
      expect(new URL(desk.url()).origin).toBe(portal);
      await expectPage(desk).toHaveTitle(/登入公司登記系統/);
      await expectPage(desk.getByRole('status')).toContainText('備妥卡片');
      await expectPage(pinField(desk)).toBeFocused();
      await gallery.keep(desk, 'login-zh');
      await switchToEnglish(desk);
      await expectPage(desk.getByRole('heading', { level: 1 })).toHaveText('Company Registration System');
      await gallery.keep(desk, 'login-en');
      await desk.getByRole('button', { name: '中文' }).click();
      await expectPage(desk.getByRole('heading', { level: 1 })).toHaveText('公司登記系統');
    });

    test('the PIN opens the very page that was asked for, as the person of the card (D1-090)', async () => {
      const seen: string[] = [];
      await desk.exposeFunction('tell', (state: string) => seen.push(state));
      // after the page's own listener: what is left in the page while the card is being asked
      await desk.evaluate(`document.addEventListener('submit', () => {
      tell(document.getElementById('pin').value + document.documentElement.outerHTML);
    })`);
      await submitPin(desk, PIN);
      await desk.waitForURL(deepLink);
      await expectPage(desk.getByRole('row', { name: '姓名' })).toContainText('示範陳雅文');
      await expectPage(desk.getByRole('row', { name: '登入方式' })).toContainText('card (sc + pin)');
      await expect.poll(() => context.pages().length).toBe(1);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toContain('正在使用卡片');
      expect(seen[0]).not.toContain(PIN);
    });

    test('pages, uploads, SSE and WebSocket pass, and the system alone is not told of any cookie of ours', async () => {
      await expectPage(desk.locator('#events')).toContainText('"number":2');
      await expectPage(desk.locator('#socket')).toHaveText('來自頁面 from the page');

      const binary = await desk.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => socket.send(new Uint8Array(70000).fill(7));
      socket.onmessage = ({ data }) => { resolve([data.byteLength, new Uint8Array(data)[69999]]); socket.close(); };
      socket.onerror = () => reject(new Error('The socket failed.'));
    })`);
      expect(binary).toEqual([70_000, 7]);

      const echo: unknown = await desk.evaluate(
        `fetch('/echo?a=1', { method: 'PUT', body: 'abc' }).then(r => r.json())`,
      );
      expect(echo).toMatchObject({
        method: 'PUT',
        target: '/echo?a=1',
        body: { bytes: 3, sha256: createHash('sha256').update('abc').digest('hex') },
        assertion: { verified: true, identity: { name: '示範陳雅文', organization: 'demo-county' } },
      });
      expect(JSON.stringify(echo)).not.toContain('__Host-gw');

      const form = await context.newPage();
      await form.goto(`${company}/`);
      const buffer = randomBytes(3 * 1024 * 1024);
      await form.getByLabel('檔案').setInputFiles({ name: '登記.pdf', mimeType: 'application/pdf', buffer });
      await form.getByRole('button', { name: '上傳' }).click();
      await form.waitForURL(`${company}/upload`);
      const { bytes } = JSON.parse(await form.locator('body').innerText()) as { bytes: number };
      expect(bytes).toBeGreaterThan(buffer.length);
      await form.close();
    });

    test('another system opens without the card', async () => {
      const before = requestsToComponent().length;
      const tab = await context.newPage();
      await tab.goto(`${business}/?from=menu`);
      expect(tab.url()).toBe(`${business}/?from=menu`);
      await expectPage(tab.getByRole('heading', { level: 1 })).toContainText('商業登記系統');
      await expectPage(tab.getByRole('row', { name: '姓名' })).toContainText('示範陳雅文');
      expect(requestsToComponent()).toHaveLength(before);
      await tab.close();
    });

    test('the start page shows where this person may go, and who he is', async () => {
      const tab = await context.newPage();
      await tab.goto(`${portal}/`);
      await expectPage(tab.getByRole('heading', { level: 1 })).toHaveText('首頁');
      const granted = new Set(
        DEMO_PEOPLE.find(({ account }) => account === ACCOUNT)?.grants.map(grant => grant.systemId),
      );
      const systems = demoSystems(CHECKOUT, Number(new URL(portal).port));
      for (const { id, name, origin } of systems) {
        const links = tab.getByRole('main').getByRole('link', { name: new RegExp(`進入\\s*${name}`) });
        await expectPage(links).toHaveCount(granted.has(id) ? 1 : 0);
        if (granted.has(id)) await expectPage(links).toHaveAttribute('href', origin);
      }
      const banner = tab.getByRole('banner');
      await expectPage(banner).toContainText('示範陳雅文');
      await expectPage(banner).toContainText('示範縣政府 示範工商科');
      const events = tab.getByRole('region', { name: '最近紀錄' });
      await expectPage(events.getByRole('listitem').filter({ hasText: '登入成功' })).toHaveCount(1);
      await expectPage(events.getByRole('listitem').filter({ hasText: '進入業務系統' })).toHaveCount(2);
      await gallery.keep(tab, 'start-zh');
      await switchToEnglish(tab);
      await gallery.keep(tab, 'start-en');
      await tab.getByRole('button', { name: '中文' }).click();
      await tab.getByRole('link', { name: /進入\s*公司登記系統/ }).click();
      await tab.waitForURL(`${company}/`);
      await tab.close();
    });

    test('nothing in all of this made the browser complain', () => {
      expect(complaints).toEqual([]);
    });

    test('logout from one system ends every tab, stream and socket (D1-097)', async () => {
      const tab = await context.newPage();
      await tab.goto(`${business}/`);
      await tab.getByRole('link', { name: '登出' }).click();
      await expectPage(tab.getByRole('heading', { level: 1 })).toHaveText('登出？');
      await gallery.keep(tab, 'ask-logout-zh');
      await expectPage(desk.locator('#socket')).toHaveText('來自頁面 from the page');
      await tab.getByRole('button', { name: '登出所有系統' }).click();
      await tab.waitForURL(`${portal}/logged-out`);
      await expectPage(tab.getByRole('heading', { level: 1 })).toHaveText('您已登出');
      await gallery.keep(tab, 'logged-out-zh');
      await switchToEnglish(tab);
      await gallery.keep(tab, 'logged-out-en');

      await expectPage(desk.locator('#socket')).toHaveText('中斷 closed');
      await expectPage(desk.locator('#events')).toHaveText('中斷 interrupted');
      await desk.reload();
      await expectPage(desk.getByRole('heading', { level: 1 })).toHaveText('Company Registration System');
      expect(new URL(desk.url()).pathname).toBe('/login');
      await expectPage(desk.getByText('You have logged out.')).toBeVisible();
      await gallery.keep(desk, 'login-after-logout-en');

      // back to the page as it was: nothing of it was kept
      await tab.evaluate('history.go(-3)');
      await expectPage(tab.getByRole('heading', { level: 1 })).toHaveText('Business Registration System');
      expect(new URL(tab.url()).pathname).toBe('/login');
    });

    test('the PIN went to the component, once, and to nobody else', () => {
      const withPin = sent.filter(request => request.text.includes(PIN));
      expect(withPin.map(({ method, url }) => [method, url])).toEqual([['POST', `${temporary.demo.cardAgent}/sign`]]);
      // the twin: the recorder does see bodies that go to the gateway
      const posted = sent.filter(request => request.url === `${portal}/login/card`);
      expect(posted.map(request => request.text.includes('"challengeId"'))).toEqual([true]);
    });

    test('the PIN is in no file of the gateway: database, keys, log (DESIGN rule 4)', () => {
      const find = (text: string): string => {
        const options = ['--recursive', '--text', '--files-with-matches', '--fixed-strings', '-e', text];
        const places = [temporary.folder.root, ...(store.folder === undefined ? [] : [store.folder])];
        return spawnSync('grep', [...options, ...places], { encoding: 'utf8' }).stdout;
      };
      expect(find(PIN)).toBe('');
      expect(find(ACCOUNT)).toContain(store.folder ?? '/data/');
    });

    test('no page has to be scrolled sideways, down to 320 px (WCAG 2.1, 1.4.10)', () => {
      expect(gallery.tooWide).toEqual([]);
    });
  });
}
