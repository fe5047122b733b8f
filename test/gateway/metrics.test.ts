import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { listFigures } from '../../src/figures.ts';
import { createOpsListener, type OpsListener } from '../../src/gateway/ops-listener.ts';
import { next, openWebSocket, responseTo, startRequest } from './access-client.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
let ops: OpsListener;
let port: number;
beforeAll(async () => {
  gateway = await startGateway();
  new WebSocketServer({ server: gateway.company.server });
  const { test: rig, listener } = gateway;
  const anchor = { subject: 'CN=示範', sha256: 'ab', notAfter: '2030-01-01T00:00:00Z' };
  const crl = { url: 'http://crl.example.test/1.crl', thisUpdate: null, nextUpdate: null, ageMinutes: 3 };
  const trustReport = () => ({
    anchors: [anchor],
    crls: [crl, { ...crl, url: 'http://none.example.test', ageMinutes: null }],
  });
  rig.metrics.add(listFigures({ gateway: rig.context, trustReport }, listener));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  ops = createOpsListener({ checks: {}, metrics: () => rig.metrics.scrape(), log });
  ({ port } = await ops.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(async () => {
  await ops.close();
  await gateway.close();
});

async function scrape(): Promise<string> {
  const text = await new Promise<string>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics', agent: false }, response => {
      const chunks: Buffer[] = [];
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks).toString()));
    }).on('error', reject);
  });
  return text;
}

/** The value of a figure; undefined where there is none. */
async function figure(name: string): Promise<number | undefined> {
  const line = (await scrape()).split('\n').find(each => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

test('a scrape tells of requests by system, status and reason, of those who are known and who are not', async () => {
  const headers = { Cookie: await gateway.logIn() };
  await gateway.ask('/secret/path?q=1', { headers });
  await gateway.ask('/secret/path');
  await gateway.ask('/', { host: 'factory.gateway.test', headers });
  await gateway.ask('/x', { method: 'POST', headers: { ...headers, Origin: 'https://evil.example' } });
  const requests = (labels: string) => figure(`moica_gateway_requests_total{${labels}}`);
  await expect.poll(() => requests('system="company",channel="http",status="2xx",reason="role-granted"')).toBe(1);
  await expect.poll(() => requests('system="company",channel="http",status="4xx",reason="not-logged-in"')).toBe(1);
  await expect.poll(() => requests('system="factory",channel="http",status="4xx",reason="not-logged-in"')).toBe(1);
  await expect.poll(() => requests('system="company",channel="http",status="4xx",reason="foreign-origin"')).toBe(1);
  await expect.poll(() => figure('moica_gateway_access_records_total{outcome="written"}')).toBe(1);
  expect(await figure('moica_gateway_access_records_total{outcome="lost"}')).toBe(0);
  expect(await figure('moica_gateway_access_records_waiting')).toBe(0);
  expect(await figure('moica_gateway_access_records_writable')).toBe(1);
  expect(await figure('moica_gateway_request_duration_seconds_count{system="company"}')).toBe(1);
});

test('a scrape tells what is under way, and how the servers stand', async () => {
  const cookie = await gateway.logIn();
  const reached = new Promise<() => void>(resolve => {
    gateway.company.answer = (_request, response) => resolve(() => response.end());
  });
  const outgoing = startRequest(gateway, '/slow', cookie);
  outgoing.end();
  const finish = await reached;
  const socket = openWebSocket(gateway, '/ws', cookie);
  await next(socket, 'open');
  const server = `{system="company",server="${gateway.company.origin}"}`;
  expect(await figure('moica_gateway_open_exchanges{kind="request"}')).toBe(1);
  expect(await figure('moica_gateway_open_exchanges{kind="websocket"}')).toBe(1);
  expect(await figure(`moica_gateway_upstream_up${server}`)).toBe(1);
  expect(await figure(`moica_gateway_upstream_requests${server}`)).toBe(2);
  finish();
  (await responseTo(outgoing)).resume();
  socket.close();
  await next(socket, 'close');
  await expect.poll(() => figure('moica_gateway_open_exchanges{kind="request"}')).toBe(0);
  await expect.poll(() => figure('moica_gateway_open_exchanges{kind="websocket"}')).toBe(0);
});

test('a scrape tells of sessions, trust and the version; of no path, account, address or cookie', async () => {
  expect(await figure('moica_gateway_sessions')).toBe(2);
  expect(await figure('moica_gateway_crl_age_seconds{url="http://crl.example.test/1.crl"}')).toBe(180);
  expect(await figure('moica_gateway_crl_age_seconds{url="http://none.example.test"}')).toBeUndefined();
  expect(await figure('moica_gateway_trust_anchor_expiry_seconds{sha256="ab"}')).toBe(1_893_456_000);
  const text = await scrape();
  expect(text).toMatch(/^moica_gateway_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  expect(text).not.toContain('/secret');
  expect(text).not.toContain(gateway.test.account.id);
  expect(text).not.toContain(gateway.test.account.loginName);
});
