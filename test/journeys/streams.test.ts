import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { openSystemPage } from '../../scripts/demo-parts/log-in.ts';
import { createWebClient, type WebClient } from '../../scripts/demo-parts/web-client.ts';
import { personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';

let temporary: TemporaryDemo;
let company: string;
let ca: Buffer;

beforeAll(async () => {
  temporary = await startTemporaryDemo();
  company = systemOf(temporary.demo, 'company');
  ca = readFileSync(temporary.demo.ca);
  await insertCard(temporary.folder.cards, 'county-user');
});
afterAll(() => temporary.close());

async function loggedIn(): Promise<{ client: WebClient; cookie: string }> {
  const client = createWebClient(ca);
  const { portal, cardAgent } = temporary.demo;
  const { pin } = personOf(temporary.demo, 'county-user');
  const answer = await openSystemPage(client, { url: `${company}/echo`, portal, agent: cardAgent, pin });
  expect(answer.status).toBe(200);
  const value = client.cookies(new URL(company).hostname).get('__Host-gw') ?? '';
  return { client, cookie: `__Host-gw=${value}` };
}

function target(path: string) {
  const { hostname, host, port } = new URL(company);
  return { host: '127.0.0.1', port, servername: hostname, ca, path, headers: { host } };
}

function openSocket(cookie: string | undefined, origin = company): WebSocket {
  const { hostname, host, port } = new URL(company);
  return new WebSocket(`wss://127.0.0.1:${port}/ws`, {
    agent: new Agent({ ca, servername: hostname }),
    origin,
    headers: { host, ...(cookie === undefined ? {} : { cookie }) },
  });
}

function statusOfRefusal(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response: IncomingMessage) => resolve(response.statusCode));
    socket.once('open', () => reject(new Error('The socket was opened.')));
    socket.on('error', () => undefined);
  });
}

test('a WebSocket passes, and is closed with a reason when the session ends (D3-01, D1-111)', async () => {
  const { client, cookie } = await loggedIn();
  const socket = openSocket(cookie);
  const echoed = await new Promise<string>((resolve, reject) => {
    socket.once('open', () => socket.send('登記'));
    socket.on('message', data => {
      const text = (data as Buffer).toString('utf8');
      if (text.includes('登記')) resolve(text);
    });
    socket.once('error', reject);
  });
  expect(echoed).toContain('登記');

  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  await client.send(`${company}/.gateway/logout`, { method: 'POST', headers: { origin: company } });
  const { code, reason } = await closed;
  expect(code).toBe(1008);
  expect(reason).toBe('session-over:logout');
});

test.each([
  ['without a session', undefined, undefined, 401],
  ['from another system', 'own', 'https://business.gateway.localhost', 403],
])('a WebSocket %s is refused (D1-111)', async (_name, session, origin, status) => {
  const cookie = session === undefined ? undefined : (await loggedIn()).cookie;
  expect(await statusOfRefusal(openSocket(cookie, origin))).toBe(status);
});

test('server-sent events arrive one by one, and end with the session', async () => {
  const { client, cookie } = await loggedIn();
  const options = target('/events');
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ ...options, headers: { ...options.headers, cookie, accept: 'text/event-stream' } }, resolve)
      .once('error', reject)
      .end();
  });
  expect(stream.headers['content-type']).toContain('text/event-stream');
  const pieces: string[] = [];
  const ended = new Promise<void>(resolve => {
    stream.once('close', () => resolve());
    stream.on('error', () => undefined);
  });
  await new Promise<void>(resolve => {
    stream.on('data', (chunk: Buffer) => {
      pieces.push(chunk.toString('utf8'));
      if (pieces.join('').split('data:').length > 3) resolve();
    });
  });
  // three events, a second apart, came in pieces of their own: nothing holds them back
  expect(pieces.length).toBeGreaterThanOrEqual(3);
  await client.send(`${company}/.gateway/logout`, { method: 'POST', headers: { origin: company } });
  await ended;
  expect(pieces.at(-1)).toBe('event: gateway-session-over\ndata: {"reason":"logout"}\n\n');
  expect(stream.complete).toBe(true);
});

test('an upload arrives whole', async () => {
  const { client } = await loggedIn();
  const body = randomBytes(5_000_000);
  const answer = await client.send(`${company}/upload`, { method: 'POST', body, headers: { origin: company } });
  expect(JSON.parse(answer.text)).toMatchObject({
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  });
});
