import { describe, expect, test } from 'vitest';
import type { BusinessSystem } from '../../src/flows/ports.ts';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { judgePage } from './support/page-judge.ts';
import { ASSETS, SETTINGS } from './support/portal.ts';
import { SYSTEM_PAGES } from './support/system-page-kinds.ts';

const pages = createSystemPages({ settings: SETTINGS, portalOrigin: 'https://portal.gateway.test', assets: ASSETS });
const system: BusinessSystem = {
  id: 'company',
  name: '公司登記系統',
  nameEn: 'Company Registration System',
  host: 'company.gateway.test',
  origin: 'https://company.gateway.test',
  upstream: 'http://127.0.0.1:9',
  roles: [],
  allowedOrigins: [],
  idleMs: null,
  backgroundPaths: [],
};
const facts = {
  system,
  requestId: '11111111-1111-4111-8111-111111111111',
  at: new Date('2026-11-23T00:58:31Z'),
  acceptLanguage: undefined,
};

describe('the gateway’s own pages on a business system’s host', () => {
  describe.each(['zh', 'en'] as const)('%s', language => {
    test.each(SYSTEM_PAGES)('$kind $reason$code$status', page => {
      const html = pages.render(page, { ...facts, acceptLanguage: language });
      judgePage(html, language);
      expect(html).toContain(language === 'zh' ? system.name : system.nameEn);
      // They load nothing but our assets, post nowhere but to us, and lead nowhere but to the portal and MOICA.
      for (const [, address = ''] of html.matchAll(/<(?:link|script)[^>]*(?:href|src)="([^"]*)"/g)) {
        expect(address).toMatch(/^\/\.gateway\/assets\//);
      }
      for (const [, action] of html.matchAll(/<form[^>]*action="([^"]*)"/g)) expect(action).toBe('/.gateway/logout');
      for (const [, href = ''] of html.matchAll(/<a [^>]*href="([^"]*)"/g)) {
        expect(href).toMatch(/^(?:#main$|\/$|https:\/\/portal\.gateway\.test\/|https:\/\/moica\.nat\.gov\.tw\/)/);
      }
    });
  });

  test('tell the help desk the code, the reference and the time in Taipei', () => {
    const html = pages.render({ kind: 'denied', reason: 'no-grant-for-system' }, facts);
    expect(html).toContain('no-grant-for-system');
    expect(html).toContain(facts.requestId);
    expect(html).toContain('<time datetime="2026-11-23T08:58:31+08:00">2026-11-23 08:58:31</time>');
  });

  test('escape what a configuration or a header may hold', () => {
    const hostile = '<img src=x onerror=alert(1)>"&';
    const page = { ...facts, system: { ...system, name: hostile }, requestId: hostile, acceptLanguage: hostile };
    const html = pages.render({ kind: 'unavailable' }, page);
    expect(html).not.toContain('<img');
  });

  test('serve the style sheet, and nothing that is not there', () => {
    expect(pages.asset('look.css')).toMatchObject({ contentType: 'text/css; charset=utf-8' });
    for (const name of ['', 'none.css', '../app.ts', '..', '/etc/passwd', 'constructor', '__proto__']) {
      expect(pages.asset(name)).toBeUndefined();
    }
  });
});
