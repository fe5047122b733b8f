import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startGateway, type GatewayUnderTest } from '../gateway/gateway-under-test.ts';
import { launchChromium, type TestBrowser } from '../support/chromium.ts';

let gateway: GatewayUnderTest;
let browser: TestBrowser;
let page: Page;
let folder: string;
const atPortal: string[] = [];
const upgrades: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'http2-browser-'));
  gateway = await startGateway({
    portal: (request, response) => {
      atPortal.push(request.httpVersion);
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('portal');
    },
  });
  gateway.company.answer = (request, response) => {
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(`<title>案件</title>${request.url ?? ''}`);
  };
  const sockets = new WebSocketServer({ noServer: true });
  gateway.company.server.on('upgrade', (request, socket, head) => {
    upgrades.push(request.url ?? '');
    sockets.handleUpgrade(request, socket, head, peer =>
      peer.on('message', (data, binary) => peer.send(data, { binary })),
    );
  });
  writeFileSync(join(folder, 'ca.pem'), gateway.ca);
  browser = await launchChromium({
    ca: join(folder, 'ca.pem'),
    publicAddress: `127.0.0.1:${gateway.port}`,
    switches: [`--host-resolver-rules=MAP *.gateway.test:443 127.0.0.1:${gateway.port}`],
  });
  const context = await browser.browser.newContext();
  const [, value = ''] = (await gateway.logIn()).split('=', 2);
  const url = 'https://company.gateway.test/';
  await context.addCookies([{ name: '__Host-gw', value, url, secure: true, httpOnly: true }]);
  page = await context.newPage();
  await page.goto(`${url}cases`);
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

test('D1-111 Chromium speaks HTTP/2 with a system: the page, and thirty requests of it side by side', async () => {
  expect(await page.textContent('body')).toBe('/cases');
  const protocols = await page.evaluate(async () => {
    const paths = Array.from({ length: 30 }, (_, index) => `/api/${index}`);
    await Promise.all(paths.map(async path => (await fetch(path)).text()));
    return performance
      .getEntries()
      .filter(({ name }) => /\/(?:cases|api\/\d+)$/.test(name))
      .flatMap(entry => ('nextHopProtocol' in entry ? [String(entry.nextHopProtocol)] : []));
  });
  expect(protocols).toHaveLength(31);
  expect(new Set(protocols)).toEqual(new Set(['h2']));
});

test('D1-111 a WebSocket goes by a connection of HTTP/1.1 of its own', async () => {
  const echoed = await page.evaluate(
    () =>
      new Promise(resolve => {
        const socket = new WebSocket('wss://company.gateway.test/ws');
        socket.addEventListener('open', () => socket.send('一'));
        socket.addEventListener('message', event => resolve(event.data));
        socket.addEventListener('error', () => resolve('error'));
      }),
  );
  expect([echoed, upgrades]).toEqual(['一', ['/ws']]);
});

test('asked for the portal on the connection to a system, it is told 421 and asks again on another', async () => {
  await page.evaluate(async () => {
    await fetch('https://portal.gateway.test/notice', { mode: 'no-cors', credentials: 'include' });
  });
  const refusals = gateway.logged.map(({ facts }) => ('code' in facts ? facts.code : ''));
  expect(refusals).toEqual(['host-unknown']);
  expect(atPortal).toEqual(['1.1']);
});
