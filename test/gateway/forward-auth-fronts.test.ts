import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '../../src/config/policy-rules.ts';
import { findTrip, issueEntryCode } from '../../src/flows/login/enter-system.ts';
import { createAssertionVerifier } from '../../src/verifier/verifier.ts';
import { startFront, type Front } from './forward-auth-fronts.ts';
import { valuesOf, type ReceivedRequest } from './recording-upstream.ts';
import type { Answer } from './gateway-under-test.ts';

const HOST = 'company.gateway.test';
const ORIGIN = `https://${HOST}`;
const PAGE = {
  Accept: 'text/html',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'none',
};
const POLICY = policySchema.parse([{ paths: ['/admin/'], deny: true }, { methods: ['GET', 'POST'] }]);

describe.each(['nginx', 'nginx-tls', 'caddy'] as const)('D1-111 %s that asks the gateway, as shipped', kind => {
  let front: Front;
  let cookie: string;
  beforeAll(async () => {
    front = await startFront(kind, { company: { policy: POLICY } });
    cookie = await front.gateway.logIn();
  });
  afterAll(() => front.close());
  beforeEach(() => {
    front.gateway.company.received.length = 0;
  });

  interface Sent {
    readonly method?: string;
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string | Buffer;
  }

  function ask(target: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...{ host: '127.0.0.1', port: front.port, servername: HOST, ca: front.ca, agent: false },
          ...{ path: target, method, headers: { Host: HOST, ...headers } },
        },
        response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
          response.on('end', () => {
            const { statusCode = 0, headers, rawHeaders } = response;
            resolve({ status: statusCode, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      outgoing.on('error', reject).end(body);
    });
  }

  const received = (): readonly ReceivedRequest[] => front.gateway.company.received;
  const loggedIn = (headers: OutgoingHttpHeaders = {}): OutgoingHttpHeaders => ({ Cookie: cookie, ...headers });

  /** The identity in the one request that the system has received. */
  async function identityReceived() {
    const [request, ...more] = received();
    expect(more).toEqual([]);
    const tokens = valuesOf(request?.rawHeaders ?? [], 'x-gateway-assertion');
    expect(tokens).toHaveLength(1);
    const { context } = front.gateway.test;
    const verifier = createAssertionVerifier({
      issuer: context.portal.origin,
      audience: ORIGIN,
      jwks: context.signer.jwks(),
    });
    return verifier.verify(tokens[0] ?? '');
  }

  test('leads a person in: portal, one-time code, cookie, the page with an assertion that verifies', async () => {
    const away = await ask('/cases?of=1', { headers: PAGE });
    expect(away.status).toBe(302);
    const tripId = new URL(away.headers.location ?? '').searchParams.get('trip') ?? '';
    const tripCookie = away.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { context, account } = front.gateway.test;
    const found = await findTrip(context, tripId);
    if (found === undefined) throw new Error('There is no trip.');
    expect(found.trip.returnPath).toBe('/cases?of=1');
    const { session } = await front.gateway.test.openSession();
    const entry = await issueEntryCode(context, { session, trip: found.trip, system: found.system });
    const back = await ask(entry.replace(ORIGIN, ''), { headers: { ...PAGE, Cookie: tripCookie } });
    expect([back.status, back.headers.location]).toEqual([303, '/cases?of=1']);
    const own = back.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(own).toMatch(/^__Host-gw=/);
    expect(received()).toEqual([]);

    const page = await ask('/cases?of=1', { headers: { ...PAGE, Cookie: `lang=zh; ${own}; theme=dark` } });
    expect(page.status).toBe(200);
    expect(await identityReceived()).toMatchObject({ subject: account.id });
    const [request] = received();
    expect(request).toMatchObject({ method: 'GET', target: '/cases?of=1' });
    const valueOf = (name: string): string => valuesOf(request?.rawHeaders ?? [], name).join('|');
    expect(valueOf('x-gateway-user')).toBe(account.loginName);
    expect(valueOf('x-gateway-roles')).toBe('case-handler');
    expect(valueOf('cookie')).toBe('lang=zh; theme=dark');
    expect(valueOf('host')).toBe(HOST);
    expect(valueOf('x-forwarded-for')).toBe('127.0.0.1');
  });

  test('lets nothing through to the system without a login, by any method', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await ask('/cases', { method, headers: { Cookie: `__Host-gw=${'A'.repeat(43)}` } });
      expect(answer.status).toBe(401);
    }
    expect((await ask('/cases', { method: 'POST', headers: { ...PAGE, Origin: ORIGIN }, body: 'a=1' })).status).toBe(
      401,
    );
    expect(received()).toEqual([]);
  });

  test('D3-07 lets nothing through once the session is over', async () => {
    const opened = await front.gateway.test.openSession();
    const Cookie = `__Host-gw=${await opened.cookieFor('company')}`;
    expect((await ask('/cases', { headers: { Cookie } })).status).toBe(200);
    await front.gateway.test.context.sessions.end(opened.session.reference, 'logout');
    expect((await ask('/cases', { headers: { Cookie } })).status).toBe(401);
    expect(received()).toHaveLength(1);
  });

  test.each([
    ['X-Gateway-User'],
    ['x-gateway-assertion'],
    ['X-GATEWAY-ROLES'],
    ['X-Gateway-Organization'],
    ['X-Gateway-Auth-Method'],
    ['X-Gateway-Purpose'],
    ['X_Gateway_User'],
    ['x_gateway_assertion'],
    ['X-Gateway_Roles'],
    ['X.Gateway.User'],
  ])('shows the system nothing of a client’s %s', async name => {
    const { status } = await ask('/cases', { headers: loggedIn({ [name]: 'forged' }) });
    const [request] = received();
    // Refused, or passed on without it.
    expect(request === undefined).toBe(status >= 400);
    expect(JSON.stringify(received())).not.toContain('forged');
    if (request !== undefined) await identityReceived();
  });

  test('takes nobody for logged in who only says who he is', async () => {
    const forged = { 'X-Gateway-User': 'demo.admin', 'X-Gateway-Assertion': 'a.b.c', 'Remote-User': 'demo.admin' };
    const { status } = await ask('/cases', { headers: forged });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(received()).toEqual([]);
  });

  test.each([
    ['X-Original-URL', `${ORIGIN}/forged`],
    ['X-Original-URI', '/forged'],
    ['X-Original-Method', 'FORGED'],
    ['X-Forwarded-Uri', '/forged'],
    ['X-Forwarded-Method', 'FORGED'],
    ['X-Forwarded-Host', 'forged.gateway.test'],
    ['X-Forwarded-Proto', 'forged'],
    ['X-Forwarded-Prefix', '/forged'],
    ['X-Forwarded-Port', 'forged'],
    ['X-Forwarded-Server', 'forged'],
    ['X-Forwarded-For', '10.0.0.1, forged'],
    ['X_Forwarded_Uri', '/forged'],
    ['X_Original_URL', `${ORIGIN}/forged`],
    ['X.Forwarded.Method', 'FORGED'],
    ['X-Rewrite-Url', '/forged'],
    ['X-HTTP-Method-Override', 'FORGED'],
    ['X-HTTP-Method', 'FORGED'],
    ['X_Method_Override', 'FORGED'],
    ['Forwarded', 'for=10.0.0.1;host=forged.gateway.test'],
    ['X-Real-IP', 'forged'],
    ['Client-IP', 'forged'],
    ['X-Host', 'forged'],
    ['Proxy', 'http://forged.test'],
    ['Remote-User', 'forged'],
    ['SSL-Client-Cert', 'forged'],
    ['HTTP2-Settings', 'forged'],
  ])(
    'is asked about what was asked for, whatever a client’s %s says, and the system is told nothing of it',
    async (name, value) => {
      const headers = loggedIn({ [name]: value, Origin: ORIGIN });
      // Refused for the field, or for what was asked for.
      expect([400, 403]).toContain((await ask('/admin/users', { headers })).status);
      expect([400, 403]).toContain((await ask('/cases', { method: 'DELETE', headers })).status);
      expect(received()).toEqual([]);
      const { status } = await ask('/cases', { headers });
      // 404 where nginx makes 500 of the refusal and the gateway is asked for its page: the system is not behind it.
      expect([200, 400, 403, 404]).toContain(status);
      expect(received()).toHaveLength(status === 200 ? 1 : 0);
      expect(JSON.stringify(received())).not.toMatch(/forged/i);
      if (status === 200) expect(valuesOf(received()[0]?.rawHeaders ?? [], 'x-forwarded-for')).toEqual(['127.0.0.1']);
    },
  );

  test.each([['h2c'], ['anything'], ['websocket, h2c'], ['h2c', 'websocket'], ['websocket', 'h2c'], ['Upgrade', '']])(
    'makes no tunnel for an upgrade to %s %s (request smuggling by h2c): behind it nobody would ask',
    async (...names) => {
      const upgraded: (string | undefined)[] = [];
      const switchOver = (request: IncomingMessage, socket: Duplex): void => {
        upgraded.push(request.headers.upgrade);
        socket.on('error', () => undefined);
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      };
      front.gateway.company.server.on('upgrade', switchOver);
      const head = [
        ...['GET /cases HTTP/1.1', `Host: ${HOST}`, `Cookie: ${cookie}`, 'Connection: Upgrade, HTTP2-Settings'],
        ...names.map(name => `Upgrade: ${name}`),
        ...['HTTP2-Settings: AAMAAABkAAQAAP__', '', ''],
      ];
      const socket = connect({ port: front.port, host: '127.0.0.1', servername: HOST, ca: front.ca });
      socket.write(head.join('\r\n'));
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      front.gateway.company.server.off('upgrade', switchOver);
      // A proxy may take the one that is a WebSocket out of several; another it does not.
      expect(upgraded.filter(name => name !== 'websocket')).toEqual([]);
      if (!names.includes('websocket')) expect(first.toString('latin1')).not.toMatch(/^HTTP\/1\.1 101/);
      expect(JSON.stringify(received())).not.toMatch(/http2-settings|h2c/i);
    },
  );

  test('says yes also where the system’s own cookies are 7 KB', async () => {
    const own = `page=${'x'.repeat(7000)}`;
    const { status } = await ask('/cases', { headers: { Cookie: `${cookie}; ${own}` } });
    expect(status).toBe(200);
    expect(valuesOf(received()[0]?.rawHeaders ?? [], 'cookie')).toEqual([own]);
  });

  test.each([
    '//admin',
    '/admin/',
    '/ADMIN',
    '/admin;x',
    '/./admin',
    '/cases/../admin',
    '/cases/..;/admin',
    '/%61dmin',
    '/cases/%2e%2e/admin',
    '/cases/..%2fadmin',
    '/cases%2f..%2fadmin',
    '/cases%5c..%5cadmin',
    '/cases\\..\\admin',
    '/admin%3fx',
    '/admin#/cases',
    '/cases#/../admin',
    '/admin%00/cases',
    '/%c0%afadmin',
    '/.gateway/../admin',
    '/.gateway/..;/admin',
    '/.gateway/%2e%2e/admin',
    '/.gateway%2f..%2fadmin',
    '/.gateway/..%2fadmin',
    '/x/../.gateway/question',
    '/.gateway/question',
    '/.gateway/session',
    '/forward-auth/nginx',
    `${ORIGIN}/admin`,
    'https://factory.gateway.test/admin',
  ])('leads to nothing below /admin by %s, nor to anything that is not the system’s', async target => {
    await ask(target, { headers: loggedIn() });
    // Caddy makes another name of `#`, and asks by that name.
    const targets = received().map(each => each.target.replace('%23', 'another'));
    expect(targets.filter(each => /admin\b|gateway/i.test(each) || each.startsWith('//'))).toEqual([]);
  });

  test('gives the system the bytes that were judged', async () => {
    for (const target of [
      '/cases/17?of=2026&x=%2e%2e%2f',
      '/%E7%AB%A0/a%3Fb',
      '/a~b!$&()*+,;=:@',
      '/cases?',
      '/?a=?b',
    ]) {
      const { status } = await ask(target, { headers: loggedIn() });
      const last = received().at(-1)?.target;
      expect([status, last]).toEqual([200, target]);
    }
  });

  test('takes content to the system alone, and whole', async () => {
    const body = Buffer.alloc(300_000, 'x');
    const answer = await ask('/cases', { method: 'POST', headers: loggedIn({ Origin: ORIGIN }), body });
    expect(answer.status).toBe(200);
    expect(received()[0]?.body.equals(body)).toBe(true);
    const chunked = { ...loggedIn({ Origin: ORIGIN }), 'Transfer-Encoding': 'chunked' };
    expect((await ask('/cases', { method: 'POST', headers: chunked, body })).status).toBe(200);
    expect(received()[1]?.body.equals(body)).toBe(true);
  });

  test('refuses what another origin causes: unsafe methods and WebSockets', async () => {
    const sibling = { Origin: 'https://factory.gateway.test' };
    expect((await ask('/cases', { method: 'POST', headers: loggedIn(sibling), body: 'a=1' })).status).toBe(403);
    const handshake = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    expect((await ask('/ws', { headers: loggedIn({ ...handshake, ...sibling }) })).status).toBe(403);
    expect(received()).toEqual([]);
    expect((await ask('/ws', { headers: loggedIn({ ...handshake, Origin: ORIGIN }) })).status).toBe(200);
    expect(valuesOf(received()[0]?.rawHeaders ?? [], 'upgrade')).toEqual(['websocket']);
  });

  test('does not let a client take the identity out again by Connection (CVE-2024-45410 of Traefik)', async () => {
    for (const Connection of [
      'X-Gateway-User',
      'close, x-gateway-assertion',
      'X-Forwarded-For, Cookie',
      'keep-alive, x-forwarded-uri',
    ]) {
      front.gateway.company.received.length = 0;
      const { status } = await ask('/admin', { headers: loggedIn({ Connection }) });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(received()).toEqual([]);
      if ((await ask('/cases', { headers: loggedIn({ Connection }) })).status !== 200) continue;
      await identityReceived();
      expect(valuesOf(received()[0]?.rawHeaders ?? [], 'x-gateway-user')).toEqual([
        front.gateway.test.account.loginName,
      ]);
    }
  });

  test('says why on the way back: a page or a problem, and never that of the system', async () => {
    const denied = await ask('/admin', { headers: loggedIn(PAGE) });
    expect(denied.status).toBe(403);
    expect(denied.body).toContain('rule-denies');
  });

  test('knows no host but those that it is written for', async () => {
    const socket = connect({ port: front.port, host: '127.0.0.1', servername: 'portal.gateway.test', ca: front.ca });
    const end = await new Promise<string>(resolve => {
      socket.once('error', () => resolve('refused'));
      socket.once('secureConnect', () => resolve('connected'));
    });
    socket.destroy();
    expect(end).toBe('refused');
    const answer = await ask('/cases', { headers: loggedIn({ Host: 'factory.gateway.test' }) });
    expect(answer.status === 200 && received().length > 0).toBe(false);
  });

  test('lets nothing through while nobody can be asked', async () => {
    await front.forwardAuth.listener.close(0);
    const { status } = await ask('/cases', { headers: loggedIn() });
    // The gateway itself is there and judges, but it does not lead to this system.
    expect(kind === 'nginx-tls' ? [404] : [500, 502]).toContain(status);
    expect(received()).toEqual([]);
  });
});
