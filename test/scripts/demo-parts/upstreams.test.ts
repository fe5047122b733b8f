import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startDemoUpstreams, type DemoUpstreams } from '../../../scripts/demo-parts/upstreams/business-systems.ts';

const ISSUER = 'https://portal.gateway.localhost:8443';
const SYSTEMS = [
  {
    id: 'company',
    name: '公司登記系統',
    nameEn: 'Company Registration System',
    origin: 'https://company.gateway.localhost:8443',
  },
  { id: 'image', name: '影像<系統>', nameEn: 'Image & System', origin: 'https://image.gateway.localhost:8443' },
] as const;

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OPTIONS = {
  systems: SYSTEMS,
  issuer: ISSUER,
  jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] },
  host: '127.0.0.1',
};
let running: DemoUpstreams;
beforeAll(async () => {
  running = await startDemoUpstreams(OPTIONS);
});
afterAll(() => running.close());

const company = (): string => running.upstreams.get('company')!.origin;
const companyCounter = (): number => running.upstreams.get('company')!.counter();

/** What the gateway would send along for a person who logged in with a card. */
function assertionFor(audience: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: ISSUER,
    aud: audience,
    sub: '0f8fad5b-d9cb-469f-a165-70867728950e',
    iat: now,
    exp: now + 30,
    jti: 'j1',
    sid: 's1',
    name: '示範<王>小明',
    org: 'demo-county',
    unit: 'commerce',
    roles: ['officer'],
    amr: ['sc', 'pin'],
    acr: 'card',
    auth_time: now,
    cnf: { 'x5t#S256': 'A'.repeat(43) },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'gateway-assertion+jwt', kid: 'k1' })
    .sign(privateKey);
}

async function fetchAs(path: string, init: RequestInit = {}): Promise<Response> {
  const assertion = await assertionFor(SYSTEMS[0].origin);
  return fetch(company() + path, { ...init, headers: { 'X-Gateway-Assertion': assertion } });
}

interface Echo {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: { readonly bytes: number; readonly sha256: string };
  readonly counter: number;
  readonly assertion: {
    readonly verified: boolean;
    readonly code?: string;
    readonly identity?: { readonly name: string };
  };
}

