import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { ASSETS, SETTINGS } from '../web/support/portal.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const NOTICE = { text: '僅供<示範>作業之參考。', textEn: 'For <demonstration> only.', version: '2026-2' };
const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' };

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    company: { notice: NOTICE },
    pages: createSystemPages({ settings: SETTINGS, portalOrigin: 'https://portal.gateway.test', assets: ASSETS }),
  });
});
afterAll(() => gateway.close());
const ask = (query: string, headers: Record<string, string> = {}) =>
  gateway.ask(`/.gateway/notice${query}`, { headers });

describe('the notice of a system (D2-080)', () => {
  test('is a document that a page of the same origin may frame, and no other; it says which version it is', async () => {
    const answer = await ask('', { Accept: 'text/html,application/xhtml+xml,application/json;q=0.9' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.body).toContain(
      '<p class="system-notice" data-version="2026-2" lang="zh-Hant-TW">僅供&lt;示範>作業之參考。</p>',
    );
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect(answer.headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(answer.body).not.toContain('<script');
  });

  test.each([
    ['as the page asks', '?lang=en', 'zh-TW', NOTICE.textEn.replace('<', '&lt;')],
    ['as the page asks', '?lang=zh', 'en', '僅供'],
    ['as the browser asks, when the page does not', '', 'en-GB', NOTICE.textEn.replace('<', '&lt;')],
    ['Chinese for everybody else', '?lang=%3Cscript%3E', '', '僅供'],
  ])('speaks the language %s', async (_how, query, accepted, text) => {
    expect((await ask(query, { 'Accept-Language': accepted })).body).toContain(text);
  });

  test('is told to programs as JSON, in both languages, with its version', async () => {
    const answer = await ask('', { Accept: 'application/json' });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toEqual({ system: 'company', ...NOTICE });
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.headers.vary).toBe('Accept, Accept-Language');
  });

  test('needs nobody to be logged in and asks no system; it is read, nothing else', async () => {
    expect((await gateway.ask('/.gateway/notice', { method: 'HEAD' })).status).toBe(200);
    expect((await gateway.ask('/.gateway/notice', { method: 'POST' })).status).toBe(405);
    expect(gateway.company.connections).toBe(0);
    const other = await gateway.ask('/.gateway/notice', { host: 'factory.gateway.test' });
    expect(other.body).not.toContain('示範>');
  });

  test('stands on every page of the gateway on the system’s host', async () => {
    for (const path of ['/.gateway/logout', '/.gateway/nothing', '/.gateway/enter?code=x']) {
      const page = await gateway.ask(path, { headers: PAGE });
      expect(page.body).toContain('data-version="2026-2"');
    }
  });
});
