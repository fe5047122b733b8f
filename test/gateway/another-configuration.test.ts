import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, get } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { minuteOfTaipeiDay } from '../../src/calendar/taipei-day.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import type { BusinessSystem } from '../../src/flows/ports.ts';
import { EVERY_ROLE_EVERYTHING } from '../../src/policy/rule.ts';
import { next, openWebSocket, readToEnd, recordOf, responseTo, startRequest } from './access-client.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
let peers: WebSocketServer;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ settings: { standingJudgedMs: 300 } });
  peers = new WebSocketServer({ noServer: true });
  peers.on('connection', peer => peer.on('message', data => peer.send(data)));
  gateway.company.server.on('upgrade', (request, socket, head) =>
    peers.handleUpgrade(request, socket, head, peer => peers.emit('connection', peer, request)),
  );
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.renew();
  gateway.company.answer = undefined;
});

/** The context with another `company`; null takes it away. */
function withCompany(change: Partial<BusinessSystem> | null): GatewayContext {
  const { context } = gateway.test;
  const systems = new Map(context.systems);
  const company = systems.get('company');
  if (company === undefined) throw new Error('There is no company.');
  if (change === null) systems.delete('company');
  else systems.set('company', { ...company, ...change });
  return { ...context, systems };
}

function openSocket(): Promise<WebSocket> {
  const socket = new WebSocket(`wss://127.0.0.1:${gateway.port}/ws`, {
    agent: new Agent({ ca: gateway.ca, servername: 'company.gateway.test' }),
    headers: { Host: 'company.gateway.test', Origin: 'https://company.gateway.test', Cookie: cookie },
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket)).once('error', reject);
  });
}

function closing(socket: WebSocket): Promise<string> {
  return new Promise(resolve => {
    socket.once('close', (code, reason) => resolve(`${code} ${reason.toString('utf8')}`));
  });
}

function echoed(socket: WebSocket, text: string): Promise<string> {
  return new Promise(resolve => {
    socket.once('message', data => resolve((data as Buffer).toString('utf8')));
    socket.send(text);
  });
}

/** An event stream of company's, with all that comes of it. */
async function openStream(): Promise<{ readonly whole: Promise<string> }> {
  gateway.company.answer = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 1\n\n');
  };
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    get(
      {
        host: '127.0.0.1',
        port: gateway.port,
        ca: gateway.ca,
        servername: 'company.gateway.test',
        agent: false,
        path: '/events',
        headers: { Host: 'company.gateway.test', Cookie: cookie },
      },
      resolve,
    ).on('error', reject);
  });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { whole: new Promise(resolve => stream.once('end', () => resolve(text))) };
}

describe('another configuration', () => {
  test('holds for requests that are read from then on; those before end by the one they were read under', async () => {
    const asked = new Promise<ServerResponse>(resolve => {
      gateway.company.answer = (_request, response) => resolve(response);
    });
    const before = gateway.ask('/slow', { headers: { Cookie: cookie } });
    const response = await asked;
    gateway.renew(withCompany(null));
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(421);
    response.end('as it began');
    expect(await before).toMatchObject({ status: 200, body: 'as it began' });
  });

  test('of others leaves WebSockets of a system as they are', async () => {
    const socket = await openSocket();
    gateway.renew(withCompany({ name: '公司登記系統（新）' }));
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(await echoed(socket, '登記')).toBe('登記');
    socket.terminate();
  });

  test.each([
    ['without the system', null, 'system-gone'],
    ['with its origin changed', { origin: 'https://other.gateway.test' }, 'system-gone'],
    ['that denies', { policy: [{ ...EVERY_ROLE_EVERYTHING, deny: true }] }, 'rule-denies'],
    [
      'under which no rule is about it',
      { policy: [{ ...EVERY_ROLE_EVERYTHING, methods: ['POST'] }] },
      'no-rule-matches',
    ],
  ])('%s ends WebSockets and event streams, and says why (D1-111)', async (_name, change, reason) => {
    const socket = await openSocket();
    const stream = await openStream();
    const closed = closing(socket);
    gateway.renew(withCompany(change));
    expect(await closed).toBe(`1008 not-allowed:${reason}`);
    expect(await stream.whole).toBe(`data: 1\n\nevent: gateway-not-allowed\ndata: {"reason":"${reason}"}\n\n`);
  });
});

describe('what goes on for hours', () => {
  test('is judged by its session, whatever has become of the cookie that it began with (D1-096)', async () => {
    const opened = await gateway.test.openSession();
    cookie = `__Host-gw=${await opened.cookieFor('company')}`;
    const socket = await openSocket();
    // Entries and declarations give newer ones; the oldest of them go.
    for (let count = 0; count < 5; count += 1) await opened.cookieFor('company');
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).toBe(401);
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(await echoed(socket, '登記')).toBe('登記');
    const closed = closing(socket);
    gateway.renew(withCompany({ policy: [{ ...EVERY_ROLE_EVERYTHING, deny: true }] }));
    expect(await closed).toBe('1008 not-allowed:rule-denies');
    cookie = await gateway.logIn();
  });

  test('is judged anew if it is a feed of any kind, and why it ended is on record (D1-096)', async () => {
    cookie = await gateway.logIn();
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{}\n');
    };
    const [feed, socket] = [startRequest(gateway, '/feed', cookie), openWebSocket(gateway, '/ws-denied', cookie)];
    const isOpen = next(socket, 'open');
    feed.end();
    const text = readToEnd(await responseTo(feed));
    await isOpen;
    const closed = next(socket, 'close');
    gateway.renew(withCompany({ policy: [{ ...EVERY_ROLE_EVERYTHING, deny: true }] }));
    expect(await text).toEqual({ text: '{}\n', isWhole: false });
    await closed;
    const decision = { allow: false, reason: 'rule-denies', rule: 1 };
    expect(await recordOf(gateway, '/feed')).toMatchObject({ outcome: 'broken-off', status: 200, decision });
    expect(await recordOf(gateway, '/ws-denied')).toMatchObject({ outcome: 'broken-off', status: 101, decision });
  });

  test('is judged anew by the clock: with the hours in which it is allowed it ends (D1-096)', async () => {
    const { clock } = gateway.test.context;
    const minutesToNoon = (720 - minuteOfTaipeiDay(clock.now()) + 1_440) % 1_440;
    gateway.test.advance(minutesToNoon * 60_000);
    cookie = await gateway.logIn();
    const hours = { weekdaysOnly: false, fromMinute: 0, untilMinute: 725 };
    const require = { ...EVERY_ROLE_EVERYTHING.require, hours };
    gateway.renew(withCompany({ policy: [{ ...EVERY_ROLE_EVERYTHING, require }] }));
    const socket = await openSocket();
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(await echoed(socket, '登記')).toBe('登記');
    const closed = closing(socket);
    gateway.test.advance(10 * 60_000);
    expect(await closed).toBe('1008 not-allowed:outside-service-hours');
  });
});
