import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OpenExchanges, type BreakCause } from '../../src/gateway/open-exchanges.ts';
import type { OpenedSession } from '../support/gateway-context.ts';
import { listenWith, startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

/*
 * A process that is held up (paused, swapped out, moved) goes on later where it stood, with what it knew then.
 * Here its clock runs ahead by as long as it would have stood still.
 */

let gateway: GatewayUnderTest;
/** A listener that is held up as told when a session has been checked. */
let listener: Omit<GatewayUnderTest, 'close'>;
let opened: OpenedSession;
let cookie: string;
const realNow = performance.now.bind(performance);
let aheadMs = 0;
let onChecked = (): void => undefined;
let upgrades = 0;

beforeAll(async () => {
  gateway = await startGateway();
  // Every request has a connection of its own.
  gateway.company.server.maxRequestsPerSocket = 1;
  gateway.company.server.on('upgrade', (_request, socket) => {
    upgrades += 1;
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  performance.now = () => realNow() + aheadMs;
});
afterAll(async () => {
  performance.now = realNow;
  await gateway.close();
});
beforeEach(async () => {
  const { context } = gateway.test;
  const store = context.sessions;
  const sessions: typeof store = {
    ...store,
    check: async (...question) => {
      const check = await store.check(...question);
      onChecked();
      return check;
    },
  };
  listener = await listenWith({ ...gateway.test, context: { ...context, sessions } }, gateway.company, gateway.factory);
  gateway.company.received.length = 0;
  gateway.company.connections = 0;
  upgrades = 0;
  onChecked = () => undefined;
  opened = await gateway.test.openSession();
  cookie = `__Host-gw=${await opened.cookieFor('company')}`;
});
afterEach(() => listener.listener.close(0));

/** Does something in the moment in which a connection to the system is being opened. */
function whileConnecting(work: () => void): void {
  const connecting = channel('undici:client:beforeConnect');
  const onConnecting = (): void => {
    connecting.unsubscribe(onConnecting);
    work();
  };
  connecting.subscribe(onConnecting);
}

const WEBSOCKET = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  Origin: 'https://company.gateway.test',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function begin(method: string, headers: OutgoingHttpHeaders): ClientRequest {
  const { port, ca } = listener;
  const where = { host: '127.0.0.1', port, ca, servername: 'company.gateway.test', path: '/x', agent: false, method };
  return httpsRequest({ ...where, headers: { Host: 'company.gateway.test', Cookie: cookie, ...headers } });
}

async function answerTo(request: ClientRequest): Promise<{ status: number; code: unknown; retryAfter: unknown }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(response);
  const { code } = (body === '' ? {} : JSON.parse(body)) as { code?: unknown };
  return { status: response.statusCode ?? 0, code, retryAfter: response.headers['retry-after'] };
}

const UNAVAILABLE = { status: 503, code: 'unavailable', retryAfter: '10' };
const NOTHING = { received: 0, upgrades: 0 };

function reached(): typeof NOTHING {
  return { received: gateway.company.received.length, upgrades };
}

describe.each<[string, string, OutgoingHttpHeaders, number]>([
  ['GET', 'GET', {}, 200],
  ['POST', 'POST', { 'Content-Length': '4' }, 200],
  ['WebSocket', 'GET', WEBSOCKET, 403],
])('%s: held up between the check of its session and the system', (_name, method, headers, served) => {
  function ask(): ReturnType<typeof answerTo> {
    const request = begin(method, headers);
    const answer = answerTo(request);
    request.end(method === 'POST' ? 'abcd' : undefined);
    return answer;
  }

  test.each<[string, (work: () => void) => void]>([
    ['when the session had been checked', work => (onChecked = work)],
    ['while the system was connected to', whileConnecting],
  ])('%s', async (_when, hold) => {
    hold(() => (aheadMs += 2_001));
    expect(await ask()).toEqual(UNAVAILABLE);
    expect(reached()).toEqual(NOTHING);
    // The same again looks again, and is served though held up for a while.
    hold(() => (aheadMs += 1_000));
    expect((await ask()).status).toBe(served);
    const { received, upgrades: asked } = reached();
    expect(received + asked).toBe(1);
  });

  test('its session ends while the system is connected to: refused at once, and the system receives nothing', async () => {
    whileConnecting(() => void gateway.test.context.sessions.end(opened.session.reference, 'logout'));
    expect(await ask()).toMatchObject({ status: 401, code: 'session-over' });
    expect(reached()).toEqual(NOTHING);
  });
});

describe('content that does not come yet', () => {
  async function beginPost(): Promise<ClientRequest> {
    const connected = once(gateway.company.server, 'connection');
    const request = begin('POST', { 'Transfer-Encoding': 'chunked' });
    request.flushHeaders();
    await connected;
    return request;
  }

  test.each<[string, string | undefined]>([
    ['and then comes', 'abcd'],
    ['and is none', undefined],
  ])('%s after the process was held up: the system receives nothing', async (_name, content) => {
    const request = await beginPost();
    const answer = answerTo(request);
    aheadMs += 2_001;
    request.end(content);
    expect(await answer).toEqual(UNAVAILABLE);
    expect(reached()).toEqual(NOTHING);
  });

  test('its session ends meanwhile: refused at once, and the system receives nothing', async () => {
    const request = await beginPost();
    const answer = answerTo(request);
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    expect(await answer).toMatchObject({ status: 401, code: 'session-over' });
    request.destroy();
    expect(reached()).toEqual(NOTHING);
  });

  test('once it has begun it may take its time', async () => {
    const request = await beginPost();
    const answer = answerTo(request);
    const head = once(gateway.company.server, 'request');
    request.write('ab');
    await head;
    aheadMs += 60_000;
    request.end('cd');
    expect((await answer).status).toBe(200);
    expect(gateway.company.received.map(({ body }) => body.toString())).toEqual(['abcd']);
  });
});

test.each<[isCurrent: boolean, ageMs: number, broken: BreakCause[]]>([
  [true, 2_000, []],
  [true, 2_001, [{ kind: 'cannot-tell' }]],
  [false, 1_000, []],
  [false, 1_001, [{ kind: 'cannot-tell' }]],
])('ends are heard: %j, checked %i ms ago', (isCurrent, ageMs, expected) => {
  const open = new OpenExchanges({ isCurrent: () => isCurrent, onEnd: () => undefined }, () => 5_000);
  const broken: BreakCause[] = [];
  const exchange = {
    sessionReference: 'a',
    checkedMs: 5_000 - ageMs,
    hasBegun: false,
    idleSeconds: 0,
    idleLimitS: 1,
    isEndless: false,
    breakOff: (cause: BreakCause) => void broken.push(cause),
  };
  expect([open.add(exchange), broken]).toEqual([expected.length === 0, expected]);
  open.close();
});
