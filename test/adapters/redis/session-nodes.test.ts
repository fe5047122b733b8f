import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RedisSettings } from '../../../src/adapters/redis/connection-options.ts';
import { startRedis, type PrivateRedis } from '../../support/redis.ts';
import { connect, connectStill, settingsFor, StillClock } from '../../support/redis-stand.ts';
import { aCookie, aSession, COMPANY, HOUR, PORTAL, startNode, type TestNode } from './nodes.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const nodes: TestNode[] = [];
afterEach(() => {
  for (const node of nodes.splice(0)) node.close();
});

async function addNode(settings: RedisSettings, clock?: StillClock): Promise<TestNode> {
  const node = startNode(await (clock === undefined ? connect(settings) : connectStill(settings, clock)));
  nodes.push(node);
  await expect.poll(() => node.store.isListening()).toBe(true);
  return node;
}

async function twoNodes(clock?: StillClock): Promise<[TestNode, TestNode]> {
  const settings = settingsFor(redis);
  return [await addNode(settings, clock), await addNode(settings, clock)];
}

describe('two nodes', () => {
  test('a login on one is a session on the other, and its end on the other is heard on both, once', async () => {
    const [one, other] = await twoNodes();
    const session = aSession();
    const cookie = aCookie();
    await one.store.open(session, cookie);
    expect(await other.store.check(PORTAL, cookie, true)).toMatchObject({ alive: true, live: { session } });
    expect(await other.store.end(session.reference, 'administrator')).toBe(true);
    expect(other.ends).toEqual([[session.reference, 'administrator']]);
    expect(await one.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'administrator' });
    await expect.poll(() => one.ends).toEqual([[session.reference, 'administrator']]);
    await pause(200);
    expect([one.ends.length, other.ends.length]).toEqual([1, 1]);
    expect([one.expired, other.expired]).toEqual([[], []]);
  });

  test('an expiry is heard on both, and recorded by one, however many look', async () => {
    const clock = new StillClock();
    const [one, other] = await twoNodes(clock);
    const sessions = Array.from({ length: 300 }, () => aSession());
    const cookies = sessions.map(aCookie);
    await Promise.all(sessions.map((session, index) => one.store.open(session, cookies[index] ?? '')));
    clock.advance(4 * HOUR + 1);
    await Promise.all([
      one.store.sweep(),
      other.store.sweep(),
      ...cookies.map(cookie => one.store.check(PORTAL, cookie, true)),
      ...sessions.map(({ reference }) => other.store.end(reference, 'logout')),
    ]);
    const all = sessions.map(({ reference }): [string, string] => [reference, 'idle']).sort();
    expect([...one.expired, ...other.expired].sort()).toEqual(all);
    await expect.poll(() => one.ends.length === 300 && other.ends.length === 300).toBe(true);
    expect(one.ends.sort()).toEqual(all);
    expect(other.ends.sort()).toEqual(all);
  });

  test('one swept session is judged by its last touch, not by when it was opened', async () => {
    const clock = new StillClock();
    const [one, other] = await twoNodes(clock);
    const cookie = aCookie();
    await one.store.open(aSession(), cookie);
    for (const _hour of [1, 2, 3]) {
      clock.advance(3 * HOUR);
      await other.store.check(PORTAL, cookie, true);
      await one.store.sweep();
    }
    expect(one.ends).toEqual([]);
    clock.advance(3 * HOUR + 1);
    await one.store.sweep();
    expect(one.expired).toEqual([[one.ends[0]?.[0], 'lifetime']]);
  });

  test('D1-098 of sessions opened, touched and ended on both at once, none that has ended is served again', async () => {
    const [one, other] = await twoNodes();
    const served: string[] = [];
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const session = aSession();
        const cookie = aCookie();
        await one.store.open(session, cookie);
        const end = { isKnown: false };
        const ending = other.store.end(session.reference, 'logout').then(() => (end.isKnown = true));
        for (let times = 0; times < 20; times += 1) {
          const wasOver = end.isKnown;
          const check = await (times % 2 === 0 ? one : other).store.check(PORTAL, cookie, true);
          if (wasOver && check.alive) served.push(session.reference);
        }
        await ending;
        if ((await one.store.check(PORTAL, cookie, true)).alive) served.push(session.reference);
        expect(await one.store.addHostCookie(session.reference, COMPANY, aCookie(), null)).toBe(false);
      }),
    );
    expect(served).toEqual([]);
  });

  test('of logins at once on both, never more stand than may; whoever was pushed out is told by whom', async () => {
    const [one, other] = await twoNodes();
    const { accountId } = aSession();
    const logins = Array.from({ length: 20 }, (_, index) => ({
      session: aSession({ accountId, clientAddress: `192.0.2.${index}` }),
      cookie: aCookie(),
    }));
    const gaveWay = await Promise.all(
      logins.map(({ session, cookie }, index) => (index % 2 === 0 ? one : other).store.open(session, cookie)),
    );
    const pushedOut = gaveWay.flat().map(({ reference }) => reference);
    expect(new Set(pushedOut).size).toBe(16);
    expect(pushedOut).toHaveLength(16);
    const standing = await one.store.listLiveOf(accountId);
    expect(standing).toHaveLength(4);
    for (const [index, { session }] of logins.entries()) {
      for (const { reference } of gaveWay[index] ?? []) {
        const cookie = logins.find(login => login.session.reference === reference)?.cookie ?? '';
        expect(await other.store.check(PORTAL, cookie, true)).toEqual({
          alive: false,
          endedBecause: 'replaced',
          replacedBy: { method: 'card', clientAddress: session.clientAddress, at: session.authenticatedAt },
        });
      }
    }
  });

  test('gateways of different prefixes on one Redis know nothing of each other', async () => {
    const [one, stranger] = [await addNode(settingsFor(redis)), await addNode(settingsFor(redis))];
    const session = aSession();
    const cookie = aCookie();
    await one.store.open(session, cookie);
    expect(await stranger.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: null });
    expect(await stranger.store.end(session.reference, 'logout')).toBe(false);
    await one.store.end(session.reference, 'logout');
    await pause(100);
    expect(stranger.ends).toEqual([]);
  });
});

