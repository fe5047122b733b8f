import { connect } from 'node:net';
import { request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpsListener, type OpsListener } from '../../src/gateway/ops-listener.ts';
import { createRedirectListener, type RedirectListener } from '../../src/gateway/redirect-listener.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

function ask(
  port: number,
  path: string,
  options: { readonly method?: string; readonly host?: string } = {},
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Host: options.host ?? 'localhost' };
    const outgoing = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    outgoing.on('error', reject).end();
  });
}

describe('the plain-HTTP listener', () => {
  let listener: RedirectListener;
  let port: number;
  beforeAll(async () => {
    listener = createRedirectListener(['https://portal.gateway.test', 'https://company.gateway.test:8443'], LOG);
    ({ port } = await listener.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => listener.close());

  test.each([
    ['portal.gateway.test', 'GET', '/', 301, 'https://portal.gateway.test/'],
    ['COMPANY.gateway.test:80', 'GET', '/a?b=%41', 301, 'https://company.gateway.test:8443/a?b=%41'],
    ['company.gateway.test', 'POST', '/a', 308, 'https://company.gateway.test:8443/a'],
    ['evil.example', 'GET', '/', 421, undefined],
    ['portal.gateway.test.evil.example', 'GET', '/', 421, undefined],
    ['portal.gateway.test@evil.example', 'GET', '/', 400, undefined],
    ['portal.gateway.test', 'GET', '//evil.example/', 400, undefined],
    ['portal.gateway.test', 'GET', '/a%0d%0aSet-Cookie:x', 400, undefined],
  ])('%s %s %s → %i', async (host, method, path, status, location) => {
    const answer = await ask(port, path, { host, method });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });
});

describe.each([
  ['the plain-HTTP listener', () => createRedirectListener(['https://portal.gateway.test'], LOG), '/a', 308],
  ['the ops listener', () => createOpsListener({ checks: {}, log: LOG }), '/livez', 405],
])('%s', (_name, create, path, refused) => {
  let listener: OpsListener;
  let port: number;
  beforeAll(async () => {
    listener = create();
    ({ port } = await listener.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => listener.close());

  test('answers a client that waits for 100 at once, and reads nothing behind that', async () => {
    const said = await speak(
      port,
      `POST ${path} HTTP/1.1\r\nHost: portal.gateway.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${refused} `));
    expect(said).toContain('Connection: close');
  });

  test('answers an expectation that it does not know by 417', async () => {
    const said = await speak(port, `GET ${path} HTTP/1.1\r\nHost: portal.gateway.test\r\nExpect: wonders\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1.1 417 /);
  });

  test('says in one line that its address is taken, and by which it is', async () => {
    const other = create();
    await expect(other.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `127.0.0.1 port ${port} cannot be listened on: another program listens there`,
    );
  });
});

/** Sends bytes as they are and returns what comes back until the connection closes. */
function speak(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1').on('data', (chunk: string) => (said += chunk));
    socket.on('error', reject).on('close', () => resolve(said));
  });
}

describe('the ops listener', () => {
  let listener: OpsListener;
  let port: number;
  let isStoreUp = true;
  beforeAll(async () => {
    listener = createOpsListener({
      checks: {
        database: () => (isStoreUp ? Promise.resolve() : Promise.reject(new Error('secret address refused'))),
        clock: () => Promise.resolve(),
      },
      log: LOG,
    });
    ({ port } = await listener.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => listener.close());

  test('is ready while every check passes, and says which one fails', async () => {
    const ready = await ask(port, '/readyz');
    expect([ready.status, JSON.parse(ready.body)]).toEqual([
      200,
      { ready: true, checks: { database: 'ok', clock: 'ok' } },
    ]);
    isStoreUp = false;
    const failing = await ask(port, '/readyz');
    expect([failing.status, JSON.parse(failing.body)]).toEqual([
      503,
      { ready: false, checks: { database: 'failed', clock: 'ok' } },
    ]);
    expect(failing.body).not.toContain('secret');
  });

  test('lives whatever the checks say, and knows nothing else', async () => {
    isStoreUp = false;
    expect((await ask(port, '/livez')).status).toBe(200);
    expect((await ask(port, '/metrics')).status).toBe(404);
    expect((await ask(port, '/livez', { method: 'POST' })).status).toBe(405);
  });
});
