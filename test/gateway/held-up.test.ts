import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { OpenExchanges } from '../../src/gateway/open-exchanges.ts';
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
/** Of every check, whether it counted as activity. */
let touches: boolean[] = [];
/** The listener hears of no end. */
let isDeaf = false;
/** Its store cannot be asked. */
let isAway = false;
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
    check: async (host, hash, touch) => {
      touches.push(touch);
      if (isAway) throw new StoreFault('The test has taken the store away.');
      const check = await store.check(host, hash, touch);
      onChecked();
      return check;
    },
    onEnd: heard =>
      store.onEnd((...end) => {
        if (!isDeaf) heard(...end);
      }),
  };
  listener = await listenWith({ ...gateway.test, context: { ...context, sessions } }, gateway.company, gateway.factory);
  gateway.company.received.length = 0;
  gateway.company.connections = 0;
  upgrades = 0;
  onChecked = () => undefined;
  touches = [];
  isDeaf = isAway = false;
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

/** Does it once, however often it is called. */
function atFirst(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
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

/** More than any buffer on the way holds. */
const MUCH = 'abcdefgh'.repeat(50_000);

describe.each<[string, string, OutgoingHttpHeaders, string | undefined, number]>([
  ['GET', 'GET', {}, undefined, 200],
  ['POST', 'POST', { 'Content-Length': '4' }, 'abcd', 200],
  ['POST of much', 'POST', { 'Content-Length': String(MUCH.length) }, MUCH, 200],
  ['POST of chunks that are none', 'POST', { 'Transfer-Encoding': 'chunked' }, undefined, 200],
  ['WebSocket', 'GET', WEBSOCKET, undefined, 403],
])('%s: held up between the check of its session and the system', (_name, method, headers, content, served) => {
  function ask(more: OutgoingHttpHeaders = {}): ReturnType<typeof answerTo> {
    const request = begin(method, { ...headers, ...more });
    const answer = answerTo(request);
    request.end(content);
    return answer;
  }

  // A WebSocket is nobody's activity in the first place.
  const isPerson = served === 200;
  const moments: [string, (work: () => void) => void][] = [
    ['when the session had been checked', work => (onChecked = atFirst(work))],
    ['while the system was connected to', whileConnecting],
  ];

  test.each(moments)('%s: it is checked again, without counting as activity, and served whole', async (_when, hold) => {
    hold(() => (aheadMs += 2_001));
    expect((await ask()).status).toBe(served);
    const { received, upgrades: asked } = reached();
    expect(received + asked).toBe(1);
    if (method === 'POST') expect(gateway.company.received[0]?.body.toString()).toBe(content ?? '');
    expect(touches).toEqual([isPerson, false]);
    // Held up for less, nothing is asked again.
    hold(() => (aheadMs += 1_000));
    expect((await ask()).status).toBe(served);
    expect(touches).toHaveLength(3);
  });

  test.each(moments)('%s, and its session ended meanwhile, unheard: refused', async (_when, hold) => {
    hold(() => {
      aheadMs += 2_001;
      isDeaf = true;
      void gateway.test.context.sessions.end(opened.session.reference, 'administrator');
    });
    expect(await ask()).toMatchObject({ status: 401, code: 'session-over' });
    expect(reached()).toEqual(NOTHING);
  });

  test.each(moments)('%s, and nobody can tell any more: 503', async (_when, hold) => {
    hold(() => {
      aheadMs += 2_001;
      isAway = true;
    });
    expect(await ask()).toEqual(UNAVAILABLE);
    expect(reached()).toEqual(NOTHING);
  });

  test('again and again: 503, and the system receives nothing', async () => {
    onChecked = () => (aheadMs += 2_001);
    expect(await ask()).toEqual(UNAVAILABLE);
    expect([touches, reached()]).toEqual([[isPerson, false, false, false], NOTHING]);
  });

  test('its session ends while the system is connected to: refused at once, and the system receives nothing', async () => {
    whileConnecting(() => void gateway.test.context.sessions.end(opened.session.reference, 'logout'));
    expect(await ask()).toMatchObject({ status: 401, code: 'session-over' });
    expect(reached()).toEqual(NOTHING);
  });
});

test('a page whose session ended while it was held up is fetched again after a login', async () => {
  whileConnecting(() => {
    aheadMs += 2_001;
    isDeaf = true;
    void gateway.test.context.sessions.end(opened.session.reference, 'idle');
  });
  const request = begin('GET', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', Accept: 'text/html' });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(302);
  expect(response.headers.location).toContain(gateway.test.context.portal.origin);
  expect(reached()).toEqual(NOTHING);
});

describe('content that does not come yet', () => {
  /** The head has come, and the session has been checked. */
  async function beginPost(): Promise<ClientRequest> {
    const checked = new Promise<void>(resolve => (onChecked = resolve));
    const request = begin('POST', { 'Transfer-Encoding': 'chunked' });
    request.flushHeaders();
    await checked;
    return request;
  }

  test.each([
    ['and then comes', 'abcd'],
    ['and is none', undefined],
  ])('%s after two seconds: checked again, and served', async (_name, content) => {
    const request = await beginPost();
    const answer = answerTo(request);
    aheadMs += 2_001;
    request.end(content);
    expect((await answer).status).toBe(200);
    expect(gateway.company.received.map(({ body }) => body.toString())).toEqual([content ?? '']);
    expect(touches).toEqual([true, false]);
  });

  test('and then comes, after its session ended unheard: refused, and the system receives nothing', async () => {
    const request = await beginPost();
    const answer = answerTo(request);
    isDeaf = true;
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    aheadMs += 2_001;
    request.end('abcd');
    expect(await answer).toMatchObject({ status: 401, code: 'session-over' });
    expect(reached()).toEqual(NOTHING);
  });

  test('its session ends meanwhile: refused at once, and the system is not even connected to', async () => {
    const request = await beginPost();
    const answer = answerTo(request);
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    expect(await answer).toMatchObject({ status: 401, code: 'session-over' });
    request.destroy();
    expect([gateway.company.connections, reached()]).toEqual([0, NOTHING]);
  });

  test('its client goes away meanwhile: nothing is sent', async () => {
    const request = await beginPost();
    request.on('error', () => undefined).destroy();
    await listener.listener.close(0);
    expect([gateway.company.connections, reached()]).toEqual([0, NOTHING]);
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

test.each<[isCurrent: boolean, ageMs: number, isTooOld: boolean]>([
  [true, 2_000, false],
  [true, 2_001, true],
  [false, 1_000, false],
  [false, 1_001, true],
])('ends are heard: %j, checked %i ms ago: too long is %j', (isCurrent, ageMs, isTooOld) => {
  const open = new OpenExchanges({ isCurrent: () => isCurrent, onEnd: () => undefined }, () => 5_000);
  expect(open.isCheckTooOld({ checkedMs: 5_000 - ageMs })).toBe(isTooOld);
  open.close();
});
