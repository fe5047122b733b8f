import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { askStream, openHttp2 } from './http2-client.ts';
import {
  blockOf,
  END_HEADERS,
  END_STREAM,
  frameOf,
  headersOf,
  KIND,
  openRaw,
  type RawHttp2,
} from './raw-http2-client.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({ settings: { contentIdleS: 2 } });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
  gateway.company.answer = undefined;
  gateway.logged.length = 0;
});

function headOf(path: string, ...more: [string, string][]): [string, string][] {
  const pseudo: [string, string][] = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', 'company.gateway.test'],
    [':path', path],
  ];
  return [...pseudo, ['cookie', cookie], ...more];
}

const ENHANCE_YOUR_CALM = 11;

/** Sends until the gateway closes the connection: if not after `times` times, it never resolves. */
async function flood(peer: RawHttp2, times: number, part: () => Buffer): Promise<void> {
  for (let sent = 0; sent < times && !peer.socket.destroyed; sent += 1) {
    if (!peer.socket.write(part())) {
      await Promise.race([new Promise(resolve => peer.socket.once('drain', resolve)), peer.closed]);
    }
  }
  await peer.closed;
}

function goAwayCode(peer: RawHttp2): number | undefined {
  return peer.frames.find(({ kind }) => kind === KIND.goAway)?.payload.readUInt32BE(4);
}

/** 200 of the same frame in one. */
const many = (frame: Buffer): Buffer => Buffer.concat(Array<Buffer>(200).fill(frame));

describe('a flood ends its connection, and no other', () => {
  test.each<[string, () => Buffer]>([
    ['pings (CVE-2019-9512)', () => many(frameOf(KIND.ping, 0, 0, '12345678'))],
    ['settings (CVE-2019-9515)', () => many(frameOf(KIND.settings, 0, 0))],
    ['settings with values', () => many(frameOf(KIND.settings, 0, 0, '\0\x04\0\0\xff\xff'))],
    ['priorities (CVE-2019-9513)', () => many(frameOf(KIND.priority, 0, 1, '\0\0\0\0\x10'))],
    ['window updates', () => many(frameOf(KIND.windowUpdate, 0, 0, '\0\0\0\x01'))],
    ['frames of unknown kinds', () => many(frameOf(0x42, 0, 0, 'x'.repeat(100)))],
  ])('of %s', async (_name, part) => {
    const peer = await openRaw(gateway);
    const other = await openHttp2(gateway);
    await flood(peer, 10_000, part);
    expect(goAwayCode(peer) ?? ENHANCE_YOUR_CALM).toBe(ENHANCE_YOUR_CALM);
    expect((await askStream(other, { ':path': '/', cookie })).status).toBe(200);
    other.destroy();
  });

  test('of empty content (CVE-2019-9518)', async () => {
    const peer = await openRaw(gateway);
    peer.send(headersOf(1, [...headOf('/'), ['content-length', '5']], 0));
    await flood(peer, 10_000, () => many(frameOf(KIND.data, 0, 1)));
    expect(gateway.company.received).toEqual([]);
  });

  test('of requests taken back at once (CVE-2023-44487): few are judged, none has a whole answer made for it', async () => {
    const peer = await openRaw(gateway);
    let stream = -1;
    await flood(peer, 20_000, () => {
      stream += 2;
      return Buffer.concat([headersOf(stream, headOf('/')), frameOf(KIND.reset, 0, stream, '\0\0\0\x08')]);
    });
    expect(gateway.company.received.length).toBeLessThanOrEqual(200);
  });

  test('of requests that the server is made to take back (CVE-2025-8671)', async () => {
    const peer = await openRaw(gateway);
    let stream = -1;
    await flood(peer, 20_000, () => {
      stream += 2;
      return Buffer.concat([headersOf(stream, headOf('/')), frameOf(KIND.windowUpdate, 0, stream, '\x7f\xff\xff\xff')]);
    });
    expect(gateway.company.received.length).toBeLessThanOrEqual(300);
  });

  test('of fields without an end (CVE-2024-27316, CVE-2024-27983)', async () => {
    const peer = await openRaw(gateway);
    peer.send(frameOf(KIND.headers, END_STREAM, 1, blockOf(headOf('/'))));
    await flood(peer, 10_000, () => frameOf(KIND.continuation, 0, 1, blockOf([['x-a', 'a'.repeat(1_000)]])));
    expect(gateway.company.received).toEqual([]);
  });

  test('of pieces of fields that are empty (CVE-2019-9516)', async () => {
    const peer = await openRaw(gateway);
    peer.send(frameOf(KIND.headers, END_STREAM, 1, blockOf(headOf('/'))));
    await flood(peer, 10_000, () => frameOf(KIND.continuation, 0, 1));
    expect(gateway.company.received).toEqual([]);
  });

  test('of requests that are none', async () => {
    const peer = await openRaw(gateway);
    let stream = -1;
    await flood(peer, 20_000, () => {
      stream += 2;
      return headersOf(stream, headOf('/', ['connection', 'close']));
    });
    expect(gateway.company.received).toEqual([]);
  });
});

