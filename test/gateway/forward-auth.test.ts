import { connect } from 'node:net';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '../../src/config/policy-rules.ts';
import { FORWARD_AUTH_DIALECTS } from '../../src/http-fields/forward-auth/dialect.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';
import { answerTo, askAs, COMPANY, startForwardAuth, type ForwardAuthUnderTest } from './forward-auth-under-test.ts';

const POLICY = policySchema.parse([
  { paths: ['/admin/'], deny: true },
  { paths: ['/from-afar'], require: { addresses: ['192.0.2.0/24'] } },
  { methods: ['GET', 'POST'] },
]);
const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };

let test1: TestContext;
let gateway: ForwardAuthUnderTest;
let cookie: string;
beforeAll(async () => {
  test1 = await openTestContext({
    company: { policy: POLICY },
    allowedOrigins: ['https://forms.example.test'],
  });
  gateway = await startForwardAuth(test1);
});
afterAll(async () => {
  await gateway.listener.close(0);
  await test1.close();
});
beforeEach(async () => {
  cookie = `__Host-gw=${await (await test1.openSession()).cookieFor('company')}`;
  gateway.logged.length = 0;
});

describe.each(FORWARD_AUTH_DIALECTS)('D1-111 D3-07 forward-auth for %s', dialect => {
  const refusedWith = (status: number): number => (dialect === 'nginx' ? 403 : status);

  test('says yes with the assertion, its twins and the cookies that the system may see', async () => {
    const fields = { Cookie: `a=1; ${cookie}; b=2` };
    const { status, headers, body } = await askAs(gateway.port, dialect, { fields });
    expect([status, body]).toEqual([200, '']);
    const claims = decodeJwt(String(headers['x-gateway-assertion']));
    expect(claims).toMatchObject({ aud: `https://${COMPANY}`, sub: test1.account.id, acr: 'card' });
    expect(headers).toMatchObject({
      'x-gateway-user': test1.account.loginName,
      'x-gateway-organization': test1.organisation.code,
      'x-gateway-roles': 'case-handler',
      'x-gateway-auth-method': 'card',
      cookie: 'a=1; b=2',
      'cache-control': 'no-store',
    });
    expect(headers['x-gateway-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('names the field of cookies also where none are left, so that the client’s do not stay', async () => {
    const { headers } = await askAs(gateway.port, dialect, { fields: { Cookie: cookie } });
    expect(headers['cookie']).toBe('');
  });

  test('sends a page without a login to the portal, with a cookie for the way back', async () => {
    const { status, headers } = await askAs(gateway.port, dialect, { target: '/cases?of=1', fields: PAGE });
    const location = dialect === 'nginx' ? headers['x-gateway-location'] : headers.location;
    expect(status).toBe(dialect === 'nginx' ? 401 : 302);
    expect(location).toMatch(/^https:\/\/portal\.gateway\.test\/login\?trip=/);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-gw-trip=[\w-]{43}; Path=\/; Secure; HttpOnly/),
    ]);
    expect(headers['x-gateway-assertion']).toBeUndefined();
  });

  test.each(['GET', 'POST'])('tells a script whose %s has no login so, and leads it nowhere', async method => {
    const { status, headers } = await askAs(gateway.port, dialect, { method });
    expect(status).toBe(401);
    expect(headers.location ?? headers['x-gateway-location']).toBeUndefined();
    expect(headers['www-authenticate']).toContain('https://portal.gateway.test');
  });

  test('says no once the session is over', async () => {
    const opened = await test1.openSession();
    const fields = { Cookie: `__Host-gw=${await opened.cookieFor('company')}` };
    expect((await askAs(gateway.port, dialect, { fields })).status).toBe(200);
    await test1.context.sessions.end(opened.session.reference, 'logout');
    const { status, headers } = await askAs(gateway.port, dialect, { fields });
    expect([status, headers['x-gateway-assertion']]).toEqual([401, undefined]);
  });

  test.each([
    ['/admin', 'GET', 'rule-denies'],
    ['/ADMIN;v/x', 'POST', 'rule-denies'],
    ['/cases/7', 'DELETE', 'no-rule-matches'],
  ])('D1-096 says no to %s %s, as the gateway itself does: %s', async (target, method, reason) => {
    const fields = { Cookie: cookie, Origin: `https://${COMPANY}` };
    const { status, headers, body } = await askAs(gateway.port, dialect, { target, method, fields });
    expect(status).toBe(403);
    expect(dialect === 'nginx' ? headers['x-gateway-reason'] : body).toContain(reason);
  });

  test.each(['get', 'delete', 'Delete', 'trace', 'TRACE', 'CONNECT', 'GET POST', 'MADE-UP', ''])(
    'takes %j for no method, as the gateway itself does: systems may read it otherwise than rules',
    async method => {
      // Node's client writes a method of its own in capitals, and none that is none.
      if (dialect === 'envoy' && method !== 'TRACE') return;
      const { status, headers, body } = await askAs(gateway.port, dialect, { method, fields: { Cookie: cookie } });
      expect(status).toBe(refusedWith(400));
      expect(dialect === 'nginx' ? headers['x-gateway-reason'] : body).toContain('method-refused');
    },
  );

  test('judges by the client’s address as the proxy states it', async () => {
    const asked = { target: '/from-afar', fields: { Cookie: cookie } };
    const from = async (clientAddress: string) =>
      (await askAs(gateway.port, dialect, { ...asked, clientAddress })).status;
    expect(await from('192.0.2.9')).toBe(200);
    expect(await from('198.51.100.9')).toBe(403);
    // What stands to the left is the client's own word.
    expect(await from('192.0.2.9, 198.51.100.9')).toBe(403);
    for (const unreadable of ['', 'unknown', '192.0.2.9:443', '192.0.2.9, ', '_hidden']) {
      expect(await from(unreadable)).toBe(refusedWith(400));
    }
  });

  test.each([
    ['POST', { Origin: `https://${COMPANY}` }, 200],
    ['POST', { Origin: 'https://forms.example.test' }, 200],
    ['POST', {}, 200],
    ['POST', { Origin: 'https://factory.gateway.test' }, 403],
    ['POST', { Origin: 'null' }, 403],
    ['POST', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['GET', { Origin: 'https://factory.gateway.test' }, 200],
    ['GET', { Origin: 'https://factory.gateway.test', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }, 403],
    ['GET', { Origin: `https://${COMPANY}`, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }, 200],
  ] as const)('asks where %s %j comes from: %i', async (method, fields, expected) => {
    const { status } = await askAs(gateway.port, dialect, { method, fields: { Cookie: cookie, ...fields } });
    expect(status).toBe(expected);
  });

  test.each([
    ['portal.gateway.test', 421],
    ['evil.test', 421],
    ['company.gateway.test.', 421],
    ['company.gateway.test:444', 421],
    ['company.gateway.test@evil.test', 421],
  ])('knows no system at %s', async (host, status) => {
    const answer = await askAs(gateway.port, dialect, { host, fields: { Cookie: cookie } });
    expect(answer.status).toBe(refusedWith(status));
  });

  test('takes the cookie of no other host', async () => {
    const answer = await askAs(gateway.port, dialect, { host: 'factory.gateway.test', fields: { Cookie: cookie } });
    expect(answer.status).toBe(401);
  });

  test('lets nothing of the gateway’s own paths through to the system', async () => {
    for (const target of ['/.gateway', '/.gateway/session', '/.gateway/enter?code=1']) {
      const { status } = await askAs(gateway.port, dialect, { target, fields: { Cookie: cookie } });
      expect(status).toBe(refusedWith(400));
    }
  });

  test.each(['//cases', '/x/..%2fadmin', '/%63ases', '/a;/../admin'])('refuses %s', async target => {
    const { status } = await askAs(gateway.port, dialect, { target, fields: { Cookie: cookie } });
    expect(status).toBe(refusedWith(400));
  });

  test('refuses what a client writes in the gateway’s name', async () => {
    const fields = { Cookie: cookie, X_Gateway_User: 'admin' };
    expect((await askAs(gateway.port, dialect, { fields })).status).toBe(refusedWith(400));
  });
});

