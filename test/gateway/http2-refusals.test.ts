import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';
import {
  blockOf,
  END_HEADERS,
  END_STREAM,
  frameOf,
  headersOf,
  KIND,
  openRaw,
  type Outcome,
} from './raw-http2-client.ts';

type Fields = readonly (readonly [string, string])[];

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

const METHOD = [':method', 'POST'] as const;
const SCHEME = [':scheme', 'https'] as const;
const AUTHORITY = [':authority', 'company.gateway.test'] as const;
const PATH = [':path', '/'] as const;
const HEAD: Fields = [METHOD, SCHEME, AUTHORITY, PATH];

const PROTOCOL_ERROR = 1;
const ENHANCE_YOUR_CALM = 11;

function withCookie(fields: Fields): Fields {
  return [...fields, ['cookie', cookie]];
}

/** One request on a connection of its own: its fields as they are, then content that ends the stream, where there is any. */
async function say(fields: Fields, ...content: readonly Buffer[]): Promise<Outcome> {
  const peer = await openRaw(gateway);
  peer.send(headersOf(1, withCookie(fields), content.length === 0 ? END_STREAM : 0), ...content);
  const outcome = await peer.outcomeOf(1);
  peer.socket.destroy();
  return outcome;
}

function codeOf(outcome: Outcome): unknown {
  if (!('body' in outcome)) return outcome;
  const body: unknown = JSON.parse(outcome.body);
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : 'passed';
}

const refusedBy = { reset: PROTOCOL_ERROR };

