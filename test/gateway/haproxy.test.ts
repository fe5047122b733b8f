import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findFreePort } from '../../scripts/demo-parts/ports.ts';
import { listenWith, startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

const SHIPPED = new URL('../../config/deploy/haproxy/gateway-nodes.cfg', import.meta.url);
const believed = { proxyProtocol: ['127.0.0.1'], trustedProxies: [] };

let first: GatewayUnderTest;
let second: Omit<GatewayUnderTest, 'close'>;
let haproxy: ChildProcess;
let folder: string;
let port: number;
let cookie: string;
beforeAll(async () => {
  first = await startGateway({ believed });
  second = await listenWith(first.test, first.company, first.factory, { believed });
  cookie = await first.logIn();
  port = await findFreePort();
  folder = mkdtempSync(join(tmpdir(), 'gateway-haproxy-'));
  const shipped = readFileSync(SHIPPED, 'utf8')
    .replace('bind :443', `bind 127.0.0.1:${port}`)
    .replace('bind :8444', `bind 127.0.0.1:${await findFreePort()}`)
    .replaceAll('10.1.2.11:443', `127.0.0.1:${first.port}`)
    // One node has its headers with a checksum.
    .replaceAll('10.1.2.12:443', `127.0.0.1:${second.port} proxy-v2-options crc32c`);
  writeFileSync(join(folder, 'haproxy.cfg'), shipped);
  // Tied to this process by the kernel: should the test be killed, it ends too.
  haproxy = spawn('/usr/bin/setpriv', [
    '--pdeathsig=TERM',
    '/usr/sbin/haproxy',
    '-db',
    '-f',
    join(folder, 'haproxy.cfg'),
  ]);
  await vi.waitUntil(
    () =>
      ask('127.0.0.1').then(
        () => true,
        () => false,
      ),
    { timeout: 10_000 },
  );
});
afterAll(async () => {
  const ended = new Promise(resolve => haproxy.once('exit', resolve));
  haproxy.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
  await second.listener.close(0);
  await first.close();
});

/** One request through HAProxy from this loopback address; the address that the system was told. */
async function ask(from: string): Promise<string> {
  const target = `/${from}/${Math.random()}`;
  await new Promise<void>((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: target,
        localAddress: from,
        servername: 'company.gateway.test',
        rejectUnauthorized: false,
        agent: false,
        headers: { Host: 'company.gateway.test', Cookie: cookie, 'X-Forwarded-For': '198.51.100.1' },
      },
      response => response.resume().once('end', resolve),
    );
    outgoing.once('error', reject).end();
  });
  const received = first.company.received.find(each => each.target === target);
  return valuesOf(received?.rawHeaders ?? [], 'x-forwarded-for').join();
}

describe('HAProxy before two nodes, by the configuration that is shipped', () => {
  test('D3-01 names each client by PROXY v2, and the systems are told that address', async () => {
    const clients = Array.from({ length: 20 }, (_, index) => `127.0.9.${index + 1}`);
    expect(await Promise.all(clients.map(ask))).toEqual(clients);
  });

  test('has its checks answered (LOCAL), so that a node stays in use', async () => {
    // Two rounds of checks, every two seconds: one that failed would take the node out.
    await new Promise(resolve => setTimeout(resolve, 4_500));
    expect(await ask('127.0.9.9')).toBe('127.0.9.9');
    const refused = [...first.logged, ...second.logged].filter(({ message }) => message.includes('PROXY'));
    expect(refused).toEqual([]);
  });

  test('goes on with the other node when one is gone', async () => {
    await second.listener.close(0);
    const clients = ['127.0.9.30', '127.0.9.31', '127.0.9.32', '127.0.9.33'];
    expect(await Promise.all(clients.map(ask))).toEqual(clients);
  });
});