describe('D1-111 the listener for proxies that ask', () => {
  test('counts as activity what a person does, and nothing else', async () => {
    const opened = await test1.openSession();
    const fields = { Cookie: `__Host-gw=${await opened.cookieFor('company')}` };
    const quiet = { ...fields, 'X-Activity': 'background' };
    test1.advance(3 * 3_600_000);
    expect((await askAs(gateway.port, 'caddy', { fields: quiet })).status).toBe(200);
    test1.advance(30 * 60_000);
    expect((await askAs(gateway.port, 'caddy', { fields })).status).toBe(200);
    test1.advance(3 * 3_600_000);
    expect((await askAs(gateway.port, 'caddy', { fields: quiet })).status).toBe(200);
    test1.advance(61 * 60_000);
    expect((await askAs(gateway.port, 'caddy', { fields })).status).toBe(401);
  });

  test('shows people the page that says why, and scripts the problem', async () => {
    const asked = { target: '/admin', fields: { Cookie: cookie, ...PAGE } };
    const page = await askAs(gateway.port, 'traefik', asked);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('<title>denied</title>');
    const problem = await askAs(gateway.port, 'traefik', { ...asked, fields: { Cookie: cookie } });
    expect(JSON.parse(problem.body)).toMatchObject({ status: 403, code: 'rule-denies' });
  });

  test.each([
    ['/forward-auth/nginx', 'POST', 405],
    ['/forward-auth/traefik', 'HEAD', 405],
    ['/', 'GET', 404],
    ['/forward-auth/haproxy', 'GET', 404],
    ['/cases/17', 'GET', 404],
  ])('answers nothing at %s by %s', async (path, method, status) => {
    const headers = { Cookie: cookie, 'X-Original-URL': `https://${COMPANY}/`, 'X-Forwarded-For': '192.0.2.1' };
    expect((await answerTo({ port: gateway.port, path, method, headers })).status).toBe(status);
  });

  test('reads no content, and ends the connection on which some came', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = new Promise(resolve => socket.once('close', resolve));
    const head = `GET /forward-auth/nginx HTTP/1.1\r\nHost: x\r\nX-Original-URL: https://${COMPANY}/\r\nX-Original-Method: GET\r\nX-Forwarded-For: 192.0.2.1\r\nCookie: ${cookie}\r\n`;
    socket.write(`${head}Content-Length: ${head.length + 2}\r\n\r\n${head}\r\n`);
    await closed;
    const said = Buffer.concat(chunks).toString('latin1');
    expect(said.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 403']);
    expect(said).toContain('X-Gateway-Reason: content-refused');
  });

  test('answers upgrades as questions: the socket stays the proxy’s', async () => {
    const fields = { Cookie: cookie, Connection: 'Upgrade', Upgrade: 'websocket', Origin: `https://${COMPANY}` };
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };
    expect((await askAs(gateway.port, 'caddy', { fields: { ...fields, ...key } })).status).toBe(200);
  });

  test('answers a question that expects 100 with its answer', async () => {
    const fields = { Cookie: cookie, Expect: '100-continue' };
    expect((await askAs(gateway.port, 'caddy', { fields })).status).toBe(200);
    expect((await askAs(gateway.port, 'caddy', { fields: { ...fields, Expect: 'something' } })).status).toBe(200);
  });

  test.each(FORWARD_AUTH_DIALECTS)('says 503 to %s where a store cannot be asked', async dialect => {
    const broken: TestContext = {
      ...test1,
      context: {
        ...test1.context,
        sessions: { ...test1.context.sessions, check: () => Promise.reject(new Error('The store is away.')) },
      },
    };
    const other = await startForwardAuth(broken);
    const { status, headers } = await askAs(other.port, dialect, { fields: { Cookie: cookie } });
    expect([status, headers['x-gateway-assertion']]).toEqual([503, undefined]);
    await other.listener.close(0);
  });
});
