import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { issueEntryCode, findTrip } from '../../src/flows/login/enter-system.ts';
import { createAssertionVerifier, readAssertionField } from '../../src/verifier/verifier.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
  gateway.company.answer = undefined;
});

const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };

describe('a request with a session', () => {
  test('reaches the system with an assertion that its verifier believes (DESIGN §4)', async () => {
    const cookie = await gateway.logIn();
    const answer = await gateway.ask('/cases/7?q=%E4%B8%AD', { headers: { Cookie: `theme=dark; ${cookie}; lang=zh` } });
    expect(answer.status).toBe(200);

    const [received] = gateway.company.received;
    expect(received?.target).toBe('/cases/7?q=%E4%B8%AD');
    expect(valuesOf(received!.rawHeaders, 'cookie')).toEqual(['theme=dark; lang=zh']);
    expect(valuesOf(received!.rawHeaders, 'x-gateway-user')).toEqual(['demo.clerk']);
    expect(valuesOf(received!.rawHeaders, 'x-gateway-organization')).toEqual(['demo-county']);
    expect(valuesOf(received!.rawHeaders, 'x-gateway-roles')).toEqual(['case-handler']);
    expect(valuesOf(received!.rawHeaders, 'x-gateway-auth-method')).toEqual(['card']);
    expect(valuesOf(received!.rawHeaders, 'x-gateway-request-id')).toEqual([answer.headers['x-gateway-request-id']]);
    expect(valuesOf(received!.rawHeaders, 'host')).toEqual(['company.gateway.test']);

    const verifier = createAssertionVerifier({
      issuer: 'https://portal.gateway.test',
      audience: 'https://company.gateway.test',
      jwks: gateway.test.context.signer.jwks(),
    });
    const person = await verifier.verify(readAssertionField(received!.rawHeaders));
    expect(person).toMatchObject({ name: '示範承辦員', organization: 'demo-county', roles: ['case-handler'] });
  });

  test('is denied where no role is granted (D1-041), and the system receives nothing', async () => {
    const opened = await gateway.test.openSession();
    const headers = { Cookie: `__Host-gw=${await opened.cookieFor('factory')}` };
    const program = await gateway.ask('/', { host: 'factory.gateway.test', headers });
    expect(program.status).toBe(403);
    expect(JSON.parse(program.body)).toMatchObject({ code: 'no-grant-for-system', status: 403 });
    const page = await gateway.ask('/', { host: 'factory.gateway.test', headers: { ...headers, ...PAGE } });
    expect(page.status).toBe(403);
    expect(page.body).toContain('<title>denied</title>');
    expect(gateway.factory.connections).toBe(0);
  });

  test("is refused on another host: a host's cookie is worthless elsewhere (DESIGN §2)", async () => {
    const cookie = await gateway.logIn();
    const answer = await gateway.ask('/', { host: 'factory.gateway.test', headers: { Cookie: cookie } });
    expect(answer.status).toBe(401);
  });
});

