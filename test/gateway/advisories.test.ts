import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { END_STREAM, frameOf, headersOf, KIND, openRaw } from './raw-http2-client.ts';

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

const HOST = 'Host: company.gateway.test\r\n';
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;

function over1(method: string, target: string, lines: string, body = ''): Promise<string> {
  const head = `${method} ${target} HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n${lines}`;
  return gateway.speak(`${head}${/^connection:/im.test(lines) ? '' : 'Connection: close\r\n'}\r\n${body}`);
}

/** The same request on a stream of HTTP/2, its fields in small letters; tells whether the system's answer came back. */
async function over2(method: string, target: string, lines: string, body = ''): Promise<boolean> {
  const fields = lines
    .split('\r\n')
    .filter(line => line !== '')
    .map((line): [string, string] => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    });
  const peer = await openRaw(gateway);
  const pseudo: [string, string][] = [
    [':method', method],
    [':scheme', 'https'],
    [':authority', 'company.gateway.test'],
    [':path', target],
  ];
  peer.send(headersOf(1, [...pseudo, ['cookie', cookie], ...fields], body === '' ? END_STREAM : 0));
  if (body !== '') peer.send(frameOf(KIND.data, END_STREAM, 1, body));
  const outcome = await peer.outcomeOf(1);
  peer.socket.destroy();
  return 'body' in outcome && outcome.body.includes('"rawHeaders"');
}

/** What the system saw of a request: first line, and the fields that neither we nor Node's client add. */
function seen(): { readonly line: string; readonly fields: readonly string[]; readonly body: string } {
  const { method, target, rawHeaders, body } = gateway.company.received[0]!;
  const fields: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!OURS.test(name)) fields.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return { line: `${method} ${target}`, fields, body: body.toString('latin1') };
}
const OURS = /^(?:host|connection|x-forwarded-(?:for|proto|host)|x-gateway-.*)$/;

const KEPT = 'x-kept: 1';

