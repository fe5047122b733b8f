import { Agent } from 'node:https';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const MANY = 1_000;
/** Opened side by side: more would only wait for each other's handshakes. */
const AT_ONCE = 50;
/** How long anything may outlive its session. */
const LIMIT_MS = 2_000;

let gateway: GatewayUnderTest;
let peers: WebSocketServer;

beforeAll(async () => {
  gateway = await startGateway();
  peers = new WebSocketServer({ noServer: true });
  peers.on('connection', peer => peer.on('message', data => peer.send(data)));
  gateway.company.server.on('upgrade', (request, socket, head) =>
    peers.handleUpgrade(request, socket, head, peer => peers.emit('connection', peer, request)),
  );
});
afterAll(() => gateway.close());

test(`${MANY} WebSockets of a session are closed within two seconds of its end, at both sides; another session's stays`, async () => {
  const { sessions } = gateway.test.context;
  const [ending, staying] = [await gateway.test.openSession(), await gateway.test.openSession()];
  const open = openerFor(gateway);
  const cookie = await ending.cookieFor('company');
  const other = await open(await staying.cookieFor('company'));
  const sockets: WebSocket[] = [];
  while (sockets.length < MANY)
    sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => open(cookie)))));
  expect(peers.clients.size).toBe(MANY + 1);

  const farewells = sockets.map(
    socket =>
      new Promise<{ said: string; atMs: number }>(resolve => {
        socket.once('close', (code, reason) =>
          resolve({ said: `${code} ${reason.toString('utf8')}`, atMs: performance.now() }),
        );
      }),
  );
  const endedAtMs = performance.now();
  await sessions.end(ending.session.reference, 'administrator');
  const heard = await Promise.all(farewells);
  expect(new Set(heard.map(({ said }) => said))).toEqual(new Set(['1008 session-over:administrator']));
  expect(Math.max(...heard.map(({ atMs }) => atMs)) - endedAtMs).toBeLessThan(LIMIT_MS);
  await vi.waitUntil(() => peers.clients.size === 1, { timeout: LIMIT_MS });
  expect(gateway.listener.upstreamStates().reduce((sum, { underWay }) => sum + underWay, 0)).toBe(1);

  const echo = new Promise(resolve => other.once('message', resolve));
  other.send('登記');
  expect(String(await echo)).toBe('登記');
  other.terminate();
});

function openerFor({ port, ca }: GatewayUnderTest): (cookie: string) => Promise<WebSocket> {
  // One TLS session for all: what is shown is not how fast handshakes are.
  const agent = new Agent({ ca, servername: 'company.gateway.test', maxCachedSessions: 1 });
  return cookie =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, {
        agent,
        perMessageDeflate: false,
        headers: {
          Host: 'company.gateway.test',
          Origin: 'https://company.gateway.test',
          Cookie: `__Host-gw=${cookie}`,
        },
      });
      socket.once('open', () => resolve(socket)).once('error', reject);
    });
}
