import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let sockets: WebSocketServer;
let upgrades: IncomingMessage[] = [];
/** What the system does with an upgrade; the default is a WebSocket that sends back what it gets. */
let onUpgrade: ((request: IncomingMessage, socket: Socket) => void) | undefined;

beforeAll(async () => {
  gateway = await startGateway();
  sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', socket => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  gateway.company.server.on('upgrade', (request, socket, head) => {
    upgrades.push(request);
    if (onUpgrade !== undefined) onUpgrade(request, socket as Socket);
    else sockets.handleUpgrade(request, socket, head, peer => sockets.emit('connection', peer, request));
  });
});
afterAll(async () => {
  for (const peer of sockets.clients) peer.terminate();
  await gateway.close();
});
beforeEach(() => {
  upgrades = [];
  onUpgrade = undefined;
});

function open(cookie: string | undefined, headers: Record<string, string> = {}, protocolVersion = 13): WebSocket {
  return new WebSocket(`wss://127.0.0.1:${gateway.port}/ws?room=1`, {
    protocolVersion,
    agent: new Agent({ ca: gateway.ca, servername: 'company.gateway.test' }),
    headers: {
      Host: 'company.gateway.test',
      Origin: 'https://company.gateway.test',
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...headers,
    },
  });
}

/** How an attempt ends: open, or the status that was answered instead. */
function outcomeOf(socket: WebSocket): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

function once<T>(socket: WebSocket, event: 'message' | 'close'): Promise<T> {
  return new Promise(resolve => {
    socket.once(event, (...parts: unknown[]) => resolve(parts as T));
  });
}

function acceptFor(request: IncomingMessage): string {
  return createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
}

