import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectorOf } from '../../src/gateway/upstreams/connector.ts';
import { Http2Connection } from '../../src/gateway/upstreams/http2-connection.ts';
import { plainUpstream } from '../support/plain-upstream.ts';
import { startGateway, type Answer, type GatewayUnderTest } from './gateway-under-test.ts';
import { FLAG, frame, FRAME, startRawHttp2, STATUS_200, uint32, type RawHttp2Server } from './raw-http2.ts';

let raw: RawHttp2Server;
let gateway: GatewayUnderTest;
let cookie: string;

beforeAll(async () => {
  raw = await startRawHttp2();
  gateway = await startGateway({
    upstreams: { company: plainUpstream(raw.origin, { protocol: 'h2' }) },
    settings: { responseHeadS: 1, contentIdleS: 1 },
  });
  cookie = await gateway.logIn();
});
afterAll(async () => {
  await gateway.close();
  await raw.close();
});
beforeEach(async () => {
  // A server that says nothing would be left alone for a while.
  raw.speak = answerWell;
  expect((await ask()).body).toBe('well');
  raw.opened.length = 0;
});

function ask(method = 'GET'): Promise<Answer> {
  return gateway.ask('/', { method, headers: { Cookie: cookie, Origin: 'https://company.gateway.test' } });
}

const head = (stream: number, flags: number = FLAG.endHeaders): Buffer =>
  frame(FRAME.headers, flags, stream, STATUS_200);
const data = (stream: number, text: string, flags = 0): Buffer => frame(FRAME.data, flags, stream, Buffer.from(text));
const reset = (stream: number, code: number): Buffer => frame(FRAME.reset, 0, stream, uint32(code));

function answerWell(socket: Socket, stream: number): void {
  socket.write(Buffer.concat([head(stream), data(stream, 'well', FLAG.end)]));
}

/** A literal field without indexing, its name and value as given (RFC 7541 section 6.2.2). */
function literal(name: string, value: Buffer): Buffer {
  const length = [value.length];
  if (value.length >= 127) {
    length[0] = 127;
    let rest = value.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from(length), value]);
}

describe('a system that fails by HTTP/2 before it answers', () => {
  test.each<[string, number, (socket: Socket, stream: number) => void]>([
    ['resets the stream', 502, (socket, stream) => socket.write(reset(stream, 2))],
    ['cancels it', 502, (socket, stream) => socket.write(reset(stream, 8))],
    ['resets it as if nothing were wrong', 502, (socket, stream) => socket.write(reset(stream, 0))],
    ['speaks HTTP/1.1', 502, socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')],
    ['sends content without a head', 502, (socket, stream) => socket.write(data(stream, 'abc'))],
    [
      'sends a head that is none',
      502,
      (socket, stream) => socket.write(frame(FRAME.headers, 5, stream, Buffer.of(0xff))),
    ],
    [
      'sends a field of the connection',
      502,
      (socket, stream) => {
        const fields = Buffer.concat([STATUS_200, literal('connection', Buffer.from('close'))]);
        socket.write(frame(FRAME.headers, FLAG.endHeaders | FLAG.end, stream, fields));
      },
    ],
    [
      'sends 10 MB of fields',
      502,
      (socket, stream) => {
        socket.write(frame(FRAME.headers, 0, stream, STATUS_200));
        const fields = literal('x-a', Buffer.alloc(16_000, 'a'));
        for (let sent = 0; sent < 10_000_000; sent += fields.length) {
          socket.write(frame(FRAME.continuation, 0, stream, fields));
        }
      },
    ],
    [
      'sends interim responses for ever',
      502,
      (socket, stream) => {
        const interim = Buffer.concat([Buffer.of(0x08, 3), Buffer.from('103')]);
        const timer = setInterval(() => {
          if (socket.destroyed) clearInterval(timer);
          else socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, interim));
        }, 5);
        setTimeout(() => clearInterval(timer), 1_000);
      },
    ],
    ['never answers', 504, () => undefined],
    ['never ends its fields', 504, (socket, stream) => socket.write(frame(FRAME.headers, 0, stream, STATUS_200))],
  ])('and %s → %i', async (_name, status, behaviour) => {
    raw.speak = behaviour;
    const answer = await ask('POST');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: status === 504 ? 'upstream-timeout' : 'upstream-failed',
      requestId: answer.headers['x-gateway-request-id'],
    });
    // Where no answer has come the gateway asks by itself, too.
    expect(raw.opened.length).toBeLessThanOrEqual(status === 504 ? 2 : 1);
  });
});

test('a field whose value is none does not reach the client', async () => {
  raw.speak = (socket, stream) => {
    const given = [
      literal('x-a', Buffer.from('a\0b')),
      literal('x-b', Buffer.from('a\r\nx-c: 1')),
      literal('x-d', Buffer.from('d')),
    ];
    socket.write(frame(FRAME.headers, FLAG.endHeaders | FLAG.end, stream, Buffer.concat([STATUS_200, ...given])));
  };
  const { status, rawHeaders } = await ask();
  expect(status).toBe(200);
  expect(rawHeaders.filter(name => name.startsWith('x-'))).toEqual(['x-d']);
});

