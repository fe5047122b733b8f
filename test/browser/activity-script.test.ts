import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readRequestHead, type RequestHead } from '../../src/http-fields/request-head.ts';
import { isPersonActivity } from '../../src/sessions/activity.ts';
import { judge } from './judged-window.ts';
import { IDLE_MS, openSystemDesk, ORIGIN, wait, type SystemDesk } from './system-desk.ts';

/** As strict as a system's page can be and still work; no exception is made for the gateway's script. */
const POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** A page that does what it can to spoil what others put into it. */
const STYLE = `
  body > div { display: none; position: absolute; left: -9999px; color: red; font: 3px serif; }
  dialog, button { display: none !important; }`;

/** Asks all the time, and pretends to be a person. */
const SCRIPT = `
  if (location.search === '?polls') setInterval(() => {
    fetch('/poll', { headers: { 'X-Activity': 'background' } });
    for (const kind of ['keydown', 'pointerdown', 'click']) document.body.dispatchEvent(new Event(kind, { bubbles: true }));
  }, 300);`;

const form = (lang: string): string => `<!doctype html><html lang="${lang}"><title>Case</title>
  <meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/own.css">
  <script src="/own.js" defer></script>
  <script src="/.gateway/activity.js" defer></script><script src="/.gateway/activity.js" defer></script>
  <main><h1>公司登記系統</h1><label>案由 <textarea rows="12"></textarea></label></main>`;

/** Whether requests for the frame were taken for a person's, in turn. */
const framed: boolean[] = [];

/** A request as the system gets it: the fields that the browser sent about it are passed on. */
function signsOf({ method = '', rawHeaders }: IncomingMessage): RequestHead {
  const reading = readRequestHead(method, rawHeaders, '1.1', false);
  if (!reading.ok) throw new Error(reading.failure.code);
  return reading.head;
}

let desk: SystemDesk;
beforeAll(async () => {
  desk = await openSystemDesk((request, response) => {
    const path = new URL(request.url ?? '/', ORIGIN).pathname;
    const fields = { 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' };
    if (path === '/own.css') response.writeHead(200, { 'Content-Type': 'text/css' }).end(STYLE);
    else if (path === '/own.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(SCRIPT);
    else if (path === '/frame') {
      framed.push(isPersonActivity(signsOf(request)));
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<a href="/frame">next</a>');
    } else if (path === '/frames') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<iframe src="/frame"></iframe>');
    } else if (path === '/poll') response.writeHead(204).end();
    else if (path === '/logged-out') response.end('logged out');
    else {
      const lang = path === '/en' ? 'en' : 'zh-Hant-TW';
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...fields }).end(form(lang));
    }
  });
});
afterAll(() => desk.close());
afterEach(() => desk.standUp());

describe('the script that a business system’s page includes', () => {
  test.each([
    { path: '/', size: 'desk', stay: '保持登入', idle: '閒置時間過長' },
    { path: '/en', size: 'phone', stay: 'Stay logged in', idle: 'nothing was done for too long' },
  ] as const)(
    'warns in time on a page of a strict policy, lets the person stay, and says why it is over ($path, $size)',
    async ({ path, size, stay, idle }) => {
      const at = await desk.sitDown(path, size);
      const { page, warning } = at;
      await at.paper.fill('案由：變更登記');
      await warning.waitFor();
      expect(await warning.count()).toBe(1);
      expect(await at.leftMs()).toBeLessThanOrEqual(IDLE_MS / 2);
      const name = `system-warning-${size}-${path === '/' ? 'zh' : 'en'}`;
      await judge(at, name, false);
      await warning.getByRole('button', { name: stay }).click();
      await warning.waitFor({ state: 'hidden' });
      expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);

      await at.over.waitFor();
      expect(await at.over.textContent()).toContain(idle);
      expect(await at.paper.inputValue()).toBe('案由：變更登記');
      expect(await at.over.getByRole('link').getAttribute('href')).toBe(`${ORIGIN}/`);
      await judge(at, name.replace('warning', 'over'), false);
      expect(page.url()).toBe(`${ORIGIN}${path}`);
    },
  );

  test('somebody who types on stays logged in, though the page asks for nothing (D1-099)', async () => {
    const at = await desk.sitDown();
    const until = Date.now() + 1.5 * IDLE_MS;
    await at.paper.focus();
    while (Date.now() < until) {
      await at.page.keyboard.press('a');
      expect(await at.warning.isVisible()).toBe(false);
      await wait(500);
    }
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
    expect(at.complaints).toEqual([]);
  });

  test('a page that polls, and that pretends to be typed into, does not (D1-099)', async () => {
    const at = await desk.sitDown('/?polls');
    await at.over.waitFor();
    expect(await at.over.textContent()).toContain('閒置時間過長');
    expect(await at.leftMs()).toBe(0);
  });

  test('an end by somebody else is told with its reason; logging in anew in another tab takes it back', async () => {
    const at = await desk.sitDown();
    await at.paper.fill('未送出');
    await desk.gateway.test.context.sessions.end(at.reference, 'administrator');
    await at.over.waitFor();
    expect(await at.over.textContent()).toContain('由管理人員結束');
    // Nothing is held up by it: what is there can be copied.
    await at.paper.click();

    const value = await (await desk.gateway.test.openSession()).cookieFor('company');
    await at.context.addCookies([{ name: '__Host-gw', value, url: `${ORIGIN}/`, secure: true, httpOnly: true }]);
    // As on coming back to the tab, from a login that took a while.
    await wait(1_000);
    await at.page.evaluate('window.dispatchEvent(new Event("focus"))');
    await at.over.waitFor({ state: 'hidden' });
    expect(await at.paper.inputValue()).toBe('未送出');
  });

  test('logging out from the warning ends the session, and the portal says so (D1-097)', async () => {
    const at = await desk.sitDown();
    await at.warning.waitFor();
    await at.warning.getByRole('button', { name: '登出' }).click();
    await at.page.waitForURL('https://portal.gateway.test/logged-out');
    expect(await at.leftMs()).toBe(0);
    expect(at.complaints).toEqual([]);
  });

  test('in a frame, what its page loads is nobody’s activity, and what a person clicks is (D1-099)', async () => {
    const { page } = await desk.sitDown('/frames');
    await page.frameLocator('iframe').getByRole('link').click();
    await expect.poll(() => framed).toEqual([false, true]);
  });

  test('is at most 12 KiB on the line, all that it loads included', () => {
    const names = new Set(['system-watch']);
    const bodies = [desk.pages.activityScript.body];
    for (const name of names) {
      const body = desk.assets.find(`islands/${name}.js`)?.body ?? Buffer.alloc(0);
      bodies.push(body);
      for (const [, imported = ''] of Buffer.from(body)
        .toString()
        .matchAll(/from '\.\/([a-z-]+)\.js'/g))
        names.add(imported);
    }
    expect(names.size).toBeGreaterThan(5);
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThanOrEqual(12 * 1024);
  });
});
