import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '../../src/config/policy-rules.ts';
import { purposesSchema } from '../../src/config/purposes.ts';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { ASSETS, SETTINGS } from '../web/support/portal.ts';
import { recordOf } from './access-client.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const OWN = 'https://company.gateway.test';
const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' };
const MINUTE = 60_000;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    company: {
      policy: policySchema.parse([
        { paths: ['/open'] },
        { paths: ['/closed'], deny: true },
        { require: { purpose: true } },
      ]),
      purposes: purposesSchema.parse([
        { code: 'handling', name: '辦理案件', nameEn: 'Handling a case', case: 'required' },
        { code: 'inquiry', name: '答復詢問', nameEn: 'Answering' },
      ]),
      purposeMs: 30 * MINUTE,
    },
    pages: createSystemPages({ settings: SETTINGS, portalOrigin: 'https://portal.gateway.test', assets: ASSETS }),
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const declare = (cookie: string, body: string, headers: Record<string, string> = {}) =>
  gateway.ask('/.gateway/purpose', {
    method: 'POST',
    headers: {
      ...PAGE,
      Cookie: cookie,
      Origin: OWN,
      'Content-Type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body,
  });
const cookieOf = (answer: Awaited<ReturnType<typeof declare>>) =>
  answer.headers['set-cookie']?.find(each => each.startsWith('__Host-gw='))?.split(';')[0] ?? '';
const ask = (cookie: string, path: string, headers: Record<string, string> = {}) =>
  gateway.ask(path, { headers: { Cookie: cookie, ...headers } });
const code = (body: string) => (JSON.parse(body) as { code: string }).code;

function claims() {
  const fields = gateway.company.received.at(-1)?.rawHeaders ?? [];
  return decodeJwt(fields[fields.indexOf('X-Gateway-Assertion') + 1] ?? '');
}

describe('a rule that requires a purpose (D1-096, D2-073)', () => {
  test('leads a page to where it is declared, and back; the system is told it, signed', async () => {
    const cookie = await gateway.logIn();
    const away = await ask(cookie, '/cases/7?tab=%E4%B8%80', PAGE);
    expect([away.status, away.headers.location]).toEqual([
      303,
      `/.gateway/purpose?return=${encodeURIComponent('/cases/7?tab=%E4%B8%80')}`,
    ]);
    expect(gateway.company.received).toEqual([]);

    const page = await ask(cookie, away.headers.location ?? '', PAGE);
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.body).toContain('name="return" value="/cases/7?tab=%E4%B8%80"');
    expect(page.body).toContain('辦理案件');

    const back = await declare(
      cookie,
      form({ purpose: 'handling', case: '府商字第１２號', return: '/cases/7?tab=%E4%B8%80' }),
    );
    expect([back.status, back.headers.location]).toEqual([303, '/cases/7?tab=%E4%B8%80']);
    expect((await ask(cookieOf(back), '/cases/7?tab=%E4%B8%80', PAGE)).status).toBe(200);
    expect(claims()).toMatchObject({ purpose: 'handling', case: '府商字第12號' });
    // What other tabs still bring leads to the same session, and the same declaration.
    expect((await ask(cookie, '/cases/8')).status).toBe(200);
    expect(claims()).toMatchObject({ purpose: 'handling', case: '府商字第12號' });
  });

  test('another declaration takes its place in the very next assertion; without a number there is no claim', async () => {
    const first = cookieOf(await declare(await gateway.logIn(), form({ purpose: 'handling', case: '12' })));
    await ask(first, '/x');
    expect(claims()).toMatchObject({ purpose: 'handling', case: '12' });
    const answer = await declare(first, form({ purpose: 'inquiry', case: '' }));
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    await ask(cookieOf(answer), '/x');
    expect(claims()).toMatchObject({ purpose: 'inquiry' });
    expect(claims()).not.toHaveProperty('case');
  });

  test('is on record of what is denied, too', async () => {
    const declared = await declare(await gateway.logIn(), form({ purpose: 'handling', case: '114-7' }));
    expect((await ask(cookieOf(declared), '/closed')).status).toBe(403);
    expect(await recordOf(gateway, '/closed')).toMatchObject({
      purpose: 'handling',
      caseNumber: '114-7',
      decision: { allow: false, reason: 'rule-denies', rule: 2 },
    });
  });

  test('is asked again after its minutes; what needs none goes on, without it', async () => {
    const cookie = cookieOf(await declare(await gateway.logIn(), form({ purpose: 'inquiry', case: '7' })));
    gateway.test.advance(30 * MINUTE - 1_000);
    expect((await ask(cookie, '/x')).status).toBe(200);
    gateway.test.advance(1_000);
    expect(code((await ask(cookie, '/x')).body)).toBe('purpose-required');
    expect((await ask(cookie, '/open')).status).toBe(200);
    expect(claims()).not.toHaveProperty('purpose');
  });

  test('holds in this session and this system only', async () => {
    await declare(await gateway.logIn(), form({ purpose: 'inquiry', case: '' }));
    expect(code((await ask(await gateway.logIn(), '/x')).body)).toBe('purpose-required');
    const opened = await gateway.test.openSession();
    const elsewhere = `__Host-gw=${await opened.cookieFor('factory')}`;
    const sibling = await gateway.ask('/.gateway/purpose', {
      host: 'factory.gateway.test',
      headers: { ...PAGE, Cookie: elsewhere },
    });
    expect(sibling.status).toBe(404);
  });

  test('a script, a form, a WebSocket is told and not led away; nothing of it is passed on', async () => {
    const cookie = await gateway.logIn();
    const script = await ask(cookie, '/x', { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors' });
    expect(script.status).toBe(403);
    expect(JSON.parse(script.body)).toMatchObject({
      code: 'purpose-required',
      purposePage: 'https://company.gateway.test/.gateway/purpose',
    });
    const sent = await gateway.ask('/x', {
      method: 'POST',
      headers: { ...PAGE, Cookie: cookie, Origin: OWN },
      body: 'a=1',
    });
    expect([sent.status, sent.headers.location]).toEqual([403, undefined]);
    expect(sent.body).toContain('href="/.gateway/purpose"');
    const socket = await gateway.speak(
      `GET /x HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nOrigin: ${OWN}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    expect(socket).toMatch(/^HTTP\/1\.1 403 [^]*purpose-required/);
    expect(gateway.company.received).toEqual([]);
  });
});

describe('what is sent from the page', () => {
  test('counts so many times in five minutes, and is recorded no oftener; the form comes back as it was', async () => {
    const { account } = gateway.test;
    const cookie = await gateway.logIn();
    const { limits } = gateway.test.context;
    let taken = 0;
    while ((await limits.count('purpose', { accountId: account.id })).retryAfterS === 0) taken += 1;
    expect(taken).toBeLessThanOrEqual(60);
    const events = await gateway.test.context.database.events.listEvents({ code: 'purpose.declared', limit: 1_000 });
    const page = await declare(cookie, form({ purpose: 'handling', case: '114-8', return: '/x' }));
    expect([page.status, page.headers['set-cookie']]).toEqual([429, undefined]);
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(0);
    expect(page.body).toMatch(/短時間內申報次數過多，請於 \d+ 秒後再試/);
    expect(page.body).toContain('value="114-8"');
    const script = await declare(cookie, form({ purpose: 'inquiry', case: '' }), {
      'Sec-Fetch-Dest': 'empty',
      'Sec-Fetch-Mode': 'cors',
    });
    expect([script.status, code(script.body)]).toEqual([429, 'too-many-attempts']);
    expect(
      await gateway.test.context.database.events.listEvents({ code: 'purpose.declared', limit: 1_000 }),
    ).toHaveLength(events.length);
    for (let count = 0; count < 70; count += 1) await limits.forgive('purpose', { accountId: account.id });
  });

  test('comes back whole with a message beside the field, and nothing is declared', async () => {
    const cookie = await gateway.logIn();
    for (const [fields, told] of [
      [{ purpose: 'curiosity', case: '7' }, '使用目的：請從選項中選擇'],
      [{ purpose: '', case: '7' }, '使用目的：請填寫'],
      [{ purpose: 'handling', case: ' ' }, '案號或文號：請填寫'],
      [{ purpose: 'handling', case: '一'.repeat(10_000) }, '太長，最多 60 個字'],
      [{ purpose: 'handling', case: '7\u0007' }, '控制字元'],
      [{ purpose: 'x"><script>', case: '<script>alert(1)</script>\u0007' }, '控制字元'],
    ] as const) {
      const answer = await declare(cookie, form({ ...fields, return: '/cases/7' }));
      expect([answer.status, answer.headers['set-cookie']]).toEqual([400, undefined]);
      expect(answer.body).toContain(told);
      expect(answer.body).toContain('value="/cases/7"');
      if (fields.case.length === 10_000) expect(answer.body).toContain(`value="${fields.case}"`);
      expect(answer.body).not.toContain('<script>');
    }
    const broken = await declare(cookie, 'purpose=inquiry&case=%ff%fe');
    expect(broken.body).toContain('控制字元');
    expect(code((await ask(cookie, '/x')).body)).toBe('purpose-required');
  });

  test.each([
    ['another host', 'https://evil.example/'],
    ['another host, in short', '//evil.example/'],
    ['another host, by a backslash', '/\\evil.example/'],
    ['two lines', '/x\r\nSet-Cookie: a=b'],
    ['the gateway’s own paths', '/.gateway/logout'],
    ['nothing', ''],
  ])('leads to no %s: a return path is one of this host, or its start', async (_where, path) => {
    const page = await ask(await gateway.logIn(), `/.gateway/purpose?return=${encodeURIComponent(path)}`, PAGE);
    expect(page.body).toContain('name="return" value="/"');
    const answer = await declare(await gateway.logIn(), form({ purpose: 'inquiry', case: '', return: path }));
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['a sibling system', { Origin: 'https://factory.gateway.test' }, 403, 'foreign-origin'],
    ['an origin that hides', { Origin: 'null' }, 403, 'foreign-origin'],
    ['a script as JSON', { 'Content-Type': 'application/json' }, 415, 'unsupported-media-type'],
    ['an upload', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415, 'unsupported-media-type'],
  ])('counts not from %s', async (_from, headers, status, told) => {
    const cookie = await gateway.logIn();
    const answer = await declare(cookie, form({ purpose: 'inquiry', case: '' }), headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(told);
    expect(code((await ask(cookie, '/x')).body)).toBe('purpose-required');
  });

  test('counts not from who does not say where he comes from, has no session, or sends more than a form', async () => {
    const cookie = await gateway.logIn();
    const silent = await gateway.ask('/.gateway/purpose', {
      method: 'POST',
      headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form({ purpose: 'inquiry' }),
    });
    expect(silent.status).toBe(403);
    expect((await declare('__Host-gw=unknown', form({ purpose: 'inquiry' }))).status).toBe(401);
    const large = await declare(cookie, `purpose=inquiry&case=${'x'.repeat(200_000)}`);
    expect([large.status, code(large.body)]).toEqual([413, 'content-too-large']);
    const put = await gateway.ask('/.gateway/purpose', { method: 'PUT', headers: { Cookie: cookie } });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(code((await ask(cookie, '/x')).body)).toBe('purpose-required');
  });

  test('of whoever is not logged in: the page is reached by way of the portal', async () => {
    const answer = await gateway.ask('/.gateway/purpose?return=%2Fx', { headers: PAGE });
    expect([answer.status, answer.headers.location]).toEqual([302, expect.stringMatching(/portal.*\/login\?trip=/)]);
  });

  test('of a person without a role in the system is not asked', async () => {
    await gateway.test.setAccountState('suspended');
    try {
      const cookie = await gateway.logIn();
      gateway.test.advance(1_001);
      expect((await ask(cookie, '/.gateway/purpose', PAGE)).body).toContain('account-not-active');
      expect((await declare(cookie, form({ purpose: 'inquiry', case: '' }))).body).toContain('account-not-active');
    } finally {
      await gateway.test.setAccountState('active');
      gateway.test.advance(1_001);
    }
  });
});

describe('what is told of a declaration', () => {
  test('is on record, the number masked; and the system’s pages can ask for it', async () => {
    const opened = await gateway.test.openSession();
    const { session } = opened;
    const before = `__Host-gw=${await opened.cookieFor('company')}`;
    expect(JSON.parse((await ask(before, '/.gateway/session')).body)).toMatchObject({ alive: true, declared: null });
    const cookie = cookieOf(await declare(before, form({ purpose: 'handling', case: '1150001234' })));
    expect(JSON.parse((await ask(cookie, '/.gateway/session')).body)).toMatchObject({
      declared: { purpose: 'handling', case: '1150001234' },
    });
    const { accountId } = session;
    const [event] = await gateway.test.context.database.events.listEvents({
      accountId,
      code: 'purpose.declared',
      limit: 1,
    });
    expect(event).toMatchObject({
      actor: { kind: 'account', accountId },
      systemId: 'company',
      sessionReference: session.reference,
      clientAddress: '127.0.0.1',
      facts: { purpose: 'handling', case: '11••••••34' },
    });
    const page = await ask(cookie, '/.gateway/purpose', { ...PAGE, 'Accept-Language': 'en' });
    expect(page.body).toMatch(/Declared now.*Handling a case, 1150001234/);
  });

  test('nothing is declared where it cannot be recorded, and nothing is answered for sure', async () => {
    const cookie = await gateway.logIn();
    const { database } = gateway.test.context;
    const record = database.record.bind(database);
    Object.assign(database, { record: () => Promise.reject(new Error('The test has taken the database away.')) });
    try {
      expect((await declare(cookie, form({ purpose: 'inquiry', case: '' }))).status).toBe(503);
    } finally {
      Object.assign(database, { record });
    }
    expect(code((await ask(cookie, '/x')).body)).toBe('purpose-required');
  });

  test('a session that is over has declared nothing', async () => {
    const opened = await gateway.test.openSession();
    const { session } = opened;
    const cookie = cookieOf(
      await declare(`__Host-gw=${await opened.cookieFor('company')}`, form({ purpose: 'inquiry', case: '' })),
    );
    await gateway.test.context.sessions.end(session.reference, 'logout');
    expect((await ask(cookie, '/x')).status).toBe(401);
    expect((await declare(cookie, form({ purpose: 'inquiry', case: '' }))).status).toBe(401);
  });
});
