import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readAskedRequest } from '../../src/http-fields/forward-auth/asked-request.ts';
import {
  dialectOfTarget,
  FORWARD_AUTH_DIALECTS,
  type ForwardAuthDialect,
  type ReceivedQuestion,
} from '../../src/http-fields/forward-auth/dialect.ts';

const HOST = 'company.gateway.test';

/** A question as the shipped examples make a proxy ask it. */
function ask(
  dialect: ForwardAuthDialect,
  asked: { readonly method?: string; readonly target?: string; readonly host?: string; readonly scheme?: string } = {},
  fields: readonly string[] = [],
): ReceivedQuestion {
  const { method = 'GET', target = '/cases/17?of=2026', host = HOST, scheme = 'https' } = asked;
  const forwardedFor = ['X-Forwarded-For', '198.51.100.7'];
  switch (dialect) {
    case 'nginx':
      return {
        method: 'GET',
        target: '/forward-auth/nginx',
        rawFields: [
          ...['Host', '127.0.0.1:9091', 'X-Original-URL', `${scheme}://${host}${target}`],
          ...['X-Original-Method', method, ...forwardedFor, ...fields],
        ],
      };
    case 'envoy':
      return {
        method,
        target: `/forward-auth/envoy${target}`,
        rawFields: ['Host', host, 'X-Forwarded-Proto', scheme, ...forwardedFor, 'Content-Length', '0', ...fields],
      };
    case 'traefik':
    case 'caddy':
      return {
        method: 'GET',
        target: `/forward-auth/${dialect}`,
        rawFields: [
          ...['Host', '127.0.0.1:9091', 'X-Forwarded-Method', method, 'X-Forwarded-Proto', scheme],
          ...['X-Forwarded-Host', host, 'X-Forwarded-Uri', target, ...forwardedFor, ...fields],
        ],
      };
  }
}

function codeOf(dialect: ForwardAuthDialect, question: ReceivedQuestion): string {
  const reading = readAskedRequest(dialect, question);
  return reading.ok ? 'read' : reading.failure.code;
}

