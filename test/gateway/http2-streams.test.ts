import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { answerOn, askStream, openHttp2 } from './http2-client.ts';
import { END_STREAM, headersOf, openRaw } from './raw-http2-client.ts';

let gateway: GatewayUnderTest;
let session: ClientHttp2Session;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  gateway.company.received.length = 0;
  gateway.company.answer = undefined;
  cookie = await gateway.logIn();
  session = await openHttp2(gateway);
});
afterEach(() => {
  session.destroy();
});

function start(headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  const fields = { ':path': '/stream', cookie, ...headers };
  return session.request(fields, { endStream: (headers[':method'] ?? 'GET') === 'GET' });
}

/** The system's side of the next request. */
function nextAtUpstream(): Promise<{ readonly request: IncomingMessage; readonly response: ServerResponse }> {
  return new Promise(resolve => {
    gateway.company.answer = (request, response) => resolve({ request, response });
  });
}

function chunkOf(stream: ClientHttp2Stream): Promise<string> {
  return new Promise(resolve => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));
}

function closing(stream: IncomingMessage | ServerResponse): Promise<void> {
  return new Promise(resolve => stream.once('close', resolve));
}

/** Waits until a figure has stopped to grow. */
async function settled(figure: () => number): Promise<number> {
  for (let before = -1; before !== figure();) {
    before = figure();
    await new Promise(resolve => setTimeout(resolve, 300));
  }
  return figure();
}

const MEGABYTE = Buffer.alloc(1_048_576, 'u');

describe('over HTTP/2', () => {
  test('server-sent events arrive one by one, their head at once', async () => {
    const upstream = nextAtUpstream();
    const stream = start({ accept: 'text/event-stream' });
    const head = new Promise(resolve => stream.once('response', resolve));
    const { response } = await upstream;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    expect(await head).toMatchObject({ ':status': 200 });
    for (let event = 1; event <= 5; event += 1) {
      const seen = chunkOf(stream);
      response.write(`data: ${event}\n\n`);
      expect(await seen).toBe(`data: ${event}\n\n`);
    }
    const whole = answerOn(stream);
    response.end();
    expect((await whole).reset).toBe(0);
  });

  test("an event stream ends whole in an event of ours when its session ends, and the connection's others go on", async () => {
    const opened = await gateway.test.openSession();
    const upstream = nextAtUpstream();
    const stream = start({ cookie: `__Host-gw=${await opened.cookieFor('company')}` });
    const answered = answerOn(stream);
    const { response } = await upstream;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    await new Promise(resolve => stream.once('response', resolve));
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    const answer = await answered;
    expect(answer.body).toBe('data: 1\n\nevent: gateway-session-over\ndata: {"reason":"logout"}\n\n');
    expect(answer.reset).toBe(0);
    gateway.company.answer = undefined;
    expect((await askStream(session, { ':path': '/', cookie })).status).toBe(200);
  });

  test('uploads stream: 50 MB pass while the gateway holds back a client whose system does not read', async () => {
    const upstream = nextAtUpstream();
    const stream = start({ ':method': 'POST', 'content-length': String(50 * MEGABYTE.length) });
    const answered = answerOn(stream);
    let accepted = 0;
    const sending = (async () => {
      for (let part = 0; part < 50; part += 1) {
        if (!stream.write(MEGABYTE)) await new Promise(resolve => stream.once('drain', resolve));
        accepted += MEGABYTE.length;
      }
      stream.end();
    })();
    const { request: received, response } = await upstream;
    expect(await settled(() => accepted)).toBeLessThan(25 * MEGABYTE.length);
    // Others on the same connection are not held up by it.
    gateway.company.answer = undefined;
    expect((await askStream(session, { ':path': '/', cookie })).status).toBe(200);
    const hash = createHash('sha256');
    for await (const chunk of received as AsyncIterable<Buffer>) hash.update(chunk);
    response.end(hash.digest('hex'));
    await sending;
    const expected = createHash('sha256');
    for (let part = 0; part < 50; part += 1) expected.update(MEGABYTE);
    expect((await answered).body).toBe(expected.digest('hex'));
  });

  test('downloads hold back a system whose client does not read, and others go on beside them', async () => {
    let written = 0;
    gateway.company.answer = (_request, response) => {
      const more = (): void => {
        while (written < 50 * MEGABYTE.length) {
          written += MEGABYTE.length;
          if (!response.write(MEGABYTE)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const stream = start();
    await new Promise(resolve => stream.once('response', resolve));
    expect(await settled(() => written)).toBeLessThan(25 * MEGABYTE.length);
    gateway.company.answer = undefined;
    expect((await askStream(session, { ':path': '/', cookie })).status).toBe(200);
    let read = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) read += chunk.length;
    expect(read).toBe(50 * MEGABYTE.length);
  });

  test('trailers follow for a client that takes them, and nobody else (RFC 9110 section 6.5)', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, { Trailer: 'Digest, X-Gateway-User' });
      response.write('body');
      response.addTrailers({ Digest: 'sha-256=abc', 'X-Gateway-User': 'forged' });
      response.end();
    };
    const taken = await askStream(session, { ':path': '/', cookie, te: 'trailers' });
    expect([taken.body, taken.reset, Object.entries(taken.trailers)]).toEqual(['body', 0, [['digest', 'sha-256=abc']]]);
    const left = await askStream(session, { ':path': '/', cookie });
    expect([left.body, left.reset, Object.entries(left.trailers)]).toEqual(['body', 0, []]);
    // None came, though they were waited for.
    gateway.company.answer = (_request, response) => response.end('body');
    const none = await askStream(session, { ':path': '/', cookie, te: 'trailers' });
    expect([none.body, none.reset, Object.entries(none.trailers)]).toEqual(['body', 0, []]);
  });

  test('interim responses pass by the rules of any other (RFC 9110 section 15.2)', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeInformation(103, {
        Link: '</a.css>; rel=preload',
        'X-Gateway-User': 'forged',
        Connection: 'x',
        'Keep-Alive': 'timeout=9',
      });
      response.writeInformation(102);
      response.end('done');
    };
    const stream = start();
    const interim: unknown[] = [];
    stream.on('headers', (fields: object) => interim.push(Object.entries(fields)));
    expect(await answerOn(stream)).toMatchObject({ status: 200, body: 'done', reset: 0 });
    expect(interim).toEqual([
      [
        [':status', 103],
        ['link', '</a.css>; rel=preload'],
      ],
      [[':status', 102]],
    ]);
  });

  test('content waits for 100 until the request is judged; a refused one is never asked to go on', async () => {
    const stream = start({ ':method': 'POST', expect: '100-continue', 'content-length': '3' });
    const answered = answerOn(stream);
    await new Promise<void>(resolve => stream.once('continue', resolve));
    stream.end('abc');
    expect((await answered).status).toBe(200);
    expect(gateway.company.received[0]?.body.toString()).toBe('abc');
    const refused = start({ ':method': 'POST', expect: '100-continue', 'content-length': '3', cookie: 'a=1' });
    let wasAskedOn = false;
    refused.once('continue', () => (wasAskedOn = true));
    const { status, reset } = await answerOn(refused);
    expect([status, reset, wasAskedOn]).toEqual([401, 0, false]);
    expect(gateway.company.received).toHaveLength(1);
  });

  test('an upload that the system refuses early brings its answer', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(413).end('too large');
    };
    const stream = start({ ':method': 'POST', 'content-length': '60000000' });
    const answered = answerOn(stream);
    stream.write(Buffer.alloc(300_000));
    const { status, body } = await answered;
    expect([status, body]).toEqual([413, 'too large']);
  });

  test('an upload or a download that the client takes back ends at the system, the connection goes on', async () => {
    const first = nextAtUpstream();
    const upload = start({ ':method': 'POST' });
    upload.on('error', () => undefined).write('abc');
    const { request: received } = await first;
    received.on('error', () => undefined).resume();
    const uploadEnd = closing(received);
    upload.destroy(new Error('taken back'));
    await uploadEnd;
    expect(received.complete).toBe(false);

    const second = nextAtUpstream();
    const download = start();
    download.on('error', () => undefined);
    const { response } = await second;
    const downloadEnd = closing(response);
    response.writeHead(200).write('begin');
    await chunkOf(download);
    download.close(8);
    await downloadEnd;
    expect(response.writableFinished).toBe(false);
    gateway.company.answer = undefined;
    expect((await askStream(session, { ':path': '/', cookie })).status).toBe(200);
  });
});

