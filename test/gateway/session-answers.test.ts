import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const OWN = 'https://company.gateway.test';
/** One session at a time: the next login takes the place of the one before. */
const LIMITS = {
  idleMs: 60_000,
  lifetimeMs: 100_000,
  concurrent: { account: 1, card: 1, 'card-tls': 1, 'one-day-password': 1 },
};

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ sessionLimits: LIMITS });
});
afterAll(() => gateway.close());

interface Told {
  readonly alive: boolean;
  readonly idleRemainingMs: number;
}

async function ask(cookie: string | undefined, target = '/.gateway/session'): Promise<Told> {
  const answer = await gateway.ask(target, { headers: cookie === undefined ? {} : { Cookie: cookie } });
  expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'application/json',
    'no-store',
  ]);
  return JSON.parse(answer.body) as Told;
}

function stay(cookie: string, headers: Record<string, string> = {}) {
  const fields = { Cookie: cookie, Origin: OWN, 'Content-Type': 'application/json', ...headers };
  return gateway.ask('/.gateway/session', { method: 'POST', headers: fields, body: '{}' });
}

describe('how a session stands, told to a page of the system', () => {
  test('with what its warning needs; asking is no activity (D1-099)', async () => {
    const cookie = await gateway.logIn();
    gateway.test.advance(20_000);
    for (let asked = 0; asked < 2; asked += 1) {
      const told = await ask(cookie);
      expect(told).toMatchObject({ alive: true, method: 'card', account: gateway.test.account.id, canStay: true });
      expect(told.idleRemainingMs).toBeLessThanOrEqual(40_000);
      expect(told.idleRemainingMs).toBeGreaterThan(30_000);
    }
  });

  test('and that it cannot be prolonged, near the end of its lifetime', async () => {
    const cookie = await gateway.logIn();
    gateway.test.advance(55_000);
    expect(JSON.parse((await stay(cookie)).body)).toMatchObject({ alive: true, canStay: false });
    gateway.test.advance(LIMITS.lifetimeMs - 55_000);
    expect(JSON.parse((await stay(cookie)).body)).toMatchObject({ alive: false, endedBecause: 'lifetime' });
  });

  test.each([
    ['in the language that is asked for', '?lang=en', 'administrator en'],
    ['in the browser’s, when none is', '', 'administrator '],
  ])('or why it is over, %s', async (_name, query, message) => {
    const opened = await gateway.test.openSession();
    const cookie = `__Host-gw=${await opened.cookieFor('company')}`;
    await gateway.test.context.sessions.end(opened.session.reference, 'administrator');
    expect(await ask(cookie, `/.gateway/session${query}`)).toEqual({
      alive: false,
      endedBecause: 'administrator',
      message,
    });
  });

  test('with what took its place, but not from where (D1-097)', async () => {
    const cookie = await gateway.logIn();
    const { session } = await gateway.test.openSession({ method: 'card-tls' });
    const replacedBy = { method: 'card-tls', at: session.authenticatedAt.toISOString() };
    expect(await ask(cookie)).toEqual({ alive: false, endedBecause: 'replaced', replacedBy, message: 'replaced ' });
    const script = await gateway.ask('/x', { headers: { Cookie: cookie, 'Sec-Fetch-Dest': 'empty' } });
    expect(JSON.parse(script.body)).toMatchObject({ code: 'session-over', reason: 'replaced' });
    const page = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Origin: OWN };
    const form = await gateway.ask('/x', { method: 'POST', headers: { Cookie: cookie, ...page } });
    expect([form.status, form.body]).toEqual([401, expect.stringContaining('"method":"card-tls"')]);
    expect(`${script.body}${form.body}`).not.toContain('127.0.0.1');
  });

  test('or that there is none; nobody is told whose a cookie was', async () => {
    for (const cookie of [undefined, '__Host-gw=', '__Host-gw=unknown', '__Host-gw=a; __Host-gw=b']) {
      expect(await ask(cookie)).toMatchObject({ alive: false, endedBecause: null });
    }
    const elsewhere = await (await gateway.test.openSession()).cookieFor('factory');
    expect(await ask(`__Host-gw=${elsewhere}`)).toMatchObject({ alive: false, endedBecause: null });
  });
});

describe('staying', () => {
  test('prolongs the session, and says by how much', async () => {
    const cookie = await gateway.logIn();
    gateway.test.advance(30_000);
    const answer = await stay(cookie);
    expect(answer.status).toBe(200);
    const told = JSON.parse(answer.body) as Told;
    expect(told.idleRemainingMs).toBeGreaterThan(59_000);
    expect((await ask(cookie)).idleRemainingMs).toBeGreaterThan(50_000);
    expect(gateway.company.received).toEqual([]);
  });

  test('revives nothing', async () => {
    const cookie = await gateway.logIn();
    gateway.test.advance(60_001);
    for (let tried = 0; tried < 2; tried += 1) {
      expect(JSON.parse((await stay(cookie)).body)).toMatchObject({ alive: false, endedBecause: 'idle' });
    }
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['a sibling system', { Origin: 'https://factory.gateway.test' }, 403, 'foreign-origin'],
    ['an origin that hides', { Origin: 'null' }, 403, 'foreign-origin'],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['a form of plain text', { 'Content-Type': 'text/plain' }, 415, 'unsupported-media-type'],
  ])('cannot be asked for by %s', async (_name, headers, status, code) => {
    const cookie = await gateway.logIn();
    gateway.test.advance(30_000);
    const answer = await stay(cookie, headers);
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([status, code]);
    expect((await ask(cookie)).idleRemainingMs).toBeLessThanOrEqual(30_000);
  });

  test('cannot be asked for by who does not say where he comes from', async () => {
    const headers = { Cookie: await gateway.logIn(), 'Content-Type': 'application/json' };
    const answer = await gateway.ask('/.gateway/session', { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(403);
    const put = await gateway.ask('/.gateway/session', { method: 'PUT', headers });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  });
});

describe('the script for the system’s pages', () => {
  test('is served to whoever asks, and not again to who has it', async () => {
    const first = await gateway.ask('/.gateway/activity.js');
    expect([first.status, first.body, first.headers['cache-control']]).toEqual([200, 'watch()', 'public, no-cache']);
    expect(first.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const again = await gateway.ask('/.gateway/activity.js', { headers: { 'If-None-Match': first.headers.etag } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('is not to be posted to', async () => {
    expect((await gateway.ask('/.gateway/activity.js', { method: 'POST' })).status).toBe(405);
  });
});
