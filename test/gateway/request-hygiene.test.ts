import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({
    allowedOrigins: ['https://maps.gateway.test'],
    portal: (request, response) => response.end(`portal saw ${request.url ?? ''}`),
  });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

const HOST = 'Host: company.gateway.test\r\n';
/** A request with our session, closed by the client's wish; `lines` are put before the empty line. */
function logged(requestLine: string, lines = '', body = ''): Promise<string> {
  return gateway.speak(`${requestLine}\r\n${HOST}Cookie: ${cookie}\r\nConnection: close\r\n${lines}\r\n${body}`);
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

describe('forged identity never reaches a system, ours does (DESIGN §4)', () => {
  test.each([
    ['as it is spelt', 'X-Gateway-User: forged'],
    ['in small letters', 'x-gateway-user: forged'],
    ['with underscores', 'X_Gateway_User: forged'],
    ['mixed', 'x-gateway_User: forged'],
    ['with other characters that CGI folds', 'X.Gateway.User: forged'],
    ['twice', 'X-Gateway-User: forged\r\nX-Gateway-User: forged'],
    ['a made-up assertion', 'X-Gateway-Assertion: eyJhbGciOiJub25lIn0.e30.'],
    ['a field that does not exist yet', 'X-Gateway-Admin: 1'],
    ['another gateway, as oauth2-proxy', 'X-Auth-Request-User: forged'],
    ['another gateway, as Authelia', 'Remote-User: forged'],
    ['a certificate (RFC 9440)', 'Client-Cert: :AAAA:\r\nClient-Cert-Chain: :AAAA:'],
    ['a certificate, as nginx', 'X-SSL-Client-Verify: SUCCESS\r\nX-SSL-Client-S-DN: CN=forged'],
    ['a certificate, as Envoy', 'X-Forwarded-Client-Cert: Subject="CN=forged"'],
    ['an address', 'X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-Real-IP: 10.0.0.1'],
    ['an address with underscores', 'X_Forwarded_For: 10.0.0.1'],
    ['a rewritten path', 'X-Original-URL: /admin\r\nX-Rewrite-URL: /admin'],
    ['a proxy for CGI programs (CVE-2016-5385)', 'Proxy: http://evil.example/'],
  ])('%s', async (_name, lines) => {
    expect(statusOf(await logged('GET / HTTP/1.1', `${lines}\r\nX-Kept: 1\r\n`))).toBe(200);
    const { rawHeaders } = gateway.company.received[0]!;
    const text = JSON.stringify(rawHeaders);
    expect(text).not.toMatch(/forged|10\.0\.0\.1|:AAAA:|\/admin|evil|eyJhbGciOiJub25lIn0|X-Gateway-Admin/);
    expect(valuesOf(rawHeaders, 'x-kept')).toEqual(['1']);
    expect(valuesOf(rawHeaders, 'x-gateway-user')).toEqual(['demo.clerk']);
    expect(valuesOf(rawHeaders, 'x-gateway-assertion')).toHaveLength(1);
    expect(valuesOf(rawHeaders, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valuesOf(rawHeaders, 'x-forwarded-proto')).toEqual(['https']);
    expect(valuesOf(rawHeaders, 'x-forwarded-host')).toEqual(['company.gateway.test']);
  });

  test.each([
    'X-Gateway-User, X-Gateway-Assertion, X-Gateway-Roles',
    'x_gateway_user',
    'X-Forwarded-For, X-Forwarded-Proto',
    'Host, Content-Type, Origin, Sec-Fetch-Site, Authorization, Cookie',
  ])('and naming %s in Connection removes nothing of it', async named => {
    const lines = `Connection: ${named}\r\nContent-Type: a/b\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Basic x\r\n`;
    expect(statusOf(await logged('GET / HTTP/1.1', lines))).toBe(200);
    const { rawHeaders } = gateway.company.received[0]!;
    for (const name of ['x-gateway-user', 'x-gateway-assertion', 'x-gateway-roles', 'x-forwarded-for', 'host']) {
      expect([name, valuesOf(rawHeaders, name).length]).toEqual([name, 1]);
    }
    expect(valuesOf(rawHeaders, 'content-type')).toEqual(['a/b']);
    expect(valuesOf(rawHeaders, 'sec-fetch-site')).toEqual(['same-origin']);
    expect(valuesOf(rawHeaders, 'authorization')).toEqual(['Basic x']);
  });

  test('while other fields named in Connection are removed (RFC 9110 section 7.6.1)', async () => {
    await logged('GET / HTTP/1.1', 'Connection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: gzip\r\nX-Kept: 1\r\n');
    const names = gateway.company.received[0]!.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names).toContain('X-Kept');
    expect(names).not.toContain('X-Mine');
    expect(names).not.toContain('Keep-Alive');
    expect(names).not.toContain('TE');
  });

  test('and the cookies of the gateway stay with it, in every place and case', async () => {
    await gateway.speak(
      `GET / HTTP/1.1\r\n${HOST}Connection: close\r\nCookie: a=1; ${cookie}\r\n` +
        `Cookie: __Host-gw-trip=t;__HOST-GW-portal=p; b=2\r\n\r\n`,
    );
    expect(valuesOf(gateway.company.received[0]!.rawHeaders, 'cookie')).toEqual(['a=1; b=2']);
  });

  test('a session cookie sent twice is none: nobody knows which is meant', async () => {
    const answer = await gateway.speak(
      `GET / HTTP/1.1\r\n${HOST}Connection: close\r\nCookie: __Host-gw=other; ${cookie}\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(401);
  });
});

describe('a request that two servers would frame differently is refused and its connection closed (RFC 9112 section 6)', () => {
  const smuggled = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;
  test.each<[string, number, string, string?]>([
    ['a length and chunks', 400, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['chunks and a length', 400, 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'],
    ['two lengths', 400, 'Content-Length: 0\r\nContent-Length: 5\r\n'],
    ['two equal lengths', 400, 'Content-Length: 5\r\nContent-Length: 5\r\n', 'abcde'],
    ['a list of lengths', 400, 'Content-Length: 5, 5\r\n', 'abcde'],
    ['a signed length', 400, 'Content-Length: +5\r\n', 'abcde'],
    ['a negative length', 400, 'Content-Length: -1\r\n'],
    ['a hexadecimal length', 400, 'Content-Length: 0x5\r\n', 'abcde'],
    ['a length with a space', 400, 'Content-Length: 1 0\r\n'],
    ['an empty length', 400, 'Content-Length:\r\n'],
    ['a length beyond all', 400, 'Content-Length: 99999999999999999999\r\n'],
    ['a space before the colon', 400, 'Content-Length : 5\r\n', 'abcde'],
    ['a look-alike length', 200, 'Content_Length: 5\r\n'],
    ['another coding', 400, 'Transfer-Encoding: gzip\r\n'],
    ['a coding before chunks', 400, 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'],
    ['chunks not last', 400, 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'],
    ['chunks twice', 400, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['chunks twice in one', 400, 'Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'],
    ['an unknown coding', 400, 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'],
    ['a coding behind a control character', 400, 'Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'],
    ['a coding in quotes', 400, 'Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'],
    ['a folded coding', 400, 'Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'],
    ['a folded field', 400, 'X-A: b\r\n c\r\n'],
    ['a field without a name', 400, ': x\r\n'],
    ['a field name with a space', 400, 'X A: x\r\n'],
    ['a bare CR in a value', 400, 'X-A: b\rX-Gateway-User: forged\r\n'],
    ['a bare LF after a field', 400, 'X-A: b\nX-B: c\r\n'],
    ['a NUL in a value', 400, 'X-A: b\0c\r\n'],
    ['a chunk size with a sign', 400, 'Transfer-Encoding: chunked\r\n', '+1\r\na\r\n0\r\n\r\n'],
    ['a chunk size with 0x', 400, 'Transfer-Encoding: chunked\r\n', '0x1\r\na\r\n0\r\n\r\n'],
    ['a chunk size beyond all', 400, 'Transfer-Encoding: chunked\r\n', 'fffffffffffffffff1\r\na\r\n0\r\n\r\n'],
    ['a chunk ended by LF', 400, 'Transfer-Encoding: chunked\r\n', '1\na\r\n0\r\n\r\n'],
    ['a chunk longer than it says', 400, 'Transfer-Encoding: chunked\r\n', '1\r\nabc\r\n0\r\n\r\n'],
  ])('%s → %i', async (_name, status, lines, body = '') => {
    const answer = await gateway.speak(
      `POST /post HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\nOrigin: https://company.gateway.test\r\n` +
        `${lines}\r\n${body}${status === 200 ? '' : smuggled}${status === 200 ? 'GET / HTTP/1.0\r\n\r\n' : ''}`,
    );
    // The body's framing shows only after the head was passed on; then the connection ends without an answer of the system.
    const [first] = answer.split('HTTP/1.1 ').slice(1);
    expect(first?.slice(0, 3) ?? 'closed').toMatch(
      new RegExp(`^(?:${status}${body.includes('\n') ? '|closed|502' : ''})$`),
    );
    expect(gateway.company.received.map(received => received.target)).not.toContain('/smuggled');
    if (status !== 200 && !lines.endsWith('chunked\r\n')) expect(gateway.company.received).toEqual([]);
  });

  test('a refused request takes what follows on its connection with it', async () => {
    const next = `GET /next HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n\r\n`;
    const answer = await gateway.speak(`GET /a%2fb HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n\r\n${next}${next}`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(gateway.company.received).toEqual([]);
  });

  test('while requests in a row are answered in a row', async () => {
    const first = `GET /1 HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n\r\n`;
    const last = `GET /2 HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\nConnection: close\r\n\r\n`;
    const answer = await gateway.speak(first + last);
    expect(answer.match(/"target":"[^"]*"/g)).toEqual(['"target":"/1"', '"target":"/2"']);
  });
});

describe('hosts', () => {
  test.each([
    ['none', 400, ''],
    ['an empty one', 400, 'Host: \r\n'],
    ['two', 400, `${HOST}${HOST}`],
    ['two that differ', 400, `${HOST}Host: evil.example\r\n`],
    ['with a user', 400, 'Host: a@company.gateway.test\r\n'],
    ['with a path', 400, 'Host: company.gateway.test/x\r\n'],
    ['with a space', 400, 'Host: company.gateway.test evil.example\r\n'],
    ['with a comma', 400, 'Host: company.gateway.test,evil.example\r\n'],
    ['with a bad port', 400, 'Host: company.gateway.test:99999\r\n'],
    ['with port 0', 400, 'Host: company.gateway.test:0\r\n'],
    ['of another port', 421, 'Host: company.gateway.test:8443\r\n'],
    ['with a trailing dot', 421, 'Host: company.gateway.test.\r\n'],
    ['of nobody', 421, 'Host: evil.example\r\n'],
    ['an address', 421, 'Host: 127.0.0.1\r\n'],
    ['a subdomain', 421, 'Host: a.company.gateway.test\r\n'],
    ['of nobody, with an expectation', 421, 'Host: evil.example\r\nExpect: nothing\r\n'],
    ['with an expectation that nobody knows', 417, `${HOST}Expect: 100-continue, nothing\r\n`],
    ['in capitals', 200, 'Host: COMPANY.Gateway.Test\r\n'],
    ['with its port', 200, 'Host: company.gateway.test:443\r\n'],
  ])('%s → %i', async (_name, status, lines) => {
    const answer = await gateway.speak(`GET / HTTP/1.1\r\n${lines}Cookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(status);
    expect(gateway.company.received).toHaveLength(status === 200 ? 1 : 0);
    if (status === 200) {
      expect(valuesOf(gateway.company.received[0]!.rawHeaders, 'host')).toEqual(['company.gateway.test']);
    } else expect(answer).toMatch(/\r\nConnection: close\r\n[^]*\r\nStrict-Transport-Security: /i);
  });
});

describe('targets', () => {
  test.each([
    ['https://company.gateway.test/abs?x', 200, '/abs?x'],
    ['/%7Euser/%e4%b8%ad', 200, '/~user/%E4%B8%AD'],
    ['https://factory.gateway.test/', 400, null],
    ['http://company.gateway.test/', 400, null],
    ['*', 400, null],
    ['/a/../b', 400, null],
    ['/a/%2e%2e/b', 400, null],
    ['/a/..;/b', 400, null],
    ['/a//b', 400, null],
    ['//evil.example/', 400, null],
    ['/a%2fb', 400, null],
    ['/a%5cb', 400, null],
    ['/a\\b', 400, null],
    ['/a%00', 400, null],
    ['/a%252e%252e/b', 400, null],
    ['/%c0%ae%c0%ae/b', 400, null],
    ['/a%zz', 400, null],
    ['/a#b', 400, null],
    ['/\xe4\xb8\xad', 400, null],
    [`/${'a'.repeat(9_000)}`, 414, null],
  ])('%s → %i', async (target, status, seen) => {
    expect(statusOf(await logged(`GET ${target} HTTP/1.1`))).toBe(status);
    expect(gateway.company.received.map(received => received.target)).toEqual(seen === null ? [] : [seen]);
  });

  test.each([
    ['CONNECT company.gateway.test:443 HTTP/1.1', 0],
    ['TRACE / HTTP/1.1', 405],
    ['GET / HTTP/2.0', 505],
    ['GET / HTTP/1.2', 400],
    ['GET /', 505],
    ['G@T / HTTP/1.1', 400],
  ])('%s → %i', async (line, status) => {
    expect(statusOf(await logged(line))).toBe(status);
    expect(gateway.company.received).toEqual([]);
  });

  test("the portal's host has the same rules", async () => {
    const say = (target: string) =>
      gateway.speak(`GET ${target} HTTP/1.1\r\nHost: portal.gateway.test\r\nConnection: close\r\n\r\n`);
    const answer = await say('/%6cogin?x');
    expect(answer).toContain('portal saw /login?x');
    expect(answer).toMatch(/\r\nStrict-Transport-Security: max-age=31536000\r\n/);
    expect(statusOf(await say('/a%2fb'))).toBe(400);
  });
});

describe('limits', () => {
  test.each([
    ['fields of 20 KB', 431, `X-A: ${'a'.repeat(20_000)}\r\n`],
    ['101 fields', 431, 'X-A: 1\r\n'.repeat(101)],
    ['98 fields and our own', 200, 'X-A: 1\r\n'.repeat(94)],
  ])('%s → %i', async (_name, status, lines) => {
    expect(statusOf(await logged('GET / HTTP/1.1', lines))).toBe(status);
    expect(gateway.company.received).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('requests that change something', () => {
  test.each([
    ['from the system itself', 200, { Origin: 'https://company.gateway.test' }],
    ['from an origin that the system lists', 200, { Origin: 'https://maps.gateway.test' }],
    ['from a program, which says nothing', 200, {}],
    ['from a page of the same origin by fetch metadata', 200, { 'Sec-Fetch-Site': 'same-origin' }],
    ['from a sibling system', 403, { Origin: 'https://factory.gateway.test' }],
    ['from the portal', 403, { Origin: 'https://portal.gateway.test' }],
    ['from another port', 403, { Origin: 'https://company.gateway.test:8443' }],
    ['from plain HTTP', 403, { Origin: 'http://company.gateway.test' }],
    ['from null', 403, { Origin: 'null' }],
    ['from a sibling by fetch metadata', 403, { 'Sec-Fetch-Site': 'same-site' }],
    ['from another site by fetch metadata', 403, { 'Sec-Fetch-Site': 'cross-site' }],
    ['from two origins', 400, { Origin: ['https://company.gateway.test', 'https://evil.example'] }],
  ])('%s → %i (DESIGN §4)', async (_name, status, headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await gateway.ask('/change', { method, headers: { ...headers, Cookie: cookie } });
      expect([method, answer.status]).toEqual([method, status]);
    }
    expect(gateway.company.received).toHaveLength(status === 200 ? 4 : 0);
  });
});
