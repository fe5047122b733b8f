import { Agent } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { askStream, openHttp2 } from './http2-client.ts';
import { listenWith, startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ sessionLimits: { idleMs: 60_000, lifetimeMs: 600_000 } });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.connections = 0;
  gateway.company.answer = undefined;
});

const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };

test('an idle session is over, and a person who works keeps it (D1-099)', async () => {
  const cookie = await gateway.logIn();
  const ask = (headers = {}) => gateway.ask('/', { headers: { Cookie: cookie, ...headers } });
  for (let round = 0; round < 3; round += 1) {
    gateway.test.advance(50_000);
    expect((await ask()).status).toBe(200);
  }
  gateway.test.advance(50_000);
  expect((await ask({ 'X-Activity': 'background' })).status).toBe(200);
  const told = await gateway.ask('/.gateway/session', { headers: { Cookie: cookie } });
  expect(JSON.parse(told.body)).toMatchObject({ alive: true });
  gateway.test.advance(10_001);
  expect((await ask()).status).toBe(401);
  const after = await gateway.ask('/.gateway/session', { headers: { Cookie: cookie } });
  expect(JSON.parse(after.body)).toMatchObject({ alive: false, endedBecause: 'idle' });
});

describe("the gateway's own paths", () => {
  test.each([
    ['/.gateway/assets/look.css', 200, 'body{}'],
    ['/.gateway/assets/none.css', 404, 'not-found'],
    ['/.gateway/assets/%2e%2e/x', 400, 'target-ambiguous'],
    ['/.gateway', 404, 'not-found'],
    ['/.gateway/', 404, 'not-found'],
    ['/%2egateway/none', 404, 'not-found'],
    ['/.gateway/enter', 403, 'entry-cookies-off'],
    ['/.gateway/enter?code=a&code=b', 403, 'entry-cookies-off'],
  ])('%s → %i, and the system receives nothing', async (target, status, text) => {
    const answer = await gateway.ask(target, { headers: { Cookie: await gateway.logIn() } });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
    expect(gateway.company.connections).toBe(0);
  });

  test('an asset that the browser has is not sent again', async () => {
    const first = await gateway.ask('/.gateway/assets/look.css');
    const again = await gateway.ask('/.gateway/assets/look.css', {
      headers: { 'If-None-Match': first.headers.etag },
    });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('other methods are refused, and name those that are not', async () => {
    const answer = await gateway.ask('/.gateway/enter', { method: 'POST' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
  });

  test('pages carry what keeps a browser safe', async () => {
    const { headers } = await gateway.ask('/.gateway/logout', { headers: PAGE });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=31536000',
      'x-frame-options': 'DENY',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("form-action 'self' https://portal.gateway.test");
  });
});

describe('closing', () => {
  let closing: Omit<GatewayUnderTest, 'close'>;
  beforeEach(async () => {
    closing = await listenWith(gateway.test, gateway.company, gateway.factory);
  });

  test('lets a request finish, takes no new ones, and says 1001 to a WebSocket', async () => {
    const cookie = await closing.logIn();
    const sockets = new WebSocketServer({ noServer: true });
    gateway.company.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, () => undefined);
    });
    const socket = new WebSocket(`wss://127.0.0.1:${closing.port}/ws`, {
      agent: new Agent({ ca: closing.ca, servername: 'company.gateway.test' }),
      headers: { Host: 'company.gateway.test', Cookie: cookie },
    });
    await new Promise(resolve => socket.once('open', resolve));
    const goodbye = new Promise(resolve => socket.once('close', resolve));

    let finish: (() => void) | undefined;
    const arrived = new Promise<void>(resolve => {
      gateway.company.answer = (_request, response) => {
        finish = () => response.end('finished');
        resolve();
      };
    });
    const running = closing.ask('/slow', { headers: { Cookie: cookie } });
    await arrived;
    const closed = closing.listener.close(10_000);
    expect(await goodbye).toBe(1001);
    await expect(closing.ask('/new', { headers: { Cookie: cookie } })).rejects.toThrow('ECONNREFUSED');
    finish?.();
    expect((await running).body).toBe('finished');
    await closed;
  });

  test('is announced on HTTP/2 too: what is under way ends, what came with it is answered, and nothing more is taken', async () => {
    const cookie = await closing.logIn();
    const session = await openHttp2(closing);
    let finish: (() => void) | undefined;
    const arrived = new Promise<void>(resolve => {
      gateway.company.answer = (_request, response) => {
        finish = () => response.end('finished');
        resolve();
      };
    });
    const running = askStream(session, { ':path': '/slow', cookie });
    await arrived;
    const told = new Promise(resolve => session.once('goaway', resolve));
    const left = new Promise(resolve => session.once('close', resolve));
    closing.listener.announceEnd();
    expect(await told).toBe(0);
    expect(session.closed).toBe(true);
    finish?.();
    expect((await running).body).toBe('finished');
    await left;
    gateway.company.answer = (_request, response) => response.end('new');
    const next = await openHttp2(closing);
    const toldToo = new Promise(resolve => next.once('goaway', resolve));
    const answers = await Promise.all(['/1', '/2', '/3'].map(path => askStream(next, { ':path': path, cookie })));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, 'new']));
    expect(await toldToo).toBe(0);
    await closing.listener.close(0);
  });

  test('does not wait for connections on which nobody has said anything', async () => {
    const bare = connect(closing.port, '127.0.0.1').on('error', () => undefined);
    const secured = await closing.dial();
    secured.on('error', () => undefined);
    const half = await closing.dial();
    half.on('error', () => undefined).write('GET / HTTP/1.1\r\nHo');
    const cut = Promise.all([bare, secured, half].map(socket => new Promise(resolve => socket.once('close', resolve))));
    const closed = closing.listener.close(10_000).then(() => 'closed');
    expect(await Promise.race([closed, delay(5_000, 'waits', { ref: false })])).toBe('closed');
    await cut;
  });

  test('ends what does not finish in time', async () => {
    const cookie = await closing.logIn();
    const arrived = new Promise<void>(resolve => {
      gateway.company.answer = () => resolve();
    });
    const running = closing.ask('/hangs', { headers: { Cookie: cookie } });
    const ending = expect(running)
      .resolves.toMatchObject({ status: 504 })
      .catch(() => expect(running).rejects.toThrow());
    await arrived;
    await closing.listener.close(100);
    await ending;
  });
});

test('a suspended account is denied within a second of the change', async () => {
  const cookie = await gateway.logIn();
  expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
  await gateway.test.setAccountState('suspended');
  gateway.test.advance(1_000);
  const answer = await gateway.ask('/', { headers: { Cookie: cookie } });
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'account-not-active' });
  await gateway.test.setAccountState('active');
  gateway.test.advance(1_000);
});

// Last: the store does not come back.
test('a store that is down lets nobody in (DESIGN rule 1): 503, and the system receives nothing', async () => {
  const cookie = await gateway.logIn();
  await gateway.test.context.database.close();
  const page = await gateway.ask('/', { headers: { ...PAGE, Cookie: cookie } });
  expect(page.status).toBe(503);
  expect(page.body).toContain('<title>unavailable</title>');
  const program = await gateway.ask('/', { headers: { Cookie: cookie } });
  expect(JSON.parse(program.body)).toMatchObject({ code: 'unavailable' });
  expect(gateway.company.connections).toBe(0);
  expect(JSON.stringify(gateway.logged)).not.toContain(cookie.split('=')[1]);
});
