import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeEvent } from '../../src/flows/gateway-context.ts';
import { rotateKeys } from '../../src/flows/keys/rotate-keys.ts';
import type { AssertionKeyChanges } from '../../src/flows/ports/assertion-keys.ts';
import { ASSETS, openTestPortal, type TestPortal } from './support/portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

describe('headers of every group of routes (DESIGN 4)', () => {
  const POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self' https://company.gateway.test https://factory.gateway.test",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join(';');

  test.each([
    ['a page before login', '/login', 200],
    ['a failure page', '/login/failed?code=card-not-bound', 200],
    ['a help page', '/help/rules', 200],
    ['a redirect', '/', 303],
    ['an unknown address', '/nothing', 404],
    ['a wrong method', '/login/card', 405],
    ['an address that cannot be decoded', '/help/%E0%A4%A', 400],
    ['keys', '/.well-known/jwks.json', 200],
    ['a style sheet', '/assets/look.css', 200],
    ['an asset that is not there', '/assets/none.css', 404],
  ])('%s: %s', async (_name, path, status) => {
    const { headers } = await portal.browser().get(path).expect(status);
    expect(headers['content-security-policy']).toBe(POLICY);
    expect(headers['cross-origin-opener-policy']).toBe('same-origin-allow-popups');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('set-cookie');
    if (!path.startsWith('/.well-known') && path !== '/assets/look.css') {
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('names each request itself, whatever name came with it', async () => {
    const own = '11111111-1111-4111-8111-111111111111';
    const { headers } = await portal.browser().get('/login').set('X-Request-Id', own);
    expect(headers['x-request-id']).not.toBe(own);
  });
});

describe('methods and addresses', () => {
  test.each([
    ['/', ['GET', 'HEAD']],
    ['/login', ['GET', 'HEAD']],
    ['/login/card', ['POST']],
    ['/login/card/challenge', ['POST']],
    ['/login/failed', ['GET', 'HEAD']],
    ['/logout', ['GET', 'HEAD', 'POST']],
    ['/logged-out', ['GET', 'HEAD']],
    ['/language', ['POST']],
    ['/help/rules', ['GET', 'HEAD']],
    ['/assets/look.css', ['GET', 'HEAD']],
    ['/.well-known/jwks.json', ['GET', 'HEAD']],
  ])('%s answers %j and says so to every other method', async (path, allowed) => {
    for (const method of ['put', 'patch', 'delete', 'options', 'get', 'post'] as const) {
      if (allowed.includes(method.toUpperCase())) continue;
      const request = portal.browser().agent[method](path).set('Origin', portal.origin);
      await request.expect(405).expect('Allow', allowed.join(', '));
    }
  });

  test('HEAD answers as GET does, without a body', async () => {
    const { text, headers } = await portal.browser().agent.head('/login').expect(200);
    expect(text).toBeFalsy();
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test.each(['/nothing', '/help/none', '/help/constructor', '/login/card/none', '/.gateway/session', '/healthz'])(
    'there is nothing at %s',
    async path => {
      const page = await portal.browser().get(path).expect(404);
      expect(page.text).toContain('<h1 id="what">沒有這個頁面</h1>');
    },
  );

  test('answers programs with problem+json and people with a page', async () => {
    const json = await portal.browser().agent.get('/nothing').set('Accept', 'application/json').expect(404);
    expect(json.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(json.text)).toEqual({
      type: `${portal.origin}/login/failed?code=not-found`,
      title: '沒有這個頁面',
      status: 404,
      code: 'not-found',
      requestId: json.headers['x-request-id'],
    });
  });
});

describe('assets', () => {
  test('may be kept for ever below their digest, and are asked for anew by their plain names', async () => {
    const immutable = await portal.browser().get(`/assets/${ASSETS.digest}/look.css`).expect(200);
    expect(immutable.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const plain = await portal.browser().get('/assets/look.css').expect(200);
    expect(plain.headers['cache-control']).toBe('public, no-cache');
    expect(plain.headers['content-type']).toBe('text/css; charset=utf-8');
    await portal.browser().get('/assets/look.css').set('If-None-Match', plain.headers['etag']!).expect(304);
    await portal.browser().get('/assets/look.css').set('If-None-Match', '"other"').expect(200);
  });

  test('of another version, which a page of another node asks for, are this version’s, and not to be kept', async () => {
    const other = await portal.browser().get('/assets/0123456789abcdef/look.css').expect(200);
    const plain = await portal.browser().get('/assets/look.css').expect(200);
    expect([other.headers['cache-control'], other.text]).toEqual(['no-store', plain.text]);
  });

  test.each([
    '/assets/../app.ts',
    '/assets/..%2fapp.ts',
    '/assets/%2e%2e/app.ts',
    '/assets/..%5capp.ts',
    '/assets//etc/passwd',
    '/assets/%00look.css',
    '/assets/look.css%00.js',
    '/assets/constructor',
    '/assets/__proto__',
    '/assets/0000000000000000/none.css',
    '/assets/0000000000000000/../app.ts',
    `/assets/${ASSETS.digest}/../../app.ts`,
    '/assets/',
    '/assets',
  ])('nothing outside the folder can be had: %s', async path => {
    const answer = await rawGet(path);
    expect(answer).toBe(404);
  });

  /** Sends the path as it is; other clients take the dots away. */
  function rawGet(path: string): Promise<number | undefined> {
    const { port } = portal.server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, rejectUnauthorized: false }, response => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  }
});

describe('keys for business systems (RFC 7517)', () => {
  test('are public, cacheable for five minutes, and hold no private part', async () => {
    const answer = await portal.browser().get('/.well-known/jwks.json').expect(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.headers['content-type']).toBe('application/jwk-set+json; charset=utf-8');
    const { keys } = JSON.parse(answer.text) as { keys: Record<string, unknown>[] };
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256' });
      expect(Object.keys(key)).not.toContain('d');
    }
    const again = portal.browser().get('/.well-known/jwks.json').set('If-None-Match', answer.headers['etag']!);
    await again.expect(304);
  });

  test('change their ETag with a rotation, and only then', async () => {
    const ask = (etag: string) => portal.browser().get('/.well-known/jwks.json').set('If-None-Match', etag);
    const before = await portal.browser().get('/.well-known/jwks.json').expect(200);
    const etag = before.headers['etag']!;
    expect(etag).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
    await ask(`"other", ${etag}`).expect(304);
    const actor = { kind: 'gateway' } as const;
    await rotateKeys(portal.context, { actor, kind: 'planned', reason: '' });
    const after = await ask(etag).expect(200);
    expect((JSON.parse(after.text) as { keys: unknown[] }).keys).toHaveLength(2);
    expect(after.headers['etag']).not.toBe(etag);
  });

  test('are not shown in part: 503 where one that is published is not known', async () => {
    const { context } = portal;
    const at = context.clock.now();
    const key = { kid: 'A'.repeat(43), madeAt: at, signsFrom: new Date(at.getTime() + 60_000), publishedUntil: null };
    const record = (write: (keys: AssertionKeyChanges) => Promise<void>) =>
      context.database.change(async changes => {
        await write(changes.assertionKeys);
        return { result: undefined, events: [composeEvent(context, 'clock.jumped', { actor: { kind: 'gateway' } })] };
      });
    await record(keys => keys.insertKey(key));
    await context.signer.refresh();
    const answer = await portal.browser().get('/.well-known/jwks.json').expect(503);
    expect(answer.headers['cache-control']).toBe('no-store');
    await record(keys => keys.deleteKey(key.kid));
    await context.signer.refresh();
    await portal.browser().get('/.well-known/jwks.json').expect(200);
  });
});

describe('an unexpected fault', () => {
  test('is logged once with the request id, and the answer says nothing of it', async () => {
    const broken = await openTestPortal();
    try {
      const cookie = await broken.logIn();
      await broken.context.database.close();
      const answer = await broken.browser().get('/').set('Cookie', cookie).expect(500);
      expect(answer.text).toContain('系統暫時無法完成');
      expect(answer.text).not.toMatch(/database|PGlite|select|at .*\.ts/i);
      const faults = broken.log.filter(line => line.includes('"level":50'));
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(String(answer.headers['x-request-id']));
    } finally {
      await broken.close();
    }
  });
});
