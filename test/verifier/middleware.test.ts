import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createAssertionVerifier,
  gatewayIdentity,
  requireGatewayAssertion,
  requireRole,
  verifyUpgrade,
  type JsonWebKeySet,
} from '../../src/verifier/verifier.ts';
import { AUDIENCE, CLAIMS, FOREIGN, HEADER, ISSUER, JWKS, NOW_S, signed } from './vectors.ts';

const settings = { issuer: ISSUER, audience: AUDIENCE, now: () => new Date(NOW_S * 1000) };
const verifier = createAssertionVerifier({ ...settings, jwks: JWKS });
const withoutKeys = createAssertionVerifier({
  ...settings,
  jwks: new URL('https://portal.gateway.test/.well-known/jwks.json'),
  fetchJwks: () => Promise.reject(new Error('down')),
});
const assertion = signed(HEADER, CLAIMS);
/** Of a portal that is slow: keys come, or do not, when a test says so. */
let keysCome = Promise.withResolvers<JsonWebKeySet>();
const slow = () =>
  requireGatewayAssertion(
    createAssertionVerifier({
      ...settings,
      jwks: new URL('https://portal.gateway.test/.well-known/jwks.json'),
      fetchJwks: () => keysCome.promise,
    }),
  );

/** What handlers have been reached; a refusal reaches none. */
const reached: string[] = [];
const upgrades: (string | undefined)[] = [];
let server: Server;

beforeAll(async () => {
  const app = express();
  app.use('/unguarded', requireRole('case-handler'), handler);
  app.use('/keyless', requireGatewayAssertion(withoutKeys), handler);
  app.use(
    '/own-page',
    requireGatewayAssertion(verifier, ({ code }, _request, response) => response.writeHead(401).end(`為何：${code}`)),
    handler,
  );
  app.use(
    '/broken-page',
    requireGatewayAssertion(verifier, () => {
      throw new Error('no page');
    }),
    handler,
  );
  app.use(
    '/impatient',
    (request, response, next) => {
      response.status(503).send('timeout');
      slow()(request, response, next);
    },
    handler,
  );
  app.use(requireGatewayAssertion(verifier));
  app.use('/admin', requireRole('administrator', 'auditor'), handler);
  app.use('/cases', requireRole('case-handler', 'auditor'), handler);
  app.use(handler);
  app.use((error: Error, _request: unknown, response: express.Response, next: express.NextFunction) => {
    if (response.headersSent) next(error);
    else response.status(500).send(error.message);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  server.on('upgrade', (request: IncomingMessage, socket) => {
    void verifyUpgrade(request.url === '/keyless' ? withoutKeys : verifier, request, socket).then(identity => {
      upgrades.push(identity?.subject);
      if (identity !== undefined) socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
  });
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function handler(request: express.Request, response: express.Response): void {
  reached.push(request.originalUrl);
  response.json(gatewayIdentity(request));
}

const port = (): number => (server.address() as AddressInfo).port;

/** @param headers names and values in turn, sent as they are */
async function ask(path: string, headers: readonly string[] = []) {
  reached.length = 0;
  const sent = httpRequest({ port: port(), host: '127.0.0.1', path, headers: ['Host', 'company', ...headers] }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = await text(response);
  return { status: response.statusCode, headers: response.headers, body, reached: [...reached] };
}

describe('the middleware (D3-10)', () => {
  test('lets a request of the gateway through and says who it is from', async () => {
    const answer = await ask('/', ['X-Gateway-Assertion', assertion]);
    expect(answer).toMatchObject({ status: 200, reached: ['/'] });
    expect(JSON.parse(answer.body)).toMatchObject({ subject: CLAIMS.sub, roles: ['case-handler'] });
  });

  test.each<[string, string, string[]]>([
    ['no assertion: it came past the gateway (D1-001)', 'assertion-missing', []],
    ['twins without an assertion', 'assertion-missing', ['X-Gateway-User', 'demo.clerk', 'X-Gateway-Roles', 'admin']],
    ['two', 'assertion-repeated', ['X-Gateway-Assertion', assertion, 'X-Gateway-Assertion', assertion]],
    ['a spelling that folds into it', 'assertion-repeated', ['x_gateway_assertion', assertion]],
    ['both', 'assertion-repeated', ['X-Gateway-Assertion', assertion, 'X_GATEWAY-ASSERTION', 'x']],
    ['another key', 'bad-signature', ['X-Gateway-Assertion', signed(HEADER, CLAIMS, FOREIGN)]],
    [
      'another system',
      'wrong-audience',
      ['X-Gateway-Assertion', signed(HEADER, { ...CLAIMS, aud: 'https://factory.gateway.test' })],
    ],
  ])('refuses a request with %s', async (_name, code, headers) => {
    const answer = await ask('/', headers);
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      reached: [],
    });
    expect(JSON.parse(answer.body)).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401, code });
  });

  test('answers 503 where the keys of the portal cannot be had: that says nothing about the request', async () => {
    const answer = await ask('/keyless', ['X-Gateway-Assertion', assertion]);
    expect(answer).toMatchObject({ status: 503, reached: [] });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'keys-unavailable' });
  });

  test('answers with a page of the system, if it has one', async () => {
    expect(await ask('/own-page')).toMatchObject({ status: 401, body: '為何：assertion-missing', reached: [] });
    expect(await ask('/own-page', ['X-Gateway-Assertion', assertion])).toMatchObject({ status: 200 });
  });

  test('tells the application of a page that fails, and goes on with nobody', async () => {
    expect(await ask('/broken-page')).toMatchObject({ status: 500, body: 'no page', reached: [] });
  });

  test.each<[string, () => void]>([
    ['nothing is known', () => keysCome.reject(new Error('down'))],
    ['it is believed', () => keysCome.resolve(JWKS)],
  ])('leaves a request alone that the application has answered before %s', async (_name, settle) => {
    keysCome = Promise.withResolvers();
    const answer = await ask('/impatient', ['X-Gateway-Assertion', assertion]);
    // Whatever is thrown now, vitest counts as a failure.
    settle();
    await delay(50);
    expect(answer).toMatchObject({ status: 503, body: 'timeout' });
    expect(reached).toEqual([]);
  });

  test('lets what a handler throws be that of its server, not of a promise nobody holds', async () => {
    const faults: string[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error, origin) => faults.push(`${origin}: ${error.message}`));
    const plain = createServer((request, response) =>
      requireGatewayAssertion(verifier)(request, response, () => {
        response.end();
        throw new Error('handler');
      }),
    ).listen(0, '127.0.0.1');
    try {
      await once(plain, 'listening');
      const { port } = plain.address() as AddressInfo;
      const fields = { 'X-Gateway-Assertion': assertion };
      await once(httpRequest({ port, host: '127.0.0.1', headers: fields, agent: false }).end(), 'response');
      expect(faults).toEqual(['uncaughtException: handler']);
    } finally {
      plain.close();
      process.removeAllListeners('uncaughtException');
      for (const each of others) process.on('uncaughtException', each);
    }
  });
});