describe('a request on a stream that could become another one in HTTP/1.1 is refused, and the system receives nothing (RFC 9113 section 8)', () => {
  test.each<[string, Fields, unknown]>([
    ['with a coding of HTTP/1.1 (H2.TE)', [...HEAD, ['transfer-encoding', 'chunked']], refusedBy],
    ['with Connection', [...HEAD, ['connection', 'x-gateway-user']], refusedBy],
    ['with Keep-Alive', [...HEAD, ['keep-alive', 'timeout=5']], refusedBy],
    ['with Proxy-Connection', [...HEAD, ['proxy-connection', 'close']], refusedBy],
    ['with Upgrade', [...HEAD, ['upgrade', 'websocket']], refusedBy],
    ['with HTTP2-Settings', [...HEAD, ['http2-settings', 'AAMAAABk']], 'field-of-http1'],
    ['with TE of another kind', [...HEAD, ['te', 'gzip']], refusedBy],
    ['with a name in capitals', [...HEAD, ['X-Kept', '1']], refusedBy],
    ['with a line end in the path', [METHOD, SCHEME, AUTHORITY, [':path', '/ HTTP/1.1\r\nx: y']], refusedBy],
    ['with a line end in the method', [[':method', 'GET / HTTP/1.1\r\nx: y'], SCHEME, AUTHORITY, PATH], refusedBy],
    ['with a space in the method', [[':method', 'GET /admin'], SCHEME, AUTHORITY, PATH], refusedBy],
    [
      'with a line end in the authority',
      [METHOD, SCHEME, [':authority', 'company.gateway.test\r\nx: y'], PATH],
      refusedBy,
    ],
    ['with a space in the path', [METHOD, SCHEME, AUTHORITY, [':path', '/ HTTP/1.1']], refusedBy],
    ['without a method', [SCHEME, AUTHORITY, PATH], refusedBy],
    ['without a scheme', [METHOD, AUTHORITY, PATH], refusedBy],
    ['without a path', [METHOD, SCHEME, AUTHORITY], refusedBy],
    ['without an authority', [METHOD, SCHEME, PATH], refusedBy],
    ['with Host alone', [METHOD, SCHEME, PATH, ['host', 'company.gateway.test']], 'host-missing'],
    ['with an empty authority', [METHOD, SCHEME, [':authority', ''], PATH], refusedBy],
    ['with two methods', [METHOD, METHOD, SCHEME, AUTHORITY, PATH], refusedBy],
    ['with two paths', [...HEAD, [':path', '/admin']], refusedBy],
    ['with two authorities', [...HEAD, [':authority', 'evil.example']], refusedBy],
    ['with a pseudo field after the others', [METHOD, SCHEME, AUTHORITY, ['x-kept', '1'], PATH], refusedBy],
    ['with a pseudo field that does not exist', [...HEAD, [':x', '1']], refusedBy],
    ['with one of responses', [...HEAD, [':status', '200']], refusedBy],
    ['with an empty path', [METHOD, SCHEME, AUTHORITY, [':path', '']], refusedBy],
    ['with a path without a slash', [METHOD, SCHEME, AUTHORITY, [':path', 'admin']], refusedBy],
    ['with an absolute path', [METHOD, SCHEME, AUTHORITY, [':path', 'https://company.gateway.test/']], refusedBy],
    ['with *', [[':method', 'OPTIONS'], SCHEME, AUTHORITY, [':path', '*']], 'target-form'],
    ['with the scheme http', [METHOD, [':scheme', 'http'], AUTHORITY, PATH], 'target-form'],
    ['with another scheme', [METHOD, [':scheme', 'file'], AUTHORITY, PATH], 'target-form'],
    [
      'with a scheme that is half an address',
      [METHOD, [':scheme', 'https://evil.example/?'], AUTHORITY, PATH],
      refusedBy,
    ],
    ['with another Host', [...HEAD, ['host', 'evil.example']], 'host-differs'],
    ['with Host in another spelling', [...HEAD, ['host', 'COMPANY.gateway.test']], 'host-differs'],
    ['with two Hosts', [...HEAD, ['host', AUTHORITY[1]], ['host', AUTHORITY[1]]], refusedBy],
    ['with a user in the authority', [METHOD, SCHEME, [':authority', 'a@company.gateway.test'], PATH], refusedBy],
    ['with a path in the authority', [METHOD, SCHEME, [':authority', 'company.gateway.test/x'], PATH], refusedBy],
    ['with two lengths', [...HEAD, ['content-length', '0'], ['content-length', '0']], refusedBy],
    ['with a length that is none', [...HEAD, ['content-length', '+0']], refusedBy],
    ['with a length and no content', [...HEAD, ['content-length', '5']], refusedBy],
    ['CONNECT', [[':method', 'CONNECT'], AUTHORITY], 'method-refused'],
    [
      'extended CONNECT, which is not offered (RFC 8441)',
      [[':method', 'CONNECT'], [':protocol', 'websocket'], SCHEME, AUTHORITY, PATH],
      refusedBy,
    ],
    ['TRACE', [[':method', 'TRACE'], SCHEME, AUTHORITY, PATH], 'method-refused'],
    ['with a method in small letters', [[':method', 'delete'], SCHEME, AUTHORITY, PATH], 'method-refused'],
    ['with a method in mixed letters', [[':method', 'Trace'], SCHEME, AUTHORITY, PATH], 'method-refused'],
    ['with a method that HTTP/1.1 is not parsed by', [[':method', 'MINE'], SCHEME, AUTHORITY, PATH], 'method-refused'],
    ['with an expectation that nobody knows', [...HEAD, ['expect', 'nothing']], 'expectation-unknown'],
    ['with two origins', [...HEAD, ['origin', 'https://a.example'], ['origin', 'https://b.example']], 'field-repeated'],
    ['with a path of two readings', [METHOD, SCHEME, AUTHORITY, [':path', '/a/..;/admin']], 'target-ambiguous'],
    ['with a fragment', [METHOD, SCHEME, AUTHORITY, [':path', '/a#b']], 'target-malformed'],
    ['with 101 fields', [...HEAD, ...Array<[string, string]>(101).fill(['x-a', '1'])], 'too-many-fields'],
    ['with 300 fields', [...HEAD, ...Array<[string, string]>(300).fill(['x-a', '1'])], { reset: ENHANCE_YOUR_CALM }],
    [
      'with a target of 9,000 characters',
      [METHOD, SCHEME, AUTHORITY, [':path', `/${'a'.repeat(9_000)}`]],
      'target-too-long',
    ],
  ])('%s', async (_name, fields, expected) => {
    expect(codeOf(await say(fields))).toEqual(expected);
    expect(gateway.company.received).toEqual([]);
  });

  test.each<[string, readonly [string, string]]>([
    ['a space in a name', ['x kept', '1']],
    ['a colon in a name', ['x-kept:', '1']],
    ['a line end in a name', ['x\r\nx-gateway-user', 'forged']],
    ['an empty name', ['', 'x']],
    ['CR LF in a value', ['x-kept', '1\r\nx-gateway-user: forged']],
    ['LF in a value', ['x-kept', '1\nx-gateway-user: forged']],
    ['CR in a value', ['x-kept', '1\rx']],
    ['NUL in a value', ['x-kept', '1\0x']],
    ['a space before a value', ['x-kept', ' 1']],
  ])('a field with %s is left out by the library: neither we nor the system sees it', async (_name, field) => {
    expect(codeOf(await say([...HEAD, field, ['x-next', '2']]))).toBe('passed');
    const { rawHeaders } = gateway.company.received[0]!;
    expect(JSON.stringify(rawHeaders)).not.toMatch(/forged|x.kept|\\r|\\n|\\u0000/i);
    expect(valuesOf(rawHeaders, 'x-next')).toEqual(['2']);
    expect(valuesOf(rawHeaders, 'x-gateway-user')).toEqual(['demo.clerk']);
  });

  test('while what is right passes', async () => {
    expect(codeOf(await say([...HEAD, ['te', 'trailers'], ['host', AUTHORITY[1]]]))).toBe('passed');
    expect(gateway.company.received).toHaveLength(1);
  });
});