describe('a request without a session', () => {
  test('is sent to the portal when it is a page, and nothing reaches the system (D3-07)', async () => {
    const answer = await gateway.ask('/cases?x=1', { headers: PAGE });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toMatch(/^https:\/\/portal\.gateway\.test\/login\?trip=[\w-]{43}$/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-gw-trip=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/),
    ]);
    expect(gateway.company.received).toEqual([]);
  });

  test.each([
    ['a script', 'GET', { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin' }],
    ['a frame', 'GET', { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' }],
    ['a program', 'GET', { Accept: '*/*' }],
    ['a program that posts', 'POST', {}],
    ['HEAD', 'HEAD', PAGE],
  ])('is told 401 when it is %s', async (_name, method, headers) => {
    const answer = await gateway.ask('/cases', { method, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.location).toBeUndefined();
    expect(gateway.company.received).toEqual([]);
  });

  test('gets a page that says so when a form was sent after the end of the session (DESIGN §2)', async () => {
    const opened = await gateway.test.openSession();
    const cookie = `__Host-gw=${await opened.cookieFor('company')}`;
    await gateway.test.context.sessions.end(opened.session.reference, 'idle');
    const answer = await gateway.ask('/cases', {
      method: 'POST',
      headers: { ...PAGE, Cookie: cookie, Origin: 'https://company.gateway.test' },
      body: 'a'.repeat(200_000),
    });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('<title>session-over</title>');
    expect(answer.body).toContain('"endedBecause":"idle"');
    expect(gateway.company.received).toEqual([]);
  });
});

describe('the way in', () => {
  async function comeBack(): Promise<{ readonly entry: string; readonly trip: string }> {
    const away = await gateway.ask('/cases?x=1', { headers: PAGE });
    const trip = away.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const tripId = new URL(away.headers.location ?? '').searchParams.get('trip') ?? '';
    const found = await findTrip(gateway.test.context, tripId);
    const { session } = await gateway.test.openSession();
    const entry = await issueEntryCode(gateway.test.context, { session, trip: found!.trip, system: found!.system });
    return { entry: entry.replace('https://company.gateway.test', ''), trip };
  }

  test('leads to the page that was asked for, with a cookie of its own, and is recorded', async () => {
    const { entry, trip } = await comeBack();
    const answer = await gateway.ask(entry, { headers: { ...PAGE, Cookie: trip } });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/cases?x=1');
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^__Host-gw=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const [event] = await gateway.test.context.database.events.listEvents({ code: 'system.entered', limit: 1 });
    expect(event).toMatchObject({ systemId: 'company', accountId: gateway.test.account.id });

    const inside = await gateway.ask('/cases?x=1', { headers: { Cookie: cookie.split(';')[0] } });
    expect(inside.status).toBe(200);
  });

  test('is open once', async () => {
    const { entry, trip } = await comeBack();
    expect((await gateway.ask(entry, { headers: { ...PAGE, Cookie: trip } })).status).toBe(303);
    const again = await gateway.ask(entry, { headers: { ...PAGE, Cookie: trip } });
    expect(again.status).toBe(403);
    expect(again.body).toContain('entry-code-unknown');
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test.each([
    ['without the cookie of the trip', undefined, 'entry-cookies-off'],
    ["with another browser's", `__Host-gw-trip=${'A'.repeat(43)}`, 'entry-of-another-browser'],
  ])('is closed %s', async (_name, cookie, code) => {
    const { entry } = await comeBack();
    const answer = await gateway.ask(entry, {
      headers: { ...PAGE, ...(cookie === undefined ? {} : { Cookie: cookie }) },
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain(code);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('leaving', () => {
  test('by POST from the own page ends the session everywhere', async () => {
    const opened = await gateway.test.openSession();
    const cookie = `__Host-gw=${await opened.cookieFor('company')}`;
    const answer = await gateway.ask('/.gateway/logout', {
      method: 'POST',
      headers: { Cookie: cookie, Origin: 'https://company.gateway.test' },
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('https://portal.gateway.test/logged-out');
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-gw=; .*Max-Age=0/)]);
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(401);
    expect(gateway.company.received).toEqual([]);
  });

  test('by GET only asks', async () => {
    const cookie = await gateway.logIn();
    const answer = await gateway.ask('/.gateway/logout', { headers: { ...PAGE, Cookie: cookie } });
    expect(answer.body).toContain('<title>ask-logout</title>');
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
  });

  test.each([
    ['a sibling system', { Origin: 'https://factory.gateway.test' }],
    ['null', { Origin: 'null' }],
    ['a sibling, by fetch metadata', { 'Sec-Fetch-Site': 'same-site' }],
    ['nobody says', {}],
  ])('is refused from %s (DESIGN §4)', async (_name, headers) => {
    const cookie = await gateway.logIn();
    const answer = await gateway.ask('/.gateway/logout', { method: 'POST', headers: { ...headers, Cookie: cookie } });
    expect(answer.status).toBe(403);
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
  });
});
