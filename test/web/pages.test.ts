import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import { composeEvent } from '../../src/flows/gateway-context.ts';
import { PROBLEMS } from '../../src/web/problem.ts';
import { HELP_PAGES } from '../../src/web/texts/help/help-pages.ts';
import { COMPONENT_STATE_STORIES } from '../../src/web/texts/stories/stories.ts';
import { judgePage, textOf } from './support/page-judge.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

let portal: TestPortal;
let cookie: string;
beforeAll(async () => {
  portal = await openTestPortal();
  cookie = await portal.logIn();
});
afterAll(() => portal.close());

const page = async (path: string, language: 'zh' | 'en' = 'zh', status = 200) => {
  const answer = await portal.browser().get(path).set('Accept-Language', language).expect(status);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  judgePage(answer.text, language);
  return answer.text;
};

async function begin(): Promise<string> {
  const system = portal.context.systems.get('company')!;
  const { location } = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
  return new URL(location).searchParams.get('trip')!;
}

describe.each(['zh', 'en'] as const)('pages in %s', language => {
  test.each([...HELP_PAGES.keys()])('help: %s', async name => {
    await page(`/help/${name}`, language);
  });

  test.each([...Object.keys(PROBLEMS), ...Object.keys(COMPONENT_STATE_STORIES)])('failure: %s', async code => {
    const html = await page(`/login/failed?code=${code}`, language);
    expect(html).toContain(`<dd class="code">${code}</dd>`);
    expect(html).toContain('02-0000-0000');
  });

  test.each(['/login', '/', '/help/rules', '/apply'])('D1-005 ministry and product are named: %s', async path => {
    const request = portal.browser().get(path).set('Accept-Language', language);
    const { text } = await (path === '/' ? request.set('Cookie', cookie) : request).expect(200);
    const title = /<title>([^<]*)<\/title>/.exec(text)?.[1];
    const plate = /<a class="plate".*?<\/a>/s.exec(text)?.[0];
    const isChinese = language === 'zh';
    const names = isChinese ? ['經濟部', '商工e網通'] : ['Ministry of Economic Affairs', 'Business e-Services'];
    for (const name of names) expect(title).toContain(name);
    // The English plate has room for the product only.
    for (const name of isChinese ? names : names.slice(1)) expect(plate).toContain(name);
  });

  test('login, to the portal and to a system', async () => {
    expect(await page('/login', language)).toContain(language === 'zh' ? '商工e網通</h1>' : 'Business e-Services</h1>');
    const html = await page(`/login?trip=${await begin()}`, language);
    expect(html).toContain(language === 'zh' ? '公司登記系統</h1>' : 'company registration</h1>');
  });

  test('logout, logged out, and the page that is not there', async () => {
    await page('/logout', language);
    await page('/logged-out', language);
    await page('/nothing', language, 404);
  });

  test('the start page', async () => {
    const answer = await portal.browser().get('/').set('Cookie', cookie).set('Accept-Language', language).expect(200);
    judgePage(answer.text, language);
  });
});

describe('the login page', () => {
  test('asks for the PIN in a field that no form can send (DESIGN rule 4)', async () => {
    const html = await page('/login');
    const field = /<input[^>]*id="pin"[^>]*>/.exec(html)?.[0] ?? '';
    expect(field).toContain('type="password"');
    expect(field).toContain('autocomplete="one-time-code"');
    expect(field).not.toContain('name=');
    expect(/<form[^>]*id="login"[^>]*>/.exec(html)?.[0]).not.toMatch(/action=|method=/);
    expect(/<button[^>]*id="submit"[^>]*>/.exec(html)?.[0]).toContain('disabled');
    expect(html).toContain('<noscript>');
  });

  test('carries the trip for its script, and only one that exists', async () => {
    const trip = await begin();
    expect(await page(`/login?trip=${trip}`)).toContain(`data-trip="${trip}"`);
    for (const other of ['x'.repeat(43), 'short', HOSTILE, 'x'.repeat(10_000)]) {
      const html = await page(`/login?trip=${encodeURIComponent(other)}`);
      expect(html).not.toContain('data-trip');
      expect(html).toContain('原來要前往的頁面已經逾時');
    }
  });

  test('has a template for every line and every state that its script may show', async () => {
    const html = await page('/login');
    for (const code of Object.keys(COMPONENT_STATE_STORIES)) expect(html).toContain(`<template data-state="${code}">`);
    for (const line of ['ready', 'asking', 'verifying', 'entering', 'failed']) {
      expect(html).toContain(`<template data-line="${line}"`);
    }
  });
});

