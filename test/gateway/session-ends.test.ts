import { request as httpsRequest, Agent } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import type { SessionStore } from '../../src/flows/ports/session-store.ts';
import { EventBoundary } from '../../src/gateway/event-stream.ts';
import type { OpenedSession } from '../support/gateway-context.ts';
import { listenWith, startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const COMPANY_IDLE_MS = 600_000;

let gateway: GatewayUnderTest;
let sockets: WebSocketServer;
let opened: OpenedSession;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({ company: { idleMs: COMPANY_IDLE_MS } });
  sockets = new WebSocketServer({ noServer: true });
  gateway.company.server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, () => undefined);
  });
});
afterAll(async () => {
  for (const peer of sockets.clients) peer.terminate();
  await gateway.close();
});
beforeEach(async () => {
  gateway.company.connections = 0;
  opened = await gateway.test.openSession();
  cookie = `__Host-gw=${await opened.cookieFor('company')}`;
});

interface Stream {
  readonly received: IncomingMessage;
  /** The system's side. */
  readonly response: ServerResponse;
  /** Everything that came, once it has ended, and whether it ended as it should. */
  readonly end: Promise<{ readonly text: string; readonly isWhole: boolean }>;
}

async function openStream(fields: Record<string, string> = {}, first = 'data: 1\n\n', at = gateway): Promise<Stream> {
  const response = new Promise<ServerResponse>(resolve => {
    gateway.company.answer = (_request, answer) => {
      answer.on('error', () => undefined);
      answer.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', ...fields });
      answer.write(first);
      resolve(answer);
    };
  });
  const received = await new Promise<IncomingMessage>((resolve, reject) => {
    const { port, ca } = at;
    const where = { host: '127.0.0.1', port, ca, servername: 'company.gateway.test', path: '/events', agent: false };
    httpsRequest({ ...where, headers: { Host: 'company.gateway.test', Cookie: cookie } }, resolve)
      .on('error', reject)
      .end();
  });
  let text = '';
  const begun = new Promise<void>(resolve => {
    received.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length >= first.length) resolve();
    });
  });
  received.on('error', () => undefined);
  const end = new Promise<Awaited<Stream['end']>>(resolve => {
    received.once('close', () => resolve({ text, isWhole: received.complete }));
  });
  await begun;
  return { received, response: await response, end };
}