describe('roles', () => {
  test('one of those named is enough', async () => {
    expect(await ask('/cases', ['X-Gateway-Assertion', assertion])).toMatchObject({ status: 200, reached: ['/cases'] });
  });

  test('none of those named is 403', async () => {
    const answer = await ask('/admin', ['X-Gateway-Assertion', assertion, 'X-Gateway-Roles', 'administrator']);
    expect(answer).toMatchObject({ status: 403, reached: [] });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'role-missing' });
  });

  test('before anybody is known are a mistake of the system, and let nobody through', async () => {
    expect(await ask('/unguarded', ['X-Gateway-Assertion', assertion])).toMatchObject({ status: 500, reached: [] });
  });
});

describe('a request that becomes a WebSocket', () => {
  async function upgrade(path: string, fields: string): Promise<string> {
    upgrades.length = 0;
    const socket = connect(port(), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: company\r\nConnection: upgrade\r\nUpgrade: websocket\r\n${fields}\r\n`);
    return text(socket);
  }

  test('is let through with an assertion', async () => {
    expect(await upgrade('/', `X-Gateway-Assertion: ${assertion}\r\n`)).toMatch(/^HTTP\/1\.1 101 /);
    expect(upgrades).toEqual([CLAIMS.sub]);
  });

  test.each([
    ['/', '', 401],
    ['/', `X-Gateway-Assertion: ${assertion}\r\nx_gateway_assertion: ${assertion}\r\n`, 401],
    ['/keyless', `X-Gateway-Assertion: ${assertion}\r\n`, 503],
  ])('is refused and closed otherwise', async (path, fields, status) => {
    expect(await upgrade(path, fields)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\n\\r\\n$`, 's'));
    expect(upgrades).toEqual([undefined]);
  });
});
