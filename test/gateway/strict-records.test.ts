import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { compilePathPattern } from '../../src/policy/path-pattern.ts';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { next, openWebSocket, readToEnd, recordOf, recordsOf, responseTo, startRequest } from './access-client.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { askStream, openHttp2 } from './http2-client.ts';

let gateway: GatewayUnderTest;
let cookie: string;
/** What the store of records does: write, wait, or be away. */
let state: 'there' | 'away' | Promise<void>;
let release: () => void;

beforeAll(async () => {
  gateway = await startGateway({
    company: {
      audit: 'strict',
      limitedRoutes: [{ paths: [compilePathPattern('/limited/')], limits: { contentBytes: 1_000, contentIdleS: 1 } }],
    },
    accessRecords: real => ({
      listAccessRecords: (filter, page) => real.listAccessRecords(filter, page),
      insertAccessRecords: async records => {
        if (state instanceof Promise) await state;
        if (state === 'away') throw new StoreFault('away');
        await real.insertAccessRecords(records);
      },
    }),
  });
  const sockets = new WebSocketServer({ server: gateway.company.server });
  sockets.on('connection', socket => socket.on('message', () => socket.send('heard')));
});
afterAll(() => gateway.close());
beforeEach(async () => {
  state = 'there';
  gateway.company.answer = undefined;
  gateway.company.received.length = 0;
  cookie = await gateway.logIn();
  await expect.poll(() => gateway.test.context.access.isWritable).toBe(true);
});

function holdTheStore(): void {
  state = new Promise(resolve => {
    release = () => {
      state = 'there';
      resolve();
    };
  });
}

/** What is sure not to have come, has had this long to come. */
const pause = () => new Promise(resolve => setTimeout(resolve, 150));

/** The system's side of the next request. */
function nextAtUpstream(): Promise<{ readonly request: IncomingMessage; readonly response: ServerResponse }> {
  return new Promise(resolve => {
    gateway.company.answer = (request, response) => resolve({ request, response });
  });
}

function listen(response: IncomingMessage): { text: string; isOver: boolean } {
  const heard = { text: '', isOver: false };
  response.on('data', (chunk: Buffer) => (heard.text += chunk.toString('utf8'))).on('error', () => undefined);
  response.on('close', () => (heard.isOver = true));
  return heard;
}