describe('content (H2.CL)', () => {
  test.each<[string, string, readonly Buffer[]]>([
    ['longer than its length', '3', [frameOf(KIND.data, END_STREAM, 1, 'abcGET /smuggled HTTP/1.1\r\n\r\n')]],
    ['longer by a second piece', '3', [frameOf(KIND.data, 0, 1, 'abc'), frameOf(KIND.data, END_STREAM, 1, 'd')]],
    ['shorter than its length', '9', [frameOf(KIND.data, END_STREAM, 1, 'abc')]],
    ['where there should be none', '0', [frameOf(KIND.data, END_STREAM, 1, 'GET /smuggled HTTP/1.1\r\n\r\n')]],
    ['that the client takes back', '9', [frameOf(KIND.data, 0, 1, 'abc'), frameOf(KIND.reset, 0, 1, '\0\0\0\0')]],
    [
      'that the client takes back without a length',
      '',
      [frameOf(KIND.data, 0, 1, 'abc'), frameOf(KIND.reset, 0, 1, '\0\0\0\0')],
    ],
  ])('%s: the system never has a whole request', async (_name, length, content) => {
    const peer = await openRaw(gateway);
    const fields: Fields = length === '' ? HEAD : [...HEAD, ['content-length', length]];
    peer.send(headersOf(1, withCookie(fields), 0), ...content);
    // Answered, or the connection ended: by then all that went before has been read.
    peer.send(headersOf(3, withCookie([[':method', 'TRACE'], SCHEME, AUTHORITY, PATH])));
    expect(codeOf(await peer.outcomeOf(3))).not.toBe('passed');
    expect(peer.frames.filter(({ kind, stream }) => kind === KIND.headers && stream === 1)).toEqual([]);
    expect(gateway.company.received).toEqual([]);
    expect(codeOf(await say([[':method', 'GET'], SCHEME, AUTHORITY, [':path', '/next']]))).toBe('passed');
    expect(gateway.company.received.map(({ target }) => target)).toEqual(['/next']);
    peer.socket.destroy();
  });

  test('in pieces of any size is one content, padding left out', async () => {
    const padded = frameOf(KIND.data, 0x8, 1, '\x03abc\0\0\0');
    const pieces = [padded, frameOf(KIND.data, 0, 1, ''), frameOf(KIND.data, END_STREAM, 1, 'd')];
    expect(codeOf(await say(HEAD, ...pieces))).toBe('passed');
    expect(gateway.company.received[0]?.body.toString()).toBe('abcd');
  });

  test('and trailers of a request are no fields of it, and go no further', async () => {
    const trailers = headersOf(1, [
      ['x-gateway-user', 'forged'],
      ['x-late', '1'],
    ]);
    expect(codeOf(await say(HEAD, frameOf(KIND.data, 0, 1, 'abc'), trailers))).toBe('passed');
    const [received] = gateway.company.received;
    expect(received?.body.toString()).toBe('abc');
    expect(JSON.stringify(received?.rawHeaders)).not.toMatch(/forged|x-late/);
  });

  test('trailers with a pseudo field, or that do not end the stream, are refused', async () => {
    const data = frameOf(KIND.data, 0, 1, 'abc');
    expect(await say(HEAD, data, headersOf(1, [[':path', '/admin']]))).toEqual(refusedBy);
    expect(await say(HEAD, data, headersOf(1, [['x-late', '1']], 0))).toEqual(refusedBy);
    expect(gateway.company.received).toEqual([]);
  });
});

