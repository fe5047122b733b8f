import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseLanguage } from '../../src/web/language.ts';
import { openTestPortal, setCookies, type TestPortal } from './support/portal.ts';

describe('the language of a page', () => {
  test.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['zh-TW,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-US,en;q=0.9', 'en'],
    ['en', 'en'],
    ['en;q=0.5, zh-Hant;q=0.8', 'zh'],
    ['fr, en;q=0.2', 'en'],
    ['fr', 'zh'],
    ['en;q=0', 'zh'],
    ['en;q=2', 'zh'],
    ['*', 'zh'],
    ['english', 'zh'],
    ['<img src=x onerror=alert(1)>', 'zh'],
    ['en,'.repeat(10_000), 'en'],
    [`${' '.repeat(10_000)}en`, 'zh'],
  ] as const)('Accept-Language %j: %s', (field, language) => {
    expect(chooseLanguage(undefined, field)).toBe(language);
  });

  test('is the chosen one, whatever the browser prefers', () => {
    expect(chooseLanguage('en', 'zh-TW')).toBe('en');
  });

  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openTestPortal();
  });
  afterAll(() => portal.close());

  test('can be chosen by a form, which goes back to its page', async () => {
    const browser = portal.browser();
    const answer = await browser.postForm('/language', { language: 'en', return: '/help/rules?x=1' }).expect(303);
    expect(answer.headers['location']).toBe('/help/rules?x=1');
    expect(setCookies(answer)[0]).toMatch(
      /^__Host-gw-lang=en; Max-Age=31536000; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    const page = await browser.get('/help/rules').expect(200);
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).toContain('<h1>Rules of use</h1>');
  });

  test.each([
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    'javascript:alert(1)',
    '\\\\evil.test',
    '/login\r\nSet-Cookie: x=1',
    `/${'x'.repeat(10_000)}`,
    '',
  ])('never goes back to %j', async target => {
    const answer = await portal.browser().postForm('/language', { language: 'en', return: target });
    expect([303, 413]).toContain(answer.status);
    if (answer.status === 303) expect(answer.headers['location']).toBe('/');
    expect(answer.headers).not.toHaveProperty('x');
  });

  test.each(['fr', '', 'EN', 'zh-TW', '__proto__', '<img src=x onerror=alert(1)>'])('cannot be %j', async language => {
    const answer = await portal.browser().postForm('/language', { language }).expect(400);
    expect(setCookies(answer)).toEqual([]);
  });

  test('of a cookie that is neither is that of the browser', async () => {
    const page = await portal.browser().get('/login').set('Cookie', '__Host-gw-lang=fr').set('Accept-Language', 'en');
    expect(page.text).toContain('<html lang="en">');
  });
});
