import { describe, expect, test } from 'vitest';
import type { BusinessSystem } from '../../src/flows/ports.ts';
import { NO_NAMED_PARAMETERS } from '../../src/audit/named-values.ts';
import { EVERY_ROLE_EVERYTHING } from '../../src/policy/rule.ts';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { plainUpstream } from '../support/plain-upstream.ts';
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
  upstream: plainUpstream('http://127.0.0.1:9'),
  limitedRoutes: [],
  roles: [],
  allowedOrigins: [],
  idleMs: null,
  backgroundPaths: [],
  namedParameters: NO_NAMED_PARAMETERS,
  audit: 'batched',
  policy: [EVERY_ROLE_EVERYTHING],
  purposes: [{ code: 'case-handling', name: '辦理登記案件', nameEn: 'Handling a case', case: 'required' }],
  purposeMs: null,
  notice: { text: '僅供參考。', textEn: 'For reference only.', version: 'test' },
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
      for (const [, action] of html.matchAll(/<form[^>]*action="([^"]*)"/g))
        expect(action).toMatch(/^\/\.gateway\/(?:logout|purpose)$/);
      for (const [, href = ''] of html.matchAll(/<a [^>]*href="([^"]*)"/g)) {
        expect(href).toMatch(
          /^(?:#(?:main|purpose|case)$|\/$|\/cases\/7\?tab=2$|\/\.gateway\/purpose$|https:\/\/portal\.gateway\.test\/|https:\/\/moica\.nat\.gov\.tw\/)/,
        );
      }
    });
  });

  test('tell the help desk the code, the reference and the time in Taipei', () => {
    const html = pages.render({ kind: 'denied', reason: 'no-grant-for-system' }, facts);
    expect(html).toContain('no-grant-for-system');
    expect(html).toContain(facts.requestId);
    expect(html).toContain('<time datetime="2026-11-23T08:58:31+08:00">2026-11-23 08:58:31</time>');
  });

  test('say what took the place of a session, when and how (D1-097)', () => {
    const replacedBy = { method: 'card-tls', at: new Date('2026-11-23T06:02:00Z') } as const;
    const why = { endedBecause: 'replaced', replacedBy } as const;
    for (const said of [
      pages.render({ kind: 'session-over', ...why }, { ...facts, acceptLanguage: 'en' }),
      pages.tellEnd(why, 'en'),
    ]) {
      expect(said).toMatch(
        /logged in at 2026-11-23 14:02:00 \(Taipei time\) by citizen certificate \(in the browser\), and so/,
      );
    }
    expect(pages.tellEnd(why, 'zh-TW')).toMatch(/於 2026-11-23 14:02:00（臺北時間）以自然人憑證（瀏覽器憑證）登入/);
    expect(pages.tellEnd({ endedBecause: null }, 'zh-TW')).toBe('');
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

  test('serve files that never change below the name of their digest; below another version’s, the same, not to be kept', () => {
    const keep = (name: string) => pages.asset(name)?.cacheControl;
    expect(keep('look.css')).toBe('public, no-cache');
    expect(keep(`${ASSETS.digest}/look.css`)).toBe('public, max-age=31536000, immutable');
    const ofAnother = '0123456789abcdef';
    expect(pages.asset(`${ofAnother}/look.css`)).toEqual({ ...pages.asset('look.css'), cacheControl: 'no-store' });
    for (const name of [
      `${ofAnother}/none.css`,
      `${ofAnother}/`,
      `${ofAnother}/${ASSETS.digest}/look.css`,
      `${ASSETS.digest}/${ASSETS.digest}/look.css`,
      `${ofAnother.toUpperCase()}/look.css`,
      `${ofAnother}0/look.css`,
      'no-digest/look.css',
    ]) {
      expect(pages.asset(name)).toBeUndefined();
    }
  });

  test('serve the script for systems’ pages: classic, with words in both languages and nothing of another origin', () => {
    const { body, contentType, cacheControl } = pages.activityScript;
    expect([contentType, cacheControl]).toEqual(['text/javascript; charset=utf-8', 'public, no-cache']);
    const text = Buffer.from(body).toString();
    expect(text).toMatch(/^import\("\/\.gateway\/assets\/[0-9a-f]{16}\/islands\/system-watch\.js"\)/);
    expect(text).toContain('保持登入');
    expect(text).toContain('Stay logged in');
    expect(text.match(/https:\/\/[^"]*/g)).toEqual(['https://portal.gateway.test/logged-out']);
  });
});