describe.each(FORWARD_AUTH_DIALECTS)('D1-111 a question of %s', dialect => {
  test('is read as the request that it is about', () => {
    const fields = [
      'Cookie',
      'a=1',
      'Origin',
      `https://${HOST}`,
      'Sec-Fetch-Site',
      'same-origin',
      'Accept',
      'text/html',
    ];
    const reading = readAskedRequest(dialect, ask(dialect, { method: 'POST' }, fields));
    expect(reading).toMatchObject({
      ok: true,
      asked: {
        head: { method: 'POST', host: HOST, cookies: 'a=1', origin: `https://${HOST}`, isUpgrade: false },
        target: { path: '/cases/17', query: '?of=2026' },
        forwardedFor: '198.51.100.7',
      },
    });
  });

  test('is refused where one of its fields is missing or there twice', () => {
    const { rawFields, ...question } = ask(dialect);
    const names = rawFields.filter((name, index) => index % 2 === 0 && /^x-/i.test(name));
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const name of names) {
      const at = rawFields.indexOf(name);
      const without = rawFields.toSpliced(at, 2);
      expect(codeOf(dialect, { ...question, rawFields: without })).toBe('statement-incomplete');
      const twice = [...rawFields, name.toLowerCase(), rawFields[at + 1] ?? ''];
      expect(codeOf(dialect, { ...question, rawFields: twice })).toBe('statement-repeated');
    }
  });

  test('does not speak for plain http', () => {
    expect(codeOf(dialect, ask(dialect, { scheme: 'http' }))).toBe('scheme-refused');
  });

  test.each([
    '//admin',
    '/a/../admin',
    '/a/..;/admin',
    '/%2e%2e/admin',
    '/a%2fadmin',
    '/a%252fadmin',
    '/a%5cadmin',
    '/%C0%AE/admin',
    '/admin%00',
  ])('with the path %s is refused as ambiguous (CVE-2019-9901, CVE-2021-29492 of Envoy)', target => {
    expect(codeOf(dialect, ask(dialect, { target }))).toBe('target-ambiguous');
  });

  test.each(['/%61dmin', '/admin%3fpublic', '/%e7%ab%a0'])(
    'with the path %s, which is not in its one spelling, is refused: rules and system would differ',
    target => {
      expect(codeOf(dialect, ask(dialect, { target }))).toBe('target-not-normal');
    },
  );

  test('with a fragment is refused (CVE-2023-45539 of HAProxy, CVE-2026-41059 of oauth2-proxy)', () => {
    expect(codeOf(dialect, ask(dialect, { target: '/admin#/public' }))).toBe('target-malformed');
  });

  test('takes the path from the path alone, whatever the query says (CVE-2025-54576 of oauth2-proxy)', () => {
    const reading = readAskedRequest(dialect, ask(dialect, { target: '/admin?x=/public/..//' }));
    expect(reading).toMatchObject({ ok: true, asked: { target: { path: '/admin', query: '?x=/public/..//' } } });
  });

  test.each([
    'X-Gateway-User',
    'x-gateway-assertion',
    'X_Gateway_User',
    'X.Gateway.User',
    'x-gateway_roles',
    'X-Gateway-Anything',
  ])(
    'is refused while the client’s %s is in it: the proxy would pass it on (GHSA-7r4p-vjf4-gxv4 and GHSA-f59h-q822-g45g of Caddy, GHSA-x677-9fxg-v5c5 of Traefik)',
    name => {
      expect(codeOf(dialect, ask(dialect, {}, [name, 'admin']))).toBe('reserved-field');
    },
  );

  test.each([
    ['X-Original-Uri', '/public'],
    ['X-Rewrite-Url', '/public'],
    ['X-Forwarded-Prefix', '/public'],
    ['X_Forwarded_Proto', 'https'],
    ['X_Original_URL', 'https://factory.gateway.test/'],
    ['X-HTTP-Method-Override', 'GET'],
    ['X_HTTP_Method', 'GET'],
    ['X-Method-Override', 'GET'],
    ['X-Host', 'factory.gateway.test'],
    ['Forwarded', 'host=factory.gateway.test;proto=http'],
    ['Client-IP', '192.0.2.1'],
    ['Proxy', 'http://evil.test'],
    ['Remote-User', 'admin'],
    ['SSL-Client-Cert', 'MIIB'],
  ])(
    'is refused while %s is in it: the system would take the request for another (CVE-2026-35051, CVE-2026-54764 and CVE-2026-39858 of Traefik, CVE-2026-40575 of oauth2-proxy)',
    (name, value) => {
      expect(codeOf(dialect, ask(dialect, {}, [name, value]))).toBe('reserved-field');
    },
  );

  test.each([
    ['X-Real-IP', '192.0.2.1'],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Server', 'edge'],
  ])('has %s in it where the proxy writes that itself, and from nobody else', (name, value) => {
    expect(codeOf(dialect, ask(dialect, {}, [name, value]))).toBe(dialect === 'traefik' ? 'read' : 'reserved-field');
  });

  test('does not listen to what Traefik says of a path that it has replaced', () => {
    const asked = { method: 'DELETE', target: '/admin' };
    const reading = readAskedRequest(dialect, ask(dialect, asked, ['X-Replaced-Path', '/public']));
    expect(reading).toMatchObject({ ok: true, asked: { head: { method: 'DELETE' }, target: { path: '/admin' } } });
  });

  test.each(['h2c', 'anything', 'websocket, h2c', 'h2c, websocket', ''])(
    'about an upgrade to %j is refused: behind a 101 nobody asks any more',
    upgrade => {
      expect(codeOf(dialect, ask(dialect, {}, ['Upgrade', upgrade]))).toBe('upgrade-refused');
      expect(codeOf(dialect, ask(dialect, {}, ['Upgrade', 'websocket', 'Upgrade', upgrade]))).toBe('upgrade-refused');
    },
  );

  test.each([
    ['Upgrade', 'WebSocket'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['sec-websocket-version', '13'],
  ])('is one about a WebSocket where %s says so, though proxies take Upgrade out', (name, value) => {
    expect(readAskedRequest(dialect, ask(dialect, {}, [name, value]))).toMatchObject({
      ok: true,
      asked: { head: { isUpgrade: true } },
    });
  });

  test('with content is refused: nobody reads what follows it', () => {
    expect(codeOf(dialect, ask(dialect, {}, ['content-length', '5']))).toBe('content-refused');
    expect(codeOf(dialect, ask(dialect, {}, ['Transfer-Encoding', 'chunked']))).toBe('content-refused');
  });

  test('with two origins is refused, and reads all cookies (CVE-2021-32777 of Envoy)', () => {
    expect(codeOf(dialect, ask(dialect, {}, ['Origin', 'https://a.test', 'Origin', `https://${HOST}`]))).toBe(
      'field-repeated',
    );
    expect(readAskedRequest(dialect, ask(dialect, {}, ['Cookie', 'a=1', 'Cookie', 'b=2']))).toMatchObject({
      ok: true,
      asked: { head: { cookies: 'a=1; b=2' } },
    });
  });
});