describe('/echo shows what reached the system', () => {
  it('method, target, fields in order and spelling of arrival, body digest', async () => {
    const body = randomBytes(100_000);
    const echo = await new Promise<Echo>((resolve, reject) => {
      const sent = httpRequest(`${company()}/echo?a=1&a=%E4%BD%A0`, {
        method: 'PATCH',
        headers: ['Host', 'x', 'X-One', '1', 'x-two', '2', 'X-One', '3', 'Content-Length', String(body.length)],
      });
      sent.on('error', reject);
      sent.on('response', response => {
        Readable.from(response)
          .toArray()
          .then(chunks => resolve(JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as Echo), reject);
      });
      sent.end(body);
    });
    expect([echo.method, echo.target]).toEqual(['PATCH', '/echo?a=1&a=%E4%BD%A0']);
    const ours = echo.headers.filter(([name]) => /^x-/i.test(name));
    expect(ours).toEqual([
      ['X-One', '1'],
      ['x-two', '2'],
      ['X-One', '3'],
    ]);
    expect(echo.body).toEqual({ bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
  });

  it('names the person where the assertion verifies, the reason where it does not', async () => {
    const verified = (await (await fetchAs('/echo')).json()) as Echo;
    expect(verified.assertion).toMatchObject({ verified: true, identity: { name: '示範<王>小明' } });
    const none = (await (await fetch(`${company()}/echo`)).json()) as Echo;
    expect(none.assertion).toEqual({ verified: false, code: 'assertion-missing' });
    const foreign = await assertionFor(SYSTEMS[1].origin);
    const other = await fetch(`${company()}/echo`, { headers: { 'X-Gateway-Assertion': foreign } });
    expect(((await other.json()) as Echo).assertion).toEqual({ verified: false, code: 'wrong-audience' });
  });

  it("counts every request that reached the system, refused ones too, and no other system's", async () => {
    const before = companyCounter();
    await (await fetch(`${company()}/`)).text();
    await (await fetch(running.upstreams.get('image')!.origin)).text();
    expect(((await (await fetch(`${company()}/echo`)).json()) as Echo).counter).toBe(before + 2);
    expect(companyCounter()).toBe(before + 2);
  });
});

describe('pages', () => {
  it('the start page names the person, escaped, and offers to log out', async () => {
    const response = await fetchAs('/');
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('示範&lt;王&gt;小明');
    expect(html).toContain('公司登記系統');
    expect(html).toContain('href="/.gateway/logout"');
    expect(html).not.toMatch(/<script(?! src)|<style|\son\w+=|style=/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['/', '/events', '/upload', '/slow?ms=0', '/ws', '/page.js', '/nowhere'])(
    'GET %s past the gateway, without an assertion, is 401 (D1-001)',
    async path => {
      const response = await fetch(company() + path);
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('assertion-missing');
    },
  );

  it.each([
    ['GET', '/nowhere', 404],
    ['GET', '/constructor', 404],
    ['POST', '/', 405],
    ['GET', '/upload', 405],
    ['GET', '/ws', 426],
    ['GET', '/page.js', 200],
    ['GET', '/page.css', 200],
  ])('%s %s with one is %d', async (method, path, status) => {
    const response = await fetchAs(path, { method });
    expect(response.status).toBe(status);
    expect((await response.text()).length).toBeGreaterThan(0);
  });

  it("a system's own name is escaped", async () => {
    const html = await (await fetch(running.upstreams.get('image')!.origin)).text();
    expect(html).toContain('影像&lt;系統&gt;');
    expect(html).toContain('Image &amp; System');
  });
});

describe('streams', () => {
  it('/upload digests a streamed body', async () => {
    const chunk = randomBytes(64 * 1024);
    const hash = createHash('sha256');
    const body = Readable.toWeb(
      Readable.from(
        (function* () {
          for (let n = 0; n < 160; n++) {
            hash.update(chunk);
            yield chunk;
          }
        })(),
      ),
    );
    const response = await fetchAs('/upload', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await response.json()).toEqual({ bytes: 160 * chunk.length, sha256: hash.digest('hex') });
  });

  it('/events sends numbered events, and ends with its reader', async () => {
    const response = await fetchAs('/events');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('id: 2\n')) text += (await reader.read()).value ?? '';
    expect(text).toMatch(/^id: 1\nevent: tick\ndata: \{"number":1,"at":"[^"]+"\}\n\nid: 2\n/);
    await reader.cancel();
  });

  it('/ws sends text back as text and binary as binary', async () => {
    const assertion = await assertionFor(SYSTEMS[0].origin);
    const socket = new WebSocket(`${company().replace('http', 'ws')}/ws`, {
      headers: { 'X-Gateway-Assertion': assertion },
    });
    const received: [string, boolean][] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        socket.send('你好');
        socket.send(Buffer.from([0, 255]));
      });
      socket.on('message', (data, isBinary) => {
        received.push([(data as Buffer).toString('hex'), isBinary]);
        if (received.length === 2) resolve();
      });
    });
    socket.terminate();
    expect(received).toEqual([
      [Buffer.from('你好').toString('hex'), false],
      ['00ff', true],
    ]);
  });

  it.each([
    ['/ws', false, 401],
    ['/echo', true, 404],
  ])('an upgrade of %s (identified: %s) is %d', async (path, isIdentified, status) => {
    const headers = isIdentified ? { 'X-Gateway-Assertion': await assertionFor(SYSTEMS[0].origin) } : {};
    const socket = new WebSocket(company().replace('http', 'ws') + path, { headers });
    const answered = await new Promise<number | undefined>(resolve => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('open', () => resolve(101));
      socket.on('error', () => undefined); // follows terminate() below
    });
    expect(answered).toBe(status);
    socket.terminate();
  });

  it.each([
    ['ms=0', 200],
    ['ms=600001', 400],
    ['ms=-1', 400],
    ['ms=1e3', 400],
    ['', 400],
  ])('/slow?%s is %d', async (query, status) => {
    expect((await fetchAs(`/slow?${query}`)).status).toBe(status);
  });
});

describe('peers that go', () => {
  it('an upload that is broken off leaves the system running', async () => {
    const assertion = await assertionFor(SYSTEMS[0].origin);
    const sent = httpRequest(`${company()}/upload`, {
      method: 'POST',
      headers: { 'X-Gateway-Assertion': assertion, 'Content-Length': '1000000' },
    });
    const gone = new Promise(resolve => sent.once('error', resolve));
    const before = companyCounter();
    sent.write(randomBytes(1000));
    while (companyCounter() === before) await new Promise(resolve => setTimeout(resolve, 5));
    sent.destroy(new Error('broken off'));
    await gone;
    expect((await fetchAs('/')).status).toBe(200);
  });

  it('a socket that sends a broken frame is ended', async () => {
    const assertion = await assertionFor(SYSTEMS[0].origin);
    const socket = connect(Number(new URL(company()).port), '127.0.0.1');
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nX-Gateway-Assertion: ${assertion}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await once(socket, 'close');
    expect((await fetchAs('/')).status).toBe(200);
  });

  it('close() ends open streams and sockets, and frees the port', async () => {
    const own = await startDemoUpstreams({ ...OPTIONS, systems: [SYSTEMS[0]] });
    const { origin } = own.upstreams.get('company')!;
    const headers = { 'X-Gateway-Assertion': await assertionFor(SYSTEMS[0].origin) };
    const events = await fetch(`${origin}/events`, { headers });
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers });
    await once(socket, 'open');
    const socketGone = once(socket, 'close');
    await own.close();
    await socketGone;
    await expect(events.text()).rejects.toThrow();
    const ports = { company: Number(new URL(origin).port) };
    const again = await startDemoUpstreams({ ...OPTIONS, systems: [SYSTEMS[0]], ports });
    expect(again.upstreams.get('company')!.origin).toBe(origin);
    await expect(startDemoUpstreams({ ...OPTIONS, systems: [SYSTEMS[0]], ports })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await again.close();
  });
});