describe('what strangers write is shown as text or not at all', () => {
  test.each([
    ['/login/failed?code=%s', 200],
    ['/login/failed?ref=%s', 200],
    ['/login/failed?code=card-not-bound&ref=%s', 200],
    ['/login/failed?trip=%s', 200],
    ['/login/failed?notAfter=%s', 200],
    ['/login?trip=%s', 200],
    ['/login?%s=1', 200],
    ['/help/%s', 404],
    ['/%s', 404],
  ] as const)('%s', async (path, status) => {
    for (const value of [HOSTILE, `"${HOSTILE}`, `'></script>${HOSTILE}`, 'x'.repeat(10_000), '\u202e\u0000']) {
      const html = await page(path.replace('%s', encodeURIComponent(value)), 'zh', status);
      expect(html).not.toContain('<img');
      expect(textOf(html)).not.toContain('xxxxxxxxxx');
      expect(textOf(html)).not.toContain('onerror');
    }
  });

  test('headers too', async () => {
    for (const field of ['Accept-Language', 'User-Agent', 'X-Request-Id', 'Referer', 'Origin', 'X-Forwarded-For']) {
      const answer = await portal.browser().get('/login').set(field, HOSTILE).expect(200);
      expect(answer.text).not.toContain('onerror=alert');
    }
  });

  test('a failure page shows a well-formed reference and no other', async () => {
    const reference = '11111111-1111-4111-8111-111111111111';
    expect(await page(`/login/failed?code=card-not-bound&ref=${reference}`)).toContain(reference);
    for (const other of ['call-0900-123456', `${reference}x`, reference.toUpperCase().replace('1', 'Z')]) {
      expect(await page(`/login/failed?code=card-not-bound&ref=${other}`)).not.toContain('id="reference"');
    }
  });

  test('a failure page leads back to the trip', async () => {
    const trip = await begin();
    expect(await page(`/login/failed?code=challenge-expired&trip=${trip}`)).toContain(`href="/login?trip=${trip}"`);
  });

  test('of the record: facts that are none of our words are left out', async () => {
    const login = composeEvent(portal.context, 'login.refused', {
      actor: { kind: 'unidentified' },
      accountId: portal.account.id,
      origin: { requestId: '11111111-1111-4111-8111-111111111111', clientAddress: HOSTILE },
      facts: { code: HOSTILE, method: HOSTILE, reason: 'constructor' },
    });
    await portal.context.database.record([login]);
    const answer = await portal.browser().get('/').set('Cookie', cookie).expect(200);
    expect(answer.text).not.toContain('<img');
    expect(answer.text).toContain('登入未成');
  });
});

describe('the start page', () => {
  test('says who I am, how I am logged in and until when', async () => {
    const { text } = await portal.browser().get('/').set('Cookie', cookie).expect(200);
    const words = textOf(text);
    for (const word of ['示範承辦員', '示範縣政府', '業務帳號一般使用者', 'demo.clerk', '自然人憑證', '127.0.0.1']) {
      expect(words).toContain(word);
    }
    expect(words).toMatch(/閒置登出 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/);
  });

  test('leads into the systems that I may enter, and only names the others', async () => {
    const { text } = await portal.browser().get('/').set('Cookie', cookie).expect(200);
    expect(text).toContain('href="https://company.gateway.test"');
    expect(text).toContain('承辦人');
    expect(text).toContain('工廠登記系統');
    expect(text).not.toContain('https://factory.gateway.test');
  });

  test('is for nobody who is not logged in', async () => {
    await portal.browser().get('/').expect(303).expect('Location', '/login');
  });
});