describe('frames that break the rules of the connection end it (RFC 9113 section 5.4.1)', () => {
  test.each<[string, () => readonly Buffer[]]>([
    ['content of no request', () => [frameOf(KIND.data, 0, 1, 'abc')]],
    ['a request of even number', () => [headersOf(2, withCookie(HEAD))]],
    ['fields of stream 0', () => [headersOf(0, withCookie(HEAD))]],
    [
      'another frame amid fields',
      () => [frameOf(KIND.headers, END_STREAM, 1, blockOf(withCookie(HEAD))), frameOf(KIND.data, 0, 1, 'abc')],
    ],
    ['more fields of no request', () => [frameOf(KIND.continuation, END_HEADERS, 1, blockOf(withCookie(HEAD)))]],
    [
      'fields that nobody can unpack',
      () => [frameOf(KIND.headers, END_HEADERS | END_STREAM, 1, '\xff\xff\xff\xff\xff')],
    ],
    ['a frame beyond the greatest size', () => [frameOf(KIND.data, 0, 1, 'a'.repeat(16_385))]],
    ['the end of no request', () => [frameOf(KIND.reset, 0, 1, '\0\0\0\x08')]],
    ['a push', () => [frameOf(KIND.push, END_HEADERS, 1, '\0\0\0\x02')]],
    ['a window beyond all', () => [frameOf(KIND.windowUpdate, 0, 0, '\x7f\xff\xff\xff')]],
    ['a window opened by nothing', () => [frameOf(KIND.windowUpdate, 0, 0, '\0\0\0\0')]],
    ['settings of a wrong length', () => [frameOf(KIND.settings, 0, 0, '\0')]],
    ['settings that cannot be', () => [frameOf(KIND.settings, 0, 0, '\0\x04\xff\xff\xff\xff')]],
    ['a ping of a wrong length', () => [frameOf(KIND.ping, 0, 0, 'abc')]],
    ['padding longer than the frame', () => [frameOf(KIND.headers, 0x8 | END_HEADERS | END_STREAM, 1, '\xffabc')]],
  ])('%s', async (_name, frames) => {
    const peer = await openRaw(gateway);
    peer.send(...frames());
    await peer.closed;
    expect(gateway.company.received.filter(({ body }) => body.length > 0)).toEqual([]);
    expect(peer.frames.some(({ kind, payload }) => kind === KIND.goAway && payload.readUInt32BE(4) !== 0)).toBe(true);
  });

  test('a request of lower number than the last is none', async () => {
    const peer = await openRaw(gateway);
    for (const stream of [5, 3, 7]) peer.send(headersOf(stream, withCookie(HEAD)));
    expect(codeOf(await peer.outcomeOf(5))).toBe('passed');
    expect(codeOf(await peer.outcomeOf(7))).toBe('passed');
    expect(gateway.company.received).toHaveLength(2);
    peer.socket.destroy();
  });

  test('frames of kinds that do not exist are nothing (section 5.5)', async () => {
    const peer = await openRaw(gateway);
    peer.send(frameOf(0x42, 0xff, 0, 'abc'), headersOf(1, withCookie(HEAD)));
    expect(codeOf(await peer.outcomeOf(1))).toBe('passed');
    peer.socket.destroy();
  });
});