describe('a bomb of fields', () => {
  test('whose bytes are too many is refused: 100 KB in one field', async () => {
    const peer = await openRaw(gateway);
    const block = blockOf(headOf('/', ['x-a', 'a'.repeat(100_000)]));
    peer.send(frameOf(KIND.headers, END_STREAM, 1, block.subarray(0, 16_384)));
    for (let from = 16_384; from < block.length; from += 16_384) {
      const isLast = from + 16_384 >= block.length;
      peer.send(frameOf(KIND.continuation, isLast ? END_HEADERS : 0, 1, block.subarray(from, from + 16_384)));
    }
    expect(await peer.outcomeOf(1)).not.toHaveProperty('body');
    expect(gateway.company.received).toEqual([]);
    peer.socket.destroy();
  });

  test('which is small on the way and large when unpacked (HPACK) is refused', async () => {
    const peer = await openRaw(gateway);
    // One field of 3,900 bytes is remembered, then named 200 times by one byte.
    const length = Buffer.of(127, 0xbd, 0x1d);
    const remembered = Buffer.concat([Buffer.of(0x40, 3), Buffer.from('x-a'), length, Buffer.alloc(3_900, 'a')]);
    const block = Buffer.concat([blockOf(headOf('/')), remembered, Buffer.alloc(200, 0xbe)]);
    peer.send(frameOf(KIND.headers, END_HEADERS | END_STREAM, 1, block));
    expect(await peer.outcomeOf(1)).toMatchObject({ body: expect.stringContaining('"fields-too-long"') as string });
    expect(gateway.company.received).toEqual([]);
    peer.socket.destroy();
  });

  test('of cookies one by one: a browser with sixty passes, one with thousands does not', async () => {
    const cookies = (count: number) =>
      Array.from({ length: count }, (_, index): [string, string] => ['cookie', `c${index}=1`]);
    const peer = await openRaw(gateway);
    peer.send(headersOf(1, headOf('/', ...cookies(60))), headersOf(3, headOf('/', ...cookies(1_000))));
    expect(await peer.outcomeOf(1)).toHaveProperty('body');
    expect(await peer.outcomeOf(3)).toEqual({ reset: ENHANCE_YOUR_CALM });
    expect(gateway.company.received).toHaveLength(1);
    peer.socket.destroy();
  });
});

describe('streams at once', () => {
  test('are a hundred: what comes beyond is refused, and a peer that goes on so is closed out', async () => {
    gateway.company.answer = () => undefined;
    const peer = await openRaw(gateway);
    for (let stream = 1; stream < 210; stream += 2) peer.send(headersOf(stream, headOf('/')));
    expect(await peer.outcomeOf(209)).not.toHaveProperty('body');
    const refused = peer.frames.filter(({ kind }) => kind === KIND.reset);
    expect(refused.length + peer.frames.filter(({ kind }) => kind === KIND.goAway).length).toBeGreaterThanOrEqual(5);
    peer.socket.destroy();
  });

  test('that the client does not read are cut off in time, and hold no memory until then but their windows', async () => {
    let written = 0;
    gateway.company.answer = (_request, response) => {
      const more = (): void => {
        while (written < 50_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };
    const peer = await openRaw(gateway);
    // Its window is a byte.
    peer.send(frameOf(KIND.settings, 0, 0, '\0\x04\0\0\0\x01'), headersOf(1, headOf('/')));
    expect(await peer.outcomeOf(1)).toEqual({ reset: 2 });
    expect(written).toBeLessThan(25_000_000);
    peer.socket.destroy();
  });
});

describe('a connection on which nothing is asked', () => {
  let hurried: GatewayUnderTest;
  beforeAll(async () => {
    hurried = await startGateway({ settings: { keepAliveMs: 1_000, requestHeadMs: 1_000 } });
  });
  afterAll(() => hurried.close());

  test.each<[string, Buffer]>([
    ['after its preface', Buffer.alloc(0)],
    ['with fields that never end', frameOf(KIND.headers, 0, 1, blockOf([[':method', 'GET']]))],
    [
      'with half a frame',
      headersOf(1, [
        [':method', 'GET'],
        [':path', '/'],
      ]).subarray(0, 20),
    ],
  ])('is closed: %s', { concurrent: true }, async (_what, said) => {
    const peer = await openRaw(hurried);
    peer.send(said);
    await peer.closed;
    expect(hurried.company.received).toEqual([]);
  });

  test('is closed: HTTP/1.1 with blank lines after a request', { concurrent: true }, async () => {
    const socket = await hurried.dial();
    const closed = new Promise(resolve => socket.once('close', resolve));
    const answered = new Promise(resolve => socket.once('data', resolve));
    socket.on('error', () => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: company.gateway.test\r\n\r\n');
    await answered;
    const dripping = setInterval(() => socket.write('\r\n'), 100);
    await closed;
    clearInterval(dripping);
  });
});