describe('an answer that is cut off does not look whole', () => {
  test.each([
    ['within an announced length', { 'Content-Length': '100' }],
    ['within chunks', {}],
  ])('%s', async (_name, fields) => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, fields).write('abc', () => response.destroy());
    };
    const peer = await openRaw(gateway);
    const head: [string, string][] = [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':authority', 'company.gateway.test'],
      [':path', '/'],
    ];
    peer.send(headersOf(1, [...head, ['cookie', cookie]]));
    expect(await peer.outcomeOf(1)).toEqual({ reset: 2 });
    const ended = peer.frames.filter(
      ({ kind, stream, flags }) => stream === 1 && kind <= 1 && (flags & END_STREAM) !== 0,
    );
    expect(ended).toEqual([]);
    peer.socket.destroy();
  });
});

describe('a gateway that closes', () => {
  test('says so, lets what is under way finish, and takes nothing more', async () => {
    const own = await startGateway();
    const ownCookie = await own.logIn();
    const peer = await openHttp2(own);
    const upstream = new Promise<ServerResponse>(resolve => {
      own.company.answer = (_request, response) => resolve(response);
    });
    const running = askStream(peer, { ':path': '/', cookie: ownCookie });
    const response = await upstream;
    const told = new Promise(resolve => peer.once('goaway', resolve));
    const closed = own.listener.close(20_000);
    expect(await told).toBe(0);
    const raw = await openRaw(own).catch(() => undefined);
    expect(raw).toBeUndefined();
    response.end('finished');
    expect(await running).toMatchObject({ status: 200, body: 'finished', reset: 0 });
    await closed;
    await own.close();
  });

  test('what a system says twice, or says of HTTP/2 itself, does no harm: not in its head, not in its trailers', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, [
        ...['Trailer', 'ETag', 'Transfer-Encoding', 'chunked', 'HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA'],
        ...['X-Content-Type-Options', 'nosniff', 'X-Content-Type-Options', 'nosniff'],
        ...['Content-Type', 'text/plain', 'Content-Type', 'text/plain', 'Expires', '0', 'Expires', '0'],
      ]);
      response.write('said');
      response.addTrailers([
        ['ETag', '"a"'],
        ['ETag', '"b"'],
        ['HTTP2-Settings', 'x'],
      ]);
      response.end();
    };
    const answer = await askStream(session, { ':path': '/twice', cookie, te: 'trailers' });
    expect(answer).toMatchObject({ status: 200, body: 'said', reset: 0 });
    expect(answer.headers).not.toHaveProperty('http2-settings');
    expect(answer.trailers).not.toHaveProperty('http2-settings');
    gateway.company.answer = undefined;
    expect(await askStream(session, { ':path': '/after', cookie })).toMatchObject({ status: 200 });
  });
});