describe('a system whose access records are strict', () => {
  test('has the record of a response before the client has its end', async () => {
    const answer = await gateway.ask('/durable', { headers: { Cookie: cookie } });
    expect(answer.status).toBe(200);
    expect(await recordsOf(gateway, '/durable')).toMatchObject([
      { outcome: 'complete', status: 200, bytesOut: answer.body.length },
    ]);
  });

  test.each([
    ['with a stated length', { 'Content-Length': '6' }],
    ['in chunks', {}],
  ])('sends all of a response %s but the last chunk until then', async (_, headers) => {
    holdTheStore();
    const reached = nextAtUpstream();
    const outgoing = startRequest(gateway, '/held', cookie);
    outgoing.end();
    const upstream = await reached;
    upstream.response.writeHead(200, headers).write('one');
    await pause();
    upstream.response.end('two');
    const response = await responseTo(outgoing);
    const heard = listen(response);
    await expect.poll(() => heard.text).toBe('one');
    await pause();
    expect(heard).toEqual({ text: 'one', isOver: false });
    release();
    await expect.poll(() => heard.isOver).toBe(true);
    expect(heard.text).toBe('onetwo');
    expect(response.complete).toBe(true);
  });

  test('answers nothing to a request whose response has no content, until then', async () => {
    holdTheStore();
    gateway.company.answer = (_request, response) => response.writeHead(204).end();
    const outgoing = startRequest(gateway, '/nothing', cookie, 'HEAD');
    outgoing.end();
    let hasAnswer = false;
    const answered = responseTo(outgoing).then(response => {
      hasAnswer = true;
      return response;
    });
    await pause();
    expect(hasAnswer).toBe(false);
    release();
    expect((await answered).statusCode).toBe(204);
  });

  test('lets an error page wait for the record, too', async () => {
    gateway.company.answer = (_request, response) => response.destroy();
    const headers = { Cookie: cookie, Origin: 'https://company.gateway.test' };
    expect((await gateway.ask('/failed', { method: 'POST', headers })).status).toBe(502);
    expect(await recordsOf(gateway, '/failed')).toMatchObject([{ outcome: 'upstream-failed', status: 502 }]);
  });

  test('lets what is refused of a request under way wait for the record, and nobody stands still meanwhile', async () => {
    holdTheStore();
    const reached = new Set<string>();
    gateway.company.answer = (request, response) => {
      reached.add(request.url ?? '');
      request.on('error', () => undefined).resume();
      if (request.url === '/limited/whole') response.end('whole');
    };
    const begin = (path: string) => {
      const outgoing = startRequest(gateway, path, cookie, 'POST');
      const answer = { status: 0 };
      const told = responseTo(outgoing).then(response => {
        response.resume();
        answer.status = response.statusCode ?? 0;
      });
      outgoing.write('x'.repeat(900));
      return { outgoing, answer, told };
    };
    const all = [begin('/limited/large'), begin('/limited/stalled'), begin('/limited/whole')] as const;
    const [large, , whole] = all;
    whole.outgoing.end();
    await expect.poll(() => reached.size).toBe(3);
    large.outgoing.write('x'.repeat(200));
    // Longer than content may stand still.
    await new Promise(resolve => setTimeout(resolve, 3_200));
    expect(all.map(each => each.answer.status)).toEqual([0, 0, 0]);
    release();
    await Promise.all(all.map(each => each.told));
    expect(all.map(each => each.answer.status)).toEqual([413, 408, 200]);
    expect(await recordsOf(gateway, '/limited/large')).toMatchObject([{ outcome: 'broken-off', status: 413 }]);
    expect(await recordsOf(gateway, '/limited/stalled')).toMatchObject([{ outcome: 'broken-off', status: 408 }]);
    expect(await recordsOf(gateway, '/limited/whole')).toMatchObject([{ outcome: 'complete', status: 200 }]);
  });

  test('cuts a response off whose record cannot be written, and passes nothing on while that is known', async () => {
    const reached = nextAtUpstream();
    const outgoing = startRequest(gateway, '/cut', cookie);
    outgoing.end();
    const upstream = await reached;
    state = 'away';
    upstream.response.writeHead(200).write('one');
    await pause();
    upstream.response.end('two');
    expect(await readToEnd(await responseTo(outgoing))).toEqual({ text: 'one', isWhole: false });

    gateway.company.received.length = 0;
    gateway.company.answer = undefined;
    const refused = await gateway.ask('/unwritable', { headers: { Cookie: cookie } });
    expect(refused.status).toBe(503);
    expect(gateway.company.received).toEqual([]);

    state = 'there';
    await expect.poll(() => gateway.test.context.access.isWritable).toBe(true);
    // What could not be written then is written now, as what it was.
    expect(await recordOf(gateway, '/cut')).toMatchObject({ outcome: 'broken-off', bytesOut: 6 });
    expect(await recordOf(gateway, '/unwritable')).toMatchObject({ outcome: 'refused', status: 503 });
    expect((await gateway.ask('/writable', { headers: { Cookie: cookie } })).status).toBe(200);
  });

  test('begins an event stream when the record of that is durable, and holds no event back', async () => {
    holdTheStore();
    const reached = nextAtUpstream();
    const outgoing = startRequest(gateway, '/events', cookie);
    outgoing.end();
    const upstream = await reached;
    upstream.response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    let hasAnswer = false;
    const answered = responseTo(outgoing).then(response => {
      hasAnswer = true;
      return response;
    });
    await pause();
    expect(hasAnswer).toBe(false);
    release();
    const heard = listen(await answered);
    await expect.poll(() => heard.text).toBe('data: 1\n\n');
    expect(await recordsOf(gateway, '/events')).toMatchObject([{ outcome: 'opened', status: 200 }]);
    upstream.response.write('data: 2\n\n');
    await expect.poll(() => heard.text).toBe('data: 1\n\ndata: 2\n\n');
    upstream.response.end();
    await expect.poll(() => heard.isOver).toBe(true);
    const [first, second] = await recordsOf(gateway, '/events');
    expect([first?.outcome, second?.outcome].sort()).toEqual(['complete', 'opened']);
    expect(first?.requestId).toBe(second?.requestId);
  });

  test.each([
    [999, 'text/event-stream'],
    [600, 'text/event-stream'],
    [600, 'text/plain'],
  ])('answers 502 where the status is none, over HTTP/2 as well: %d, %s', async (status, type) => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(status, { 'Content-Type': type }).end();
    };
    const session = await openHttp2(gateway);
    expect(await askStream(session, { ':path': '/none', cookie })).toMatchObject({ status: 502 });
    expect((await gateway.ask('/none', { headers: { Cookie: cookie } })).status).toBe(502);
    gateway.company.answer = undefined;
    expect(await askStream(session, { ':path': '/after', cookie })).toMatchObject({ status: 200 });
    session.destroy();
  });

  test('begins a WebSocket when the record of that is durable', async () => {
    holdTheStore();
    const socket = openWebSocket(gateway, '/ws', cookie);
    let isOpen = false;
    const opened = next(socket, 'open').then(() => (isOpen = true));
    await pause();
    expect(isOpen).toBe(false);
    release();
    await opened;
    expect(await recordsOf(gateway, '/ws')).toMatchObject([{ channel: 'websocket', outcome: 'opened', status: 101 }]);
    const heard = next(socket, 'message');
    socket.send('hello');
    await heard;
    socket.close();
    await next(socket, 'close');
    await expect.poll(() => recordsOf(gateway, '/ws')).toHaveLength(2);
    const ended = (await recordsOf(gateway, '/ws')).find(({ outcome }) => outcome === 'complete');
    expect(ended?.bytesIn).toBeGreaterThan(5);
  });

  test('does not begin one whose record cannot be written', async () => {
    holdTheStore();
    const socket = openWebSocket(gateway, '/ws-unwritten', cookie);
    let isOpen = false;
    socket.on('open', () => (isOpen = true));
    const failed = next(socket, 'error');
    await pause();
    const resolve = release;
    resolve();
    state = 'away';
    await failed;
    expect(isOpen).toBe(false);
    state = 'there';
    expect(await recordOf(gateway, '/ws-unwritten')).toMatchObject({ outcome: 'broken-off' });
  });

  test('writes many that wait in few commits', async () => {
    holdTheStore();
    const answers = Array.from({ length: 30 }, (_, index) =>
      gateway.ask(`/many/${index}`, { headers: { Cookie: cookie } }),
    );
    await expect.poll(() => gateway.company.received).toHaveLength(30);
    await pause();
    const { written } = gateway.test.context.access.counts;
    release();
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    expect(gateway.test.context.access.counts.written - written).toBe(30);
  });
});
