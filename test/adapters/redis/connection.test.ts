import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectionOptions } from '../../../src/adapters/redis/connection-options.ts';
import { openRedis, redisScript, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { UnusableRedisFault } from '../../../src/adapters/redis/server-check.ts';
import { createRedisEphemeralStore } from '../../../src/adapters/redis/ephemeral-store.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { startRedis, type PrivateRedis } from '../../support/redis.ts';
import { connect, listenIn, settingsFor } from '../../support/redis-stand.ts';
import { aCookie, aSession, PORTAL, startNode, type TestNode } from './nodes.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const opened: (TestNode | RedisConnection)[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** The fault that `act` ends with. */
async function faultOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => 'no fault',
    (fault: unknown) => fault,
  );
}

/** A server that says it is Redis of some version; it can do nothing else. */
async function startServerOfVersion(version: string): Promise<{ port: number; stop(): Promise<void> }> {
  const facts = `redis_version:${version}\r\nmaxmemory_policy:noeviction\r\n`;
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    socket.setEncoding('latin1').on('data', (text: string) => {
      // Each command is an array of strings, whose first says what it is.
      for (const [, name = ''] of text.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(name.toLowerCase() === 'info' ? `$${facts.length}\r\n${facts}\r\n` : '+OK\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: address.port, stop };
}

async function openNode() {
  const told = listenIn();
  const node = startNode(await openRedis(settingsFor(redis), told.events));
  opened.push(node);
  return { ...node, told };
}

describe('a start refuses', () => {
  const start = async (changes: Parameters<typeof settingsFor>[1], told = listenIn()) => {
    const connection = await openRedis(settingsFor(redis, changes), told.events);
    opened.push(connection);
  };

  test.each(['volatile-lru', 'allkeys-lfu', 'volatile-ttl', 'allkeys-random'])(
    'a Redis that evicts: %s',
    async policy => {
      const admin = await connect(settingsFor(redis));
      opened.push(admin);
      await admin.client.config('SET', 'maxmemory-policy', policy);
      try {
        const fault = await faultOf(start({}));
        expect(fault).toBeInstanceOf(UnusableRedisFault);
        expect(String(fault)).toContain(`maxmemory-policy of Redis is ${policy}`);
      } finally {
        await admin.client.config('SET', 'maxmemory-policy', 'noeviction');
      }
      await start({});
    },
  );

  test.each([
    ['5.0.14', false],
    ['6.0.16', false],
    ['6.2.0', true],
    ['8.0.1', true],
  ])('a Redis that is too old: %s is taken: %s', async (version, isTaken) => {
    const server = await startServerOfVersion(version);
    try {
      const fault = await faultOf(start({ server: { host: '127.0.0.1', port: server.port } }));
      if (isTaken) expect(fault).toBe('no fault');
      else expect(fault).toBeInstanceOf(UnusableRedisFault);
    } finally {
      await server.stop();
    }
  });

  test('a Redis elsewhere without TLS, also one that a Sentinel names', () => {
    const elsewhere = { host: 'redis.example', port: 6379 };
    const settings = { keyPrefix: 'x:', server: elsewhere };
    expect(() => connectionOptions(settings, 'asking')).toThrow('TLS must be configured');
    expect(connectionOptions({ ...settings, tls: { ca: 'CA' } }, 'asking').tls).toMatchObject({ ca: 'CA' });
    const watched = { name: 'm', sentinels: [{ host: '127.0.0.1', port: 1 }] };
    const { natMap } = connectionOptions({ ...settings, server: watched }, 'asking');
    if (typeof natMap !== 'function') throw new Error('Masters go unchecked.');
    expect(() => natMap('10.0.0.1:6379')).toThrow('TLS must be configured');
    expect(natMap('127.0.0.1:6379')).toBeNull();
  });

  test('what is not there, a wrong password, and a certificate of nobody known; the reason is said', async () => {
    const secured = await startRedis({ tls: true });
    const other = await startRedis({ tls: true });
    try {
      const attempts = [
        [settingsFor(redis, { server: { host: '127.0.0.1', port: 1 } }), 'ECONNREFUSED'],
        [settingsFor(redis, { password: 'wrong-secret' }), 'WRONGPASS'],
        [settingsFor(secured, { tls: { ca: other.ca ?? '' } }), 'self-signed certificate'],
        [settingsFor(redis, { tls: { ca: secured.ca ?? '' } }), ''],
      ] as const;
      const faults = await Promise.all(attempts.map(([settings]) => faultOf(openRedis(settings, listenIn().events))));
      for (const [index, fault] of faults.entries()) {
        expect(fault).toBeInstanceOf(StoreFault);
        expect(String(fault)).toContain(attempts[index]?.[1] ?? '');
        expect(String(fault)).not.toContain('wrong-secret');
      }
    } finally {
      await secured.stop();
      await other.stop();
    }
  });
});

describe('a user of the gateway alone', () => {
  test('works with the rights that the configuration names; one who may not ask for facts is a warning', async () => {
    const admin = await connect(settingsFor(redis));
    opened.push(admin);
    const rights = ['on', '>open-sesame', '~gw:*', '&gw:*', '+@all', '-@admin', '-@dangerous'];
    await admin.client.call('ACL', 'SETUSER', 'gateway', ...rights, '+info');
    await admin.client.call('ACL', 'SETUSER', 'mute', ...rights);
    for (const [user, warnings] of [
      ['gateway', 0],
      ['mute', 2],
    ] as const) {
      const told = listenIn();
      const settings = settingsFor(redis, { user, password: 'open-sesame', keyPrefix: 'gw:' });
      const node = startNode(await openRedis(settings, told.events));
      opened.push(node);
      expect(told.warnings).toHaveLength(warnings);
      const [session, cookie] = [aSession(), aCookie()];
      await node.store.open(session, cookie);
      expect(await node.store.check(PORTAL, cookie, true)).toMatchObject({ alive: true });
      await expect.poll(() => node.store.isListening()).toBe(true);
      await node.store.browserSessions.save(cookie, '{}', new Date(Date.now() + 60_000));
      await node.store.sweep();
      await node.store.ping();
      const codes = createRedisEphemeralStore(node.connection, { now: Date.now });
      await codes.put('entry-count', 'key', 2, new Date(Date.now() + 60_000));
      expect(await codes.take('entry-count', 'key')).toBe(2);
      expect(await node.store.end(session.reference, 'logout')).toBe(true);
    }
  });
});

describe('Redis away', () => {
  test('every operation is a fault, told once; it comes back by itself, and what it has lost is over', async () => {
    const { store, told, connection } = await openNode();
    const [session, cookie] = [aSession(), aCookie()];
    await store.open(session, cookie);
    await expect.poll(() => store.isListening()).toBe(true);
    await redis.kill();
    const later = new Date(Date.now() + 60_000);
    const faults = await Promise.all(
      [
        store.open(aSession(), aCookie()),
        store.addHostCookie(session.reference, PORTAL, aCookie(), null),
        store.check(PORTAL, cookie, true),
        store.end(session.reference, 'logout'),
        store.endAllOf(session.accountId, 'logout'),
        store.listLiveOf(session.accountId),
        store.listLive(null),
        store.describe([session.reference]),
        store.sweep(),
        store.ping(),
        store.browserSessions.load(cookie),
        store.browserSessions.save(cookie, '{"secret":1}', later),
        store.browserSessions.destroy(cookie),
      ].map(faultOf),
    );
    for (const fault of faults) {
      expect(fault).toBeInstanceOf(StoreFault);
      expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('secret');
      expect(fault).not.toHaveProperty('cause');
    }
    await expect.poll(() => store.isListening()).toBe(false);
    await expect.poll(() => told.states).toEqual(['away']);
    await redis.restart();
    await expect.poll(() => faultOf(store.ping())).toBe('no fault');
    await expect.poll(() => store.isListening()).toBe(true);
    expect(told.states).toEqual(['away', 'back']);
    expect(await store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: null });
    expect(connection.client.status).toBe('ready');
  });

  test('one that hangs is a fault within the limit, and is given up; it comes back by itself', async () => {
    const { store, told } = await openNode();
    const [session, cookie] = [aSession(), aCookie()];
    await store.open(session, cookie);
    await expect.poll(() => store.isListening()).toBe(true);
    process.kill(redis.pid, 'SIGSTOP');
    try {
      const fault = await Promise.race([faultOf(store.check(PORTAL, cookie, true)), pause(20_000, 'no answer')]);
      expect(fault).toBeInstanceOf(StoreFault);
      await expect.poll(() => store.isListening()).toBe(false);
      await expect.poll(() => told.states).toEqual(['away']);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await expect.poll(() => faultOf(store.ping())).toBe('no fault');
    await expect.poll(() => store.isListening()).toBe(true);
    expect(await store.check(PORTAL, cookie, true)).toMatchObject({ alive: true });
  });

  test('what was under way when the connection broke is a fault, and is not sent again', async () => {
    const { store, connection } = await openNode();
    const { client, settings } = connection;
    const slow = redisScript("redis.call('INCR', ARGV[1] .. 'count') for i = 1, 3e7 do end return {0, 0, 1}");
    await client.script('LOAD', slow.lua);
    const running = faultOf(connection.run(slow, []));
    client.stream.destroy();
    expect(await running).toBeInstanceOf(StoreFault);
    await expect.poll(() => faultOf(store.ping())).toBe('no fault');
    await pause(500);
    expect(await client.get(`${settings.keyPrefix}count`)).toBe('1');
  });

  test('a subscription that breaks is made anew by itself', async () => {
    const node = await openNode();
    const other = startNode(await connect(node.connection.settings));
    opened.push(other);
    await expect.poll(() => node.store.isListening()).toBe(true);
    const isBack = new Promise(resolve => node.connection.listener.once('ready', resolve));
    await other.connection.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await isBack;
    await pause(1_200);
    expect(node.store.isListening()).toBe(true);
    const session = aSession();
    await other.store.open(session, aCookie());
    await other.store.end(session.reference, 'administrator');
    await expect.poll(() => node.ends).toEqual([[session.reference, 'administrator']]);
  });

  test('one that comes back with another policy, as a replica that took over may, is told of', async () => {
    const { connection, told } = await openNode();
    await connection.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      connection.client.stream.destroy();
      await expect.poll(() => told.states).toEqual(['away', 'back']);
      await expect
        .poll(() => told.warnings)
        .toEqual([expect.stringContaining('maxmemory-policy of Redis is allkeys-lru')]);
    } finally {
      await connection.client.config('SET', 'maxmemory-policy', 'noeviction');
    }
    connection.client.stream.destroy();
    await expect.poll(() => told.states).toHaveLength(4);
    expect(told.warnings).toHaveLength(1);
  });

  test('connections that ioredis has given up are made anew; closed ones are not', async () => {
    const { store, connection, told } = await openNode();
    connection.client.disconnect();
    connection.listener.disconnect();
    await expect.poll(() => told.states).toEqual(['away']);
    await expect.poll(() => faultOf(store.ping())).toBe('no fault');
    await expect.poll(() => store.isListening()).toBe(true);
    expect(told.states).toEqual(['away', 'back']);
    connection.close();
    await pause(1_000);
    expect([connection.client.status, connection.listener.status]).toEqual(['end', 'end']);
    expect(told.states).toEqual(['away', 'back']);
  });

  test('out of memory nobody is let in, and sessions still end', async () => {
    const { store, connection } = await openNode();
    const [session, cookie] = [aSession(), aCookie()];
    await store.open(session, cookie);
    await connection.client.config('SET', 'maxmemory', '1mb');
    try {
      expect(await faultOf(store.open(aSession(), aCookie()))).toBeInstanceOf(StoreFault);
      expect(await store.check(PORTAL, cookie, false)).toMatchObject({ alive: true });
      expect(await store.end(session.reference, 'administrator')).toBe(true);
      expect(await store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'administrator' });
    } finally {
      await connection.client.config('SET', 'maxmemory', '0');
    }
  });

  test('a server that was made a replica is left, and refused while it is one', async () => {
    const { store, told } = await openNode();
    const [session, cookie] = [aSession(), aCookie()];
    await store.open(session, cookie);
    const admin = await connect(settingsFor(redis));
    opened.push(admin);
    await admin.client.replicaof('127.0.0.1', 1);
    try {
      expect(await faultOf(store.check(PORTAL, cookie, true))).toBeInstanceOf(StoreFault);
      await expect.poll(() => told.states).toContain('away');
    } finally {
      await admin.client.replicaof('NO', 'ONE');
    }
    await expect.poll(() => faultOf(store.check(PORTAL, cookie, true))).toBe('no fault');
  });
});