describe('D1-111 which dialect is spoken', () => {
  test('is told by the address that is asked', () => {
    expect(FORWARD_AUTH_DIALECTS.map(dialect => dialectOfTarget(ask(dialect).target))).toEqual([
      ...FORWARD_AUTH_DIALECTS,
    ]);
    expect(dialectOfTarget('/forward-auth/caddy?of=/forward-auth/envoy/')).toBe('caddy');
  });

  test.each([
    '/',
    '/forward-auth',
    '/forward-auth/nginx/',
    '/?/forward-auth/nginx',
    '/forward-auth/envoy',
    '/Forward-Auth/nginx',
  ])('is none at %s', target => {
    expect(dialectOfTarget(target)).toBeUndefined();
  });

  test.each([
    ['nginx', 'traefik'],
    ['nginx', 'envoy'],
    ['traefik', 'nginx'],
    ['traefik', 'envoy'],
    ['caddy', 'nginx'],
    ['envoy', 'nginx'],
  ] as const)('counts alone: %s is not asked in the words of %s', (dialect, other) => {
    const { rawFields } = ask(other);
    const { target } = ask(dialect);
    expect(codeOf(dialect, { method: 'GET', target, rawFields })).toBe('statement-incomplete');
  });

  test('of Envoy leads nowhere else by dots: they are refused in what it was asked for', () => {
    const rawFields = ask('envoy').rawFields;
    const target = '/forward-auth/envoy/../nginx';
    expect(dialectOfTarget(target)).toBe('envoy');
    expect(codeOf('envoy', { method: 'GET', target, rawFields })).toBe('target-ambiguous');
  });
});

describe('D1-111 X-Original-URL', () => {
  test.each([
    'company.gateway.test/x',
    'https:///x',
    'https://company.gateway.test',
    'https://company.gateway.test?/x',
    '//company.gateway.test/x',
    'HTTPS://company.gateway.test/x',
    '/x',
    '',
  ])('%j says nothing that can be read', url => {
    const question = ask('nginx');
    const rawFields = question.rawFields.map(value => (value.startsWith('https://') ? url : value));
    expect(codeOf('nginx', { ...question, rawFields })).toBe('statement-unreadable');
  });

  test('with somebody’s name before the host has no host of ours', () => {
    const reading = readAskedRequest('nginx', ask('nginx', { host: `${HOST}@evil.test` }));
    expect(reading).toMatchObject({ ok: true, asked: { head: { host: `${HOST}@evil.test` } } });
  });
});

describe('D1-111 Envoy as shipped, which sends with its question only what it is told to', () => {
  const shipped = readFileSync(new URL('../../config/deploy/envoy/forward-auth.yaml', import.meta.url), 'utf8');
  const pattern = z.object({ exact: z.string(), prefix: z.string(), contains: z.string() }).partial();
  const filter = z.object({ typed_config: z.object({ allowed_headers: z.object({ patterns: z.array(pattern) }) }) });
  const filters = /^ {16}http_filters:\n((?: {17,}.*\n)+)/m.exec(shipped)?.[1] ?? '';
  const [asking] = z.tuple([filter], z.unknown()).parse(parse(filters));
  const { patterns } = asking.typed_config.allowed_headers;

  test.each([
    ...['x-original-url', 'x-rewrite-url', 'x-override-url', 'x-http-method', 'x-http-method-override'],
    ...[
      'x-method-override',
      'forwarded',
      'x-forwarded-uri',
      'x-forward-for',
      'x-real-ip',
      'client-ip',
      'true-client-ip',
    ],
    ...['x-azure-clientip', 'x-originating-ip', 'x-proxyuser-ip', 'cf-connecting-ip', 'x-host', 'x-http-host-override'],
    ...[
      'x-scheme',
      'front-end-https',
      'proxy',
      'remote-user',
      'auth-user',
      'x-user',
      'x-remote-groups',
      'x-webauth-user',
    ],
    ...['x-auth-request-email', 'x-authenticated-userid', 'x-pomerium-jwt-assertion', 'x-goog-iap-jwt-assertion'],
    ...['x-ms-client-principal', 'x-amzn-oidc-data', 'client-cert', 'ssl-cert', 'ssl-client-s-dn', 'x-ssl-cert'],
    ...['x-mtls-cert', 'x-tls-client-cert', 'x-arr-clientcert', 'x-gateway-user', 'x.gateway.user', 'upgrade'],
  ])('sends %s, which the gateway refuses or judges', name => {
    const isSent = patterns.some(
      ({ exact, prefix, contains }) =>
        exact === name ||
        (prefix !== undefined && name.startsWith(prefix)) ||
        (contains !== undefined && name.includes(contains)),
    );
    expect(isSent).toBe(true);
    expect(['reserved-field', 'upgrade-refused']).toContain(codeOf('envoy', ask('envoy', {}, [name, 'forged'])));
  });
});