describe('what knows no session', () => {
  test('names that are no UUID lead nowhere, and open nothing', async () => {
    const { store } = await addNode(settingsFor(redis));
    const session = aSession();
    await store.open(session, aCookie());
    for (const name of ['', 'x', session.reference.toUpperCase(), `${session.reference} `, '*', '__proto__']) {
      expect(await store.end(name, 'logout')).toBe(false);
      expect(await store.addHostCookie(name, COMPANY, aCookie(), null)).toBe(false);
      expect(await store.endAllOf(name, 'logout')).toEqual([]);
      expect(await store.listLiveOf(name)).toEqual([]);
      expect(await store.describe([name])).toEqual(new Map());
    }
    await expect(store.open(aSession({ reference: 'x' }), aCookie())).rejects.toThrow(RangeError);
    expect(await store.listLiveOf(session.accountId)).toEqual([session]);
  });

  test('the reference, also as Redis has it, is no cookie', async () => {
    const { store, connection } = await addNode(settingsFor(redis));
    const session = aSession();
    await store.open(session, aCookie());
    const packed = Buffer.from(session.reference.replaceAll('-', ''), 'hex').toString('base64url');
    for (const value of [session.reference, packed]) {
      expect(await store.check(PORTAL, value, true)).toEqual({ alive: false, endedBecause: null });
    }
    expect(await connection.client.exists(`${connection.settings.keyPrefix}s:${packed}`)).toBe(1);
  });

  test('what is not ours under our prefix is refused as a fault, not taken for a session', async () => {
    const { store, connection } = await addNode(settingsFor(redis));
    const { keyPrefix } = connection.settings;
    const cookie = aCookie();
    const session = aSession();
    await store.open(session, cookie);
    const [key = ''] = await connection.client.keys(`${keyPrefix}s:*`);
    await connection.client.hset(key, 'm', 'god-mode');
    await expect(store.check(PORTAL, cookie, true)).rejects.toThrow('not what this version writes');
    await connection.client.hset(key, 'o', 'yesterday');
    await expect(store.check(PORTAL, cookie, true)).rejects.toThrow('Redis could not be asked');
    await connection.client.del(key);
    expect(await store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: null });
  });
});

describe('a full store of browser sessions', () => {
  test('drops strangers, and keeps those of live sessions; full of people at work, it refuses', async () => {
    const node = startNode(await connect(settingsFor(redis)), { browserLimit: 3 });
    nodes.push(node);
    const { browserSessions } = node.store;
    const later = new Date(Date.now() + HOUR);
    const [person, session] = [aCookie(), aSession()];
    await node.store.open(session, person);
    await browserSessions.save(person, '{"at":"work"}', later);
    const strangers = Array.from({ length: 20 }, aCookie);
    for (const [index, cookie] of strangers.entries()) {
      await browserSessions.save(cookie, '{}', new Date(later.getTime() + index));
    }
    expect(await browserSessions.load(person)).toBe('{"at":"work"}');
    // The newest, and one more: of those saved within one millisecond nobody knows which was first.
    expect(await browserSessions.load(strangers.at(-1) ?? '')).toBe('{}');
    const left = await Promise.all(strangers.map(cookie => browserSessions.load(cookie)));
    expect(left.filter(state => state !== undefined)).toHaveLength(2);
    const people = [aCookie(), aCookie()];
    for (const cookie of people) {
      await node.store.open(aSession(), cookie);
      await browserSessions.save(cookie, '{}', later);
    }
    await expect(browserSessions.save(aCookie(), '{}', later)).rejects.toThrow('full');
    await browserSessions.save(person, '{"again":true}', later);
    await node.store.end(session.reference, 'logout');
    await browserSessions.save(aCookie(), '{}', later);
    expect(await browserSessions.load(person)).toBeUndefined();
  });
});