describe('a WebSocket', () => {
  test('passes both ways, with our identity and without our cookie or forged fields (D1-111)', async () => {
    const cookie = await gateway.logIn();
    const socket = open(`a=1; ${cookie}`, { 'X-Gateway-User': 'forged', X_Gateway_User: 'forged' });
    expect(await outcomeOf(socket)).toBe('open');
    for (const text of ['一', 'b'.repeat(300_000)]) {
      const echoed = once<[Buffer]>(socket, 'message');
      socket.send(text);
      expect((await echoed)[0].toString()).toBe(text);
    }
    const [request] = upgrades;
    expect(request?.url).toBe('/ws?room=1');
    expect(valuesOf(request!.rawHeaders, 'x-gateway-user')).toEqual(['demo.clerk']);
    expect(valuesOf(request!.rawHeaders, 'x_gateway_user')).toEqual([]);
    expect(valuesOf(request!.rawHeaders, 'cookie')).toEqual(['a=1']);
    const closed = once<[number]>(socket, 'close');
    socket.close(1000);
    expect((await closed)[0]).toBe(1000);
  });

  test('is closed with 1008 when its session ends', async () => {
    const opened = await gateway.test.openSession();
    const socket = open(`__Host-gw=${await opened.cookieFor('company')}`);
    expect(await outcomeOf(socket)).toBe('open');
    const [peer] = [...sockets.clients].slice(-1);
    const texts: string[] = [];
    socket.on('message', data => texts.push((data as Buffer).toString('utf8').slice(0, 1)));
    peer!.send('x'.repeat(500_000));
    peer!.send('y'.repeat(500_000));
    const closed = once<[number, Buffer]>(socket, 'close');
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    const [code, reason] = await closed;
    expect([code, reason.toString()]).toEqual([1008, 'session-over:logout']);
    // ws reports a frame that was cut as 1006; what came was whole.
    expect('xy'.startsWith(texts.join(''))).toBe(true);
  });

  test('is not told so in the middle of a frame: what the system has begun to say arrives whole', async () => {
    const opened = await gateway.test.openSession();
    let peer: Socket | undefined;
    onUpgrade = (request, socket) => {
      peer = socket;
      switchTo(socket, acceptFor(request));
      // A whole frame `go`, and the first half of one of 10 bytes, in one packet.
      socket.write(Buffer.from([0x81, 2, 0x67, 0x6f, 0x81, 10, ...Buffer.from('first')]));
    };
    const socket = open(`__Host-gw=${await opened.cookieFor('company')}`);
    const first = once<[Buffer]>(socket, 'message');
    expect((await first)[0].toString()).toBe('go');
    const rest = once<[Buffer]>(socket, 'message');
    const closed = once<[number]>(socket, 'close');
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    peer?.write(Buffer.concat([Buffer.from('-half'), Buffer.from([0x81, 4]), Buffer.from('late')]));
    expect((await rest)[0].toString()).toBe('first-half');
    expect((await closed)[0]).toBe(1008);
  });

  test.each([
    ['without a session', 401, false, {}],
    ['from a sibling system', 403, true, { Origin: 'https://factory.gateway.test' }],
    ['from null', 403, true, { Origin: 'null' }],
  ])('is refused %s, and the system receives nothing', async (_name, status, isLoggedIn, headers) => {
    const socket = open(isLoggedIn ? await gateway.logIn() : undefined, headers);
    expect(await outcomeOf(socket)).toBe(status);
    expect(upgrades).toEqual([]);
  });

  test('of another version is refused, and the system receives nothing (RFC 6455 section 4.2.1)', async () => {
    const socket = open(await gateway.logIn(), {}, 8);
    expect(await outcomeOf(socket)).toBe(400);
    expect(upgrades).toEqual([]);
  });

  test.each<[string, (request: IncomingMessage, socket: Socket) => void]>([
    ['answers with another key', (_request, socket) => switchTo(socket, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
    [
      'switches to another protocol',
      (request, socket) => {
        socket.write(
          `HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: ${acceptFor(request)}\r\n\r\nsmuggled`,
        );
      },
    ],
    ['hangs up', (_request, socket) => socket.destroy()],
  ])('gets 502 when the system %s (RFC 6455 section 4.1)', async (_name, behaviour) => {
    onUpgrade = behaviour;
    const socket = open(await gateway.logIn());
    expect(await outcomeOf(socket)).toBe(502);
  });

  test('gets the refusal of the system as it is', async () => {
    onUpgrade = (_request, socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Gateway-User: x\r\nX-Own: 1\r\n\r\nno');
    };
    const socket = open(await gateway.logIn());
    expect(await outcomeOf(socket)).toBe(403);
  });

  test('of HTTP/1.0 is refused, and the system receives nothing (RFC 6455 section 4.2.1)', async () => {
    const answer = await gateway.speak(
      `GET /ws HTTP/1.0\r\nHost: company.gateway.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${await gateway.logIn()}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(upgrades).toEqual([]);
  });

  test('may not be spoken before it is open: early bytes reach nobody', async () => {
    const cookie = await gateway.logIn();
    const answer = await gateway.speak(
      `GET /ws HTTP/1.1\r\nHost: company.gateway.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${cookie}\r\n\r\n` +
        `GET /admin HTTP/1.1\r\nHost: company.gateway.test\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(upgrades).toEqual([]);
    expect(gateway.company.received).toEqual([]);
  });

  test('of the portal is refused', async () => {
    const socket = open(undefined, { Host: 'portal.gateway.test' });
    expect(await outcomeOf(socket)).toBe(400);
  });
});

test('another upgrade (h2c) is ignored and its fields stop here (RFC 9110 section 7.8)', async () => {
  const cookie = await gateway.logIn();
  const answer = await gateway.ask('/plain', {
    headers: { Cookie: cookie, Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' },
  });
  expect(answer.status).toBe(200);
  const [received] = gateway.company.received;
  expect(received?.target).toBe('/plain');
  expect(valuesOf(received!.rawHeaders, 'upgrade')).toEqual([]);
  expect(valuesOf(received!.rawHeaders, 'http2-settings')).toEqual([]);
});

function switchTo(socket: Socket, accept: string): void {
  socket.write(
    `HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}