describe('fields that another gateway, server or framework would believe do not reach the system, over both versions and on upgrades', () => {
  test.each<[string, string]>([
    [
      'hop-by-hop abuse: Connection names the identity (CVE-2022-31813, Apache; CVE-2021-33197, Go)',
      'Connection: close, X-Gateway-User, X-Forwarded-For',
    ],
    [
      'identity by underscores (nginx underscores_in_headers, WSGI and CGI)',
      'X_Gateway_User: forged\r\nX_Forwarded_For: 10.0.0.1',
    ],
    [
      'identity fields of oauth2-proxy and Authelia',
      'X-Auth-Request-Email: forged@x\r\nRemote-User: forged\r\nRemote-Groups: admins',
    ],
    [
      'identity by X-Forwarded-User, with _ for - too (oauth2-proxy)',
      'X_Forwarded_User: forged\r\nX-Forwarded-Email: forged@x',
    ],
    ['X-Forwarded-* in Connection (CVE-2024-45410, Traefik)', 'Connection: close, X-Forwarded-Host, X-Forwarded-Proto'],
    [
      'address by X-Forwarded-For from an untrusted peer (Envoy use_remote_address)',
      'X-Forwarded-For: 10.0.0.1\r\nX-Envoy-External-Address: 10.0.0.1',
    ],
    [
      'routes by X-Original-URL, X-Rewrite-URL (CVE-2018-14773, Symfony)',
      'X-Original-URL: /admin\r\nX-Rewrite-URL: /admin',
    ],
    ['routes by X-Envoy-Original-Path (CVE-2023-27487, Envoy)', 'X-Envoy-Original-Path: /admin'],
    ['httpoxy (CVE-2016-5385 to 5388)', 'Proxy: http://evil.example/'],
    [
      'certificates by X-Forwarded-Client-Cert (Envoy XFCC) and X-SSL-Client-*',
      'X-Forwarded-Client-Cert: Subject="CN=forged"\r\nX-SSL-Client-S-DN: CN=forged',
    ],
    [
      'upgrade to h2c ("h2c smuggling", HTTP2-Settings)',
      'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings, close',
    ],
    [
      'the rest that speaks of a connection (Keep-Alive, Proxy-Connection)',
      'Keep-Alive: timeout=99\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==',
    ],
  ])('%s', async (_advisory, lines) => {
    expect(await over1('GET', '/a?b', `${lines}\r\nX-Kept: 1\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen()).toEqual({ line: 'GET /a?b', fields: [KEPT], body: '' });

    gateway.company.received.length = 0;
    const hasConnectionFields = /^(?:connection|upgrade|keep-alive|proxy-connection|http2-settings):/im.test(lines);
    expect(await over2('GET', '/a?b', `${lines}\r\nX-Kept: 1`)).toBe(!hasConnectionFields);
    if (hasConnectionFields) expect(gateway.company.received).toEqual([]);
    else expect(seen()).toEqual({ line: 'GET /a?b', fields: [KEPT], body: '' });

    gateway.company.received.length = 0;
    if (/^upgrade:/im.test(lines)) return;
    const webSocket =
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    await over1('GET', '/ws', `${lines}\r\nX-Kept: 1\r\nConnection: Upgrade\r\n${webSocket}`);
    expect(seen().fields.filter(field => !/^(?:upgrade|sec-websocket-)/.test(field))).toEqual([KEPT]);
  });
});

describe('targets that two servers read differently are refused over both versions, and the system receives nothing', () => {
  test.each([
    ['..;/ (CVE-2020-5902, BIG-IP; Tomcat behind a proxy)', '/public/..;/admin'],
    ['%2e%2e (CVE-2021-41773, CVE-2021-42013, Apache)', '/public/%2e%2e/admin'],
    ['.%2e', '/public/.%2e/admin'],
    ['%%32%65 (CVE-2021-42013)', '/public/%%32%65%%32%65/admin'],
    ['%252e%252e (double decoding)', '/public/%252e%252e/admin'],
    ['%2f (CVE-2021-29492, Envoy)', '/public%2f..%2fadmin'],
    ['%5c (CVE-2021-29492, Envoy)', '/public%5c..%5cadmin'],
    ['backslash', '/public\\..\\admin'],
    ['// at the front (CVE-2019-9901, Envoy)', '//admin'],
    ['// within (CVE-2019-9901, Envoy)', '/public//admin'],
    ['# (CVE-2023-47106, Traefik; CVE-2021-32779, Envoy)', '/public#/../admin'],
    ['NUL', '/admin%00.css'],
    ['overlong UTF-8', '/%c0%ae%c0%ae/admin'],
    ['an encoded line end (response splitting by redirect)', '/a%0d%0aSet-Cookie:x=1'],
    ['half an encoding', '/a%2'],
    ['a tab', '/a\tb'],
  ])('%s', async (_advisory, target) => {
    expect(await over1('GET', target, '')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await over2('GET', target, '')).toBe(false);
    expect(gateway.company.received).toEqual([]);
  });

  test.each([
    ['an absolute target of another host ("host confusion")', 'http://evil.example/'],
    ['one of a sibling system', 'https://factory.gateway.test/'],
    ['one with a user', 'https://company.gateway.test@evil.example/'],
    ['one without slashes', 'https:company.gateway.test/'],
    ['a target that begins with an at sign', '@evil.example/'],
  ])('%s', async (_advisory, target) => {
    expect(await over1('GET', target, '')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await over2('GET', target, '')).toBe(false);
    expect(gateway.company.received).toEqual([]);
  });

  test.each([
    ['a query stays byte for byte', '/a?x=%2e%2e%2f&y=//&z=%00'],
    ['an at sign within stays where it is', '/a@evil.example/'],
  ])('while %s', async (_name, target) => {
    expect(await over1('GET', target, '')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await over2('GET', target, '')).toBe(true);
    expect(gateway.company.received.map(received => received.target)).toEqual([target, target]);
  });
});

describe('framing that two servers read differently brings no second request to the system', () => {
  test.each<[string, string, string]>([
    [
      'CL.TE (CVE-2019-18277, HAProxy; CVE-2019-20372, nginx)',
      'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n',
      '0\r\n\r\n',
    ],
    ['TE.CL', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '5c\r\n'],
    [
      'TE.TE, a vertical tab before chunked (CVE-2019-18277, HAProxy)',
      'Transfer-Encoding: \x0bchunked\r\n',
      '0\r\n\r\n',
    ],
    ['TE.TE, two fields (CVE-2020-8287, Node)', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n', '0\r\n\r\n'],
    ['TE.TE, x before chunked (CVE-2022-32213, Node)', 'Transfer-Encoding: x, chunked\r\n', '0\r\n\r\n'],
    ['chunkedchunked (CVE-2022-32215, Node)', 'Transfer-Encoding: chunked\r\n , chunked-false\r\n', '0\r\n\r\n'],
    ['an obs-fold in the coding (CVE-2022-32215, Node)', 'Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'],
    ['fields ended by LF alone (CVE-2022-32214, Node)', 'X-A: b\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    [
      'a field ended by CR alone (CVE-2022-35256, CVE-2023-30589, Node)',
      'X-A: b\rTransfer-Encoding: chunked\r\n',
      '0\r\n\r\n',
    ],
    ['an empty name that ends the fields early (CVE-2023-25725, HAProxy)', ': x\r\nContent-Length: 30\r\n', ''],
    [
      'a name of 256 bytes that ends in the length (CVE-2021-40346, HAProxy)',
      `Content-Length0${'a'.repeat(255)}:\r\nContent-Length: 30\r\nContent-Length: 0\r\n`,
      '',
    ],
    ['a space before the colon (CVE-2019-16869, Netty; CVE-2021-22959, Node)', 'Content-Length : 30\r\n', ''],
    ['a space before the name (CVE-2024-27982, Node)', ' Content-Length: 30\r\n', ''],
    ['a length with a plus', 'Content-Length: +5\r\n', 'abcde'],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 30\r\n', ''],
    ['a list of lengths', 'Content-Length: 0, 30\r\n', ''],
    ['a length in other digits', 'Content-Length: \xb2\r\n', ''],
    ['identity beside chunked (CVE-2022-1705, Go)', 'Transfer-Encoding: identity, chunked\r\n', '0\r\n\r\n'],
    ['a NUL in a field', 'X-A: b\0\r\nContent-Length: 30\r\n', ''],
  ])('%s', async (_advisory, lines, body) => {
    const answer = await over1('POST', '/', `Connection: keep-alive\r\n${lines}`, body + SMUGGLED);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 \d{3} /g)).toHaveLength(1);
    expect(gateway.company.received).toEqual([]);
  });

  test.each<[string, string]>([
    ['a chunk ended by LF ("TERM.EXT")', '3\nabc\n0\n\n'],
    ['a chunk extension with LF in it ("EXT.TERM", CVE-2025-22871, Go)', '3;a\nx\r\nabc\r\n0\r\n\r\n'],
    ['a chunk extension ended by CR alone (CVE-2021-22960, Node)', '3;a\rx\r\nabc\r\n0\r\n\r\n'],
    ['spaces in a chunk size', '3 x\r\nabc\r\n0\r\n\r\n'],
    ['a chunk size in 0x', '0x3\r\nabc\r\n0\r\n\r\n'],
    ['a chunk size that overflows', 'ffffffffffffffff3\r\nabc\r\n0\r\n\r\n'],
    ['a chunk that goes on', '3\r\nabcGET /smuggled HTTP/1.1\r\n\r\n0\r\n\r\n'],
  ])('%s', async (_advisory, body) => {
    const lines = 'Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n';
    const answer = await over1('POST', '/', lines, body + SMUGGLED);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    expect(answer.match(/HTTP\/1\.1 \d{3} /g)).toHaveLength(1);
    expect(gateway.company.received).toEqual([]);
  });

  test('endless chunk extensions end the connection (CVE-2024-22019, Node)', async () => {
    const lines = 'Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n';
    const answer = await over1('POST', '/', lines, `3;${'a'.repeat(50_000)}\r\nabc\r\n0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(gateway.company.received).toEqual([]);
  });

  test('a chunk extension that is whole goes no further (RFC 9112 section 7.1.1)', async () => {
    const answer = await over1('POST', '/', 'Transfer-Encoding: chunked\r\n', '3;a=b\r\nabc\r\n0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen()).toEqual({ line: 'POST /', fields: ['transfer-encoding: chunked'], body: 'abc' });
  });

  test('CL.0: content of a request that needs none is content, not a request', async () => {
    const lines = `Content-Length: ${SMUGGLED.length}\r\n`;
    expect(await over1('GET', '/static.css', lines, SMUGGLED)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await over2('GET', '/static.css', lines.trimEnd(), SMUGGLED)).toBe(true);
    expect(gateway.company.received.map(({ target, body }) => [target, body.toString('latin1')])).toEqual([
      ['/static.css', SMUGGLED],
      ['/static.css', SMUGGLED],
    ]);
  });

  test('H2.0: content of a stream that announced none stays content', async () => {
    expect(await over2('GET', '/static.css', '', SMUGGLED)).toBe(true);
    expect(gateway.company.received.map(({ target, body }) => [target, body.toString('latin1')])).toEqual([
      ['/static.css', SMUGGLED],
    ]);
  });

  test('a WebSocket of a version that nobody speaks makes no tunnel ("WebSocket smuggling")', async () => {
    const lines =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 1337\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const answer = await gateway.speak(`GET /ws HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n${lines}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(gateway.company.received).toEqual([]);
  });
});