describe('what it costs', () => {
  test('each operation is one round trip', async () => {
    const { store, connection } = await addNode(settingsFor(redis));
    const session = aSession();
    const cookie = aCookie();
    const all = async (): Promise<void> => {
      const each = aSession();
      await store.open(each, cookie);
      await store.addHostCookie(each.reference, COMPANY, aCookie(), null);
      await store.check(PORTAL, cookie, true);
      await store.listLiveOf(each.accountId);
      await store.describe([each.reference, session.reference]);
      await store.end(each.reference, 'logout');
      await store.endAllOf(each.accountId, 'logout');
      await store.sweep();
      await store.browserSessions.save(cookie, '{}', new Date(Date.now() + HOUR));
      await store.browserSessions.load(cookie);
      await store.browserSessions.destroy(cookie);
    };
    await all();
    store.close();
    // A sweep or beat under way is over then.
    await pause(50);
    const calls = async (): Promise<Record<string, number>> => {
      const stats = await connection.client.info('commandstats');
      const found = stats.matchAll(/cmdstat_(evalsha|eval|script\|load):calls=(\d+)/g);
      return Object.fromEntries([...found].map(([, name = '', count]) => [name, Number(count)]));
    };
    await connection.client.config('RESETSTAT');
    await all();
    expect(await calls()).toEqual({ evalsha: 11 });
  });

  test('a session with two cookies takes at most 1 KiB of Redis’ memory, whatever its account and address', async () => {
    const own = await startRedis();
    try {
      const node = startNode(await connect(settingsFor(own, { keyPrefix: 'gateway:' })));
      nodes.push(node);
      const used = async (): Promise<number> =>
        Number(/used_memory:(\d+)/.exec(await node.connection.client.info('memory'))?.[1]);
      const openSome = (count: number) =>
        Promise.all(
          Array.from({ length: count }, async () => {
            const session = aSession({
              clientAddress: '2001:db8:1234:5678:9abc:def0:1234:5678',
              endsAt: new Date(4e12),
            });
            await node.store.open(session, aCookie());
            await node.store.addHostCookie(
              session.reference,
              'limited-partnership.gateway.example.gov.tw',
              aCookie(),
              HOUR,
            );
          }),
        );
      await openSome(10);
      const before = await used();
      for (let batch = 0; batch < 20; batch += 1) await openSome(500);
      expect(((await used()) - before) / 10_000).toBeLessThanOrEqual(1_024);
      const [key = ''] = await node.connection.client.keys('gateway:s:*');
      expect(await node.connection.client.object('ENCODING', key)).toBe('listpack');
    } finally {
      nodes.at(-1)?.close();
      await own.stop();
    }
  });

  test('nothing is left of sessions that have ended but marks that go by themselves', async () => {
    const { store, connection } = await addNode(settingsFor(redis));
    const { keyPrefix } = connection.settings;
    for (let count = 0; count < 20; count += 1) {
      const session = aSession();
      await store.open(session, aCookie());
      for (let tab = 0; tab < 6; tab += 1) await store.addHostCookie(session.reference, COMPANY, aCookie(), null);
      await store.end(session.reference, 'logout');
    }
    const keys = await connection.client.keys(`${keyPrefix}*`);
    expect(keys).toHaveLength(20 * 5);
    for (const key of keys) {
      expect(key).toContain(`${keyPrefix}c:`);
      const leftMs = await connection.client.pttl(key);
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(HOUR + 1_000);
    }
  });

  test('Redis holds neither cookie values’ hashes nor anything that leads back to them', async () => {
    const { store, connection } = await addNode(settingsFor(redis));
    const [portal, company] = [aCookie(), aCookie()];
    const session = aSession();
    await store.open(session, portal);
    await store.addHostCookie(session.reference, COMPANY, company, null);
    const { client, settings } = connection;
    const held: string[] = [];
    for (const key of await client.keys(`${settings.keyPrefix}*`)) {
      held.push(key, (await client.dumpBuffer(key)).toString('latin1'));
    }
    for (const secret of [portal, company]) expect(held.filter(text => text.includes(secret))).toEqual([]);
  });
});