async function openSocket(at: Pick<GatewayUnderTest, 'port' | 'ca'> = gateway) {
  const socket = new WebSocket(`wss://127.0.0.1:${at.port}/ws`, {
    agent: new Agent({ ca: at.ca, servername: 'company.gateway.test' }),
    headers: { Host: 'company.gateway.test', Origin: 'https://company.gateway.test', Cookie: cookie },
  });
  const end = new Promise<[number, string]>(resolve => {
    socket.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
  const outcome = await new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
  return { outcome, end };
}

describe('the end of a session is told to what is open', () => {
  test.each(['logout', 'administrator', 'card-revoked', 'replaced'] as const)('because of %s', async reason => {
    const [stream, socket] = [await openStream(), await openSocket()];
    await gateway.test.context.sessions.end(opened.session.reference, reason);
    const last = `event: gateway-session-over\ndata: {"reason":"${reason}"}\n\n`;
    expect(await stream.end).toMatchObject({ text: `data: 1\n\n${last}`, isWhole: true });
    expect(await socket.end).toEqual([1008, `session-over:${reason}`]);
    if (!stream.response.destroyed) await new Promise(resolve => stream.response.once('close', resolve));
  });

  test("when nobody has worked for the system's own limit, though they were open all the while (D1-098, D1-099)", async () => {
    const [stream, socket] = [await openStream(), await openSocket()];
    gateway.test.advance(COMPANY_IDLE_MS - 60_000);
    stream.response.write('data: 2\n\n');
    gateway.test.advance(60_001);
    expect((await stream.end).text).toBe(
      'data: 1\n\ndata: 2\n\nevent: gateway-session-over\ndata: {"reason":"idle"}\n\n',
    );
    expect(await socket.end).toEqual([1008, 'session-over:idle']);
  });

  test.each<[string, Record<string, string>, string]>([
    ['in the middle of an event', {}, 'data: 1\n\ndata: 2\n'],
    ['in the middle of a line', {}, 'data: 1\n\nda'],
    ['in another coding', { 'Content-Encoding': 'gzip' }, gzipSync('data: 1\n\n').toString('latin1')],
    ['of a stated length', { 'Content-Length': '1000' }, 'data: 1\n\n'],
  ])('a stream %s is cut off, and nothing is put into it', async (_name, fields, first) => {
    const stream = await openStream(fields, first);
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    const { text, isWhole } = await stream.end;
    expect(text).not.toContain('gateway-session-over');
    expect(isWhole).toBe(false);
  });

  test('a client that does not read is cut off all the same', async () => {
    const stream = await openStream();
    stream.received.pause();
    const event = `data: ${'x'.repeat(100_000)}\n\n`;
    const full = new Promise<void>(resolve => {
      const more = (): void => {
        while (stream.response.write(event));
        const stuck = setTimeout(resolve, 500);
        stream.response.once('drain', () => {
          clearTimeout(stuck);
          more();
        });
      };
      more();
    });
    await full;
    const closed = new Promise(resolve => stream.response.once('close', resolve));
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    await closed;
    await new Promise(resolve => setTimeout(resolve, 1_500));
    stream.received.resume();
    expect((await stream.end).isWhole).toBe(false);
  });
});

describe('where an event of ours may stand', () => {
  test.each<[string, string[], boolean]>([
    ['before anything', [], true],
    ['after LF LF', ['data: 1\n\n'], true],
    ['after CR LF CR LF', ['data: 1\r\n\r\n'], true],
    ['after CR CR', ['data: 1\r\r'], true],
    ['after CR LF LF', ['data: 1\r\n\n'], true],
    ['after a blank line in packets', ['data: 1', '\r', '\n', '\r', '\n'], true],
    ['after a comment and a blank line', [':\n\n'], true],
    ['after one line', ['data: 1\n'], false],
    ['after one line that ends in CR LF', ['data: 1\r\n'], false],
    ['after one line that ends in CR LF, in packets', ['data: 1\r', '\n'], false],
    ['in a line', ['data: 1\n\ndata'], false],
    ['in a line of a byte', ['data: 1\n\n', 'd'], false],
    ['after a line in packets', ['data: 1\n\n', 'data: 2', '\n'], false],
  ])('%s: %#', (_name, chunks, isThere) => {
    const boundary = new EventBoundary();
    for (const chunk of chunks) boundary.advance(Buffer.from(chunk));
    expect(boundary.isAtBoundary).toBe(isThere);
  });
});

describe('a session store that cannot be asked (DESIGN rule 1)', () => {
  let state: 'well' | 'away' | 'out-of-date' = 'well';
  let doubtful: Omit<GatewayUnderTest, 'close'>;

  /** The store, behind a line that the test can cut. */
  function behindALine(store: SessionStore): SessionStore {
    return {
      ...store,
      check: (...question) =>
        state === 'away' ? Promise.reject(new StoreFault('Nobody answers.')) : store.check(...question),
      isCurrent: () => state !== 'out-of-date',
    };
  }

  beforeAll(async () => {
    const { context } = gateway.test;
    const test = { ...gateway.test, context: { ...context, sessions: behindALine(context.sessions) } };
    doubtful = await listenWith(test, gateway.company, gateway.factory);
  });
  beforeEach(() => void (state = 'well'));
  afterAll(() => doubtful.listener.close(0));

  test('is a 503 for people and programs that says when to come back; the system receives nothing', async () => {
    state = 'away';
    const page = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' };
    const answers = await Promise.all([
      doubtful.ask('/', { headers: { Cookie: cookie, ...page } }),
      doubtful.ask('/', { headers: { Cookie: cookie, 'Sec-Fetch-Dest': 'empty' } }),
      doubtful.ask('/.gateway/session', { headers: { Cookie: cookie } }),
      doubtful.ask('/x', {
        method: 'POST',
        headers: { Cookie: cookie, ...page, Origin: 'https://company.gateway.test' },
        body: 'a'.repeat(100_000),
      }),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual(Array(4).fill([503, '10']));
    expect(answers[0].body).toContain('<title>unavailable</title>');
    expect(JSON.parse(answers[1].body)).toMatchObject({ code: 'unavailable', status: 503 });
    expect((await openSocket(doubtful)).outcome).toBe(503);
    expect(gateway.company.connections).toBe(0);

    state = 'well';
    gateway.company.answer = undefined;
    expect((await doubtful.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
  });

  test('leaves what is open as it is while ends are heard of', async () => {
    const stream = await openStream({}, 'data: 1\n\n', { ...gateway, ...doubtful });
    const socket = await openSocket(doubtful);
    state = 'away';
    await new Promise(resolve => setTimeout(resolve, 500));
    stream.response.end('data: 2\n\n');
    expect(await stream.end).toMatchObject({ text: 'data: 1\n\ndata: 2\n\n', isWhole: true });
    for (const peer of sockets.clients) peer.close(1000);
    expect((await socket.end)[0]).toBe(1000);
  });

  test('ends what is open once ends may have gone unheard, and says that it is not the session’s', async () => {
    const stream = await openStream({}, 'data: 1\n\n', { ...gateway, ...doubtful });
    const socket = await openSocket(doubtful);
    state = 'out-of-date';
    expect(await stream.end).toMatchObject({
      text: 'data: 1\n\nevent: gateway-cannot-tell\ndata: {}\n\n',
      isWhole: true,
    });
    expect(await socket.end).toEqual([1012, 'gateway-cannot-tell']);
    state = 'well';
    expect((await openSocket(doubtful)).outcome).toBe(101);
  });
});
