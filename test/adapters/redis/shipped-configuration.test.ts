import { randomUUID } from 'node:crypto';
import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { createRedisSessionStore } from '../../../src/adapters/redis/session-store.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import { runRedis, startOnFreePort } from '../../support/redis.ts';

const SHIPPED = new URL('../../../config/deploy/redis/', import.meta.url);
const PORTAL_HOST = 'portal.gateway.test';

let folder: string;
let server: ChildProcess;
let port: number;
let ca: string;
let connection: RedisConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-shipped-redis-'));
  const [key, certificate] = [join(folder, 'redis.key'), join(folder, 'redis.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'].concat([
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      certificate,
    ]),
    { stdio: 'ignore' },
  );
  ca = readFileSync(certificate, 'utf8');
  writeFileSync(join(folder, 'ca.pem'), ca);
  writeFileSync(join(folder, 'users.acl'), readFileSync(new URL('users.acl', SHIPPED)));
  ({ process: server, port } = await startOnFreePort(undefined, free => {
    const configuration = readFileSync(new URL('redis.conf', SHIPPED), 'utf8')
      .replaceAll('/etc/redis/tls', folder)
      .replaceAll('/etc/redis', folder)
      .replace('bind 10.1.2.21 127.0.0.1', 'bind 127.0.0.1')
      .replace('tls-port 6379', `tls-port ${free}`)
      // There is no replica here.
      .replace('min-replicas-to-write 1', 'min-replicas-to-write 0');
    writeFileSync(join(folder, 'redis.conf'), `${configuration}\ndir ${folder}\n`);
    return runRedis('/usr/bin/redis-server', [join(folder, 'redis.conf')]);
  }));
  connection = await openRedis(
    {
      server: { host: 'localhost', port },
      user: 'gateway',
      password: 'change-me-gateway',
      tls: { ca },
      keyPrefix: 'gateway:',
    },
    { onAway: fail, onBack: fail, onWarning: fail, onClockJump: fail },
  );
});
afterAll(async () => {
  connection.close();
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

function fail(told?: unknown): void {
  throw new Error(`Redis has something to tell: ${String(told)}`);
}

test('the shipped configuration of Redis lets its user do all that sessions need', async () => {
  const limits = {
    idleMs: 60_000,
    lifetimeMs: 600_000,
    concurrent: { account: 2, card: 2, 'card-tls': 2, 'one-day-password': 2 },
  };
  const store = createRedisSessionStore(connection, { limits, portalHost: PORTAL_HOST, now: Date.now });
  try {
    const session = {
      reference: randomUUID(),
      accountId: randomUUID(),
      method: 'card',
      authenticatedAt: new Date(),
      certificateSha256: null,
      endsAt: null,
      clientAddress: '192.0.2.1',
    } as const;
    await store.open(session, hashSecret('portal'));
    expect(await store.addHostCookie(session.reference, 'company.gateway.test', hashSecret('own'), null)).toBe(true);
    expect(await store.check('company.gateway.test', hashSecret('own'), true)).toMatchObject({ alive: true });
    expect((await store.describe([session.reference])).size).toBe(1);
    expect(await store.listLive(null)).toEqual({ sessions: [session], next: null });
    await expect.poll(() => store.isListening()).toBe(true);
    await store.sweep();
    expect(await store.end(session.reference, 'logout')).toBe(true);
    expect(await store.check('company.gateway.test', hashSecret('own'), true)).toMatchObject({ alive: false });
  } finally {
    store.close();
  }
});

test('and nothing else: no other keys, no settings, no flushing; nobody without a password', async () => {
  const { client } = connection;
  await expect(client.set('other', '1')).rejects.toThrow('NOPERM');
  await expect(client.eval("return redis.call('SET', 'other', '1')", 0)).rejects.toThrow(/user executing the script/);
  await expect(client.config('SET', 'maxmemory-policy', 'allkeys-lru')).rejects.toThrow('NOPERM');
  await expect(client.flushall()).rejects.toThrow('NOPERM');
  await expect(client.keys('*')).rejects.toThrow('NOPERM');
  const stranger = new Redis({
    host: 'localhost',
    port,
    tls: { ca },
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
  });
  stranger.on('error', () => undefined);
  await expect(stranger.get('gateway:due')).rejects.toThrow('NOAUTH');
  stranger.disconnect();
});