describe('a system that fails by HTTP/2 in the middle of its answer', () => {
  test.each<[string, (socket: Socket, stream: number) => void]>([
    [
      'resets the stream',
      (socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'abc'), reset(stream, 2)])),
    ],
    [
      'cancels it',
      (socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'abc'), reset(stream, 8)])),
    ],
    [
      'ends it before its length',
      (socket, stream) => {
        const fields = Buffer.concat([STATUS_200, literal('content-length', Buffer.from('100'))]);
        socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, fields));
        socket.write(data(stream, 'abc', FLAG.end));
      },
    ],
    [
      'resets it before its length, as if nothing were wrong',
      (socket, stream) => {
        const fields = Buffer.concat([STATUS_200, literal('content-length', Buffer.from('100'))]);
        socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, fields));
        socket.write(Buffer.concat([data(stream, 'abc'), reset(stream, 0)]));
      },
    ],
    [
      'goes on beyond its length',
      (socket, stream) => {
        const fields = Buffer.concat([STATUS_200, literal('content-length', Buffer.from('2'))]);
        socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, fields));
        socket.write(data(stream, 'abc', FLAG.end));
      },
    ],
    [
      'hangs up',
      (socket, stream) => {
        socket.write(Buffer.concat([head(stream), data(stream, 'abc')]), () => socket.destroy());
      },
    ],
    ['stands still', (socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'abc')]))],
  ])('and %s: the client sees that it was cut', async (_name, behaviour) => {
    raw.speak = behaviour;
    await expect(ask()).rejects.toThrow(/aborted|hang up|socket/i);
  });

  test('takes no other request with it', async () => {
    raw.speak = (socket, stream) => {
      if (raw.opened.length === 1) socket.write(Buffer.concat([head(stream), data(stream, 'abc')]));
      else {
        const [first] = raw.opened;
        socket.write(reset(first?.stream ?? 0, 8));
        answerWell(socket, stream);
      }
    };
    const cut = expect(ask()).rejects.toThrow(/aborted|hang up|socket/i);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect((await ask()).body).toBe('well');
    await cut;
    expect(new Set(raw.opened.map(({ connection }) => connection)).size).toBe(1);
  });
});

describe('what a server says that it has not processed', () => {
  test.each(['GET', 'POST'])('is sent once more on another connection: %s', async method => {
    raw.speak = (socket, stream, connection) => {
      const [first] = raw.opened;
      if (first?.connection === connection) socket.write(reset(stream, 7));
      else answerWell(socket, stream);
    };
    expect((await ask(method)).status).toBe(200);
    expect(raw.opened).toHaveLength(2);
  });

  test('also where it says so of a whole connection, before it closes that', async () => {
    raw.speak = (socket, stream, connection) => {
      const [first] = raw.opened;
      if (first?.connection === connection) socket.end(frame(FRAME.goaway, 0, 0, uint32(stream - 2, 0)));
      else answerWell(socket, stream);
    };
    expect((await ask('POST')).status).toBe(200);
    expect(new Set(raw.opened.map(({ connection }) => connection)).size).toBe(2);
  });

  test('but no third time', async () => {
    raw.speak = (socket, stream) => socket.write(reset(stream, 7));
    expect((await ask()).status).toBe(502);
    expect(raw.opened).toHaveLength(2);
  });

  test('a connection that ends under a request is another matter: GET is sent again, POST is not', async () => {
    raw.speak = (socket, stream, connection) => {
      const [first] = raw.opened;
      if (first?.connection === connection) socket.destroy();
      else answerWell(socket, stream);
    };
    expect((await ask('GET')).status).toBe(200);
    expect(raw.opened).toHaveLength(2);
    raw.opened.length = 0;
    expect((await ask('POST')).status).toBe(502);
    expect(raw.opened).toHaveLength(1);
  });

  test('a connection that is dead without having been closed is left within seconds', async () => {
    raw.speak = (socket, stream, connection) => {
      const [first] = raw.opened;
      if (first?.connection !== connection) {
        answerWell(socket, stream);
        return;
      }
      socket.pause();
      socket.removeAllListeners('data');
    };
    expect((await ask()).status).toBe(504);
    const [first] = raw.opened;
    await new Promise(resolve => setTimeout(resolve, 2_100));
    expect((await ask()).body).toBe('well');
    expect(raw.opened.at(-1)?.connection).not.toBe(first?.connection);
  });
});

describe('a server that is busy for longer than it takes to answer a ping', () => {
  test.concurrent.each([
    ['whose client went away', false],
    ['that was not answered in time', true],
  ])(
    'loses nothing that is under way beside a request %s; only after the latter it gets no more',
    async (_name, isDoubted) => {
      const busy = await startRawHttp2();
      busy.speak = (socket, stream) => {
        if (busy.opened.length < 2) return;
        socket.pause();
        setTimeout(() => answerWell(socket.resume(), stream), 2_300);
      };
      const { origin } = busy;
      const connect = connectorOf(plainUpstream(origin, { protocol: 'h2' }), 'h2');
      const connection = new Http2Connection({ origin, connect, responseHeadBytes: 16_384, onSpent: () => undefined });
      const sent = (onRequestStart: (controller: { abort(reason: Error): void }) => void) =>
        new Promise<string>(resolve => {
          connection.dispatch(
            { origin, method: 'POST', path: '/' },
            {
              onRequestStart,
              onResponseStart: (_controller, status) => resolve(`${status}`),
              onResponseError: (_controller, { message }) => resolve(message),
            },
          );
        });
      const left = sent(controller => {
        setTimeout(() => {
          controller.abort(new Error('gone'));
          if (isDoubted) connection.doubt();
        }, 200);
      });
      const other = sent(() => undefined);
      expect(await left).toBe('gone');
      expect(await other).toBe('200');
      expect(connection.isSpent).toBe(isDoubted);
      await connection.destroy();
      await busy.close();
    },
  );
});
