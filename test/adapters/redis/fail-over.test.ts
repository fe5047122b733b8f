import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { createRedisEphemeralStore } from '../../../src/adapters/redis/ephemeral-store.ts';
import type { EphemeralStore } from '../../../src/flows/ports/ephemeral-store.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { listenIn, type Told } from '../../support/redis-stand.ts';
import { startRedisGroup, type RedisGroup } from '../../support/redis-sentinel.ts';
import { aCookie, aSession, PORTAL, startNode, type TestNode } from './nodes.ts';

let group: RedisGroup;
beforeAll(async () => {
  group = await startRedisGroup();
});
afterAll(() => group.stop());

async function addNode(): Promise<TestNode & { told: Told; ephemeral: EphemeralStore }> {
  const told = listenIn();
  const connection = await openRedis(group.settings, told.events);
  return { ...startNode(connection), told, ephemeral: createRedisEphemeralStore(connection, { now: Date.now }) };
}

/** What comes of `act`; a store that cannot tell is one of the answers, any other fault is none. */
async function answerOf<T>(act: Promise<T>): Promise<T | 'fault'> {
  return act.catch((error: unknown) => {
    if (error instanceof StoreFault) return 'fault' as const;
    throw error;
  });
}

test('the master is killed under load: the next one goes on by itself, and no code is taken twice', async () => {
  const [one, other] = [await addNode(), await addNode()];
  try {
    const people = Array.from({ length: 50 }, () => ({ session: aSession(), cookie: aCookie() }));
    for (const { session, cookie } of people) await one.store.open(session, cookie);
    await expect.poll(() => one.store.isListening() && other.store.isListening()).toBe(true);
    await pause(500);

    const load = { isOver: false, taken: new Map<string, number>(), faults: 0 };
    const take = async (node: typeof one, code: string): Promise<void> => {
      const entry = await answerOf(node.ephemeral.take('entry-code', code));
      if (entry === 'fault') load.faults += 1;
      else if (entry !== undefined) load.taken.set(code, (load.taken.get(code) ?? 0) + 1);
    };
    const codes: string[] = [];
    const worker = async (): Promise<void> => {
      while (!load.isOver) {
        const code = randomUUID();
        const entry = { systemId: 'company', returnPath: '/', tripCookieHash: 'hash', sessionReference: code };
        codes.push(code);
        await answerOf(one.ephemeral.put('entry-code', code, entry, new Date(Date.now() + 600_000)));
        await Promise.all([take(one, code), take(other, code)]);
        const check = await answerOf(other.store.check(PORTAL, people[codes.length % 50]?.cookie ?? '', true));
        // Never "logged out" because a server is away.
        if (check !== 'fault') expect(check.alive).toBe(true);
        await pause(1);
      }
    };
    const workers = Array.from({ length: 8 }, worker);
    await pause(500);
    const before = load.taken.size;
    expect(before).toBeGreaterThan(0);
    await group.master.kill();
    await expect.poll(() => one.told.states.at(-1)).toBe('away');
    await expect
      .poll(() => [one, other].map(({ told }) => told.states.at(-1)), { timeout: 60_000 })
      .toEqual(['back', 'back']);
    await expect.poll(() => one.store.isListening() && other.store.isListening()).toBe(true);
    const after = load.taken.size;
    await expect.poll(() => load.taken.size).toBeGreaterThan(after);
    load.isOver = true;
    await Promise.all(workers);
    expect(load.faults).toBeGreaterThan(0);

    // Whoever comes again with a code, on whichever node, gets nothing for it that he has had before.
    for (const code of codes) await Promise.all([take(one, code), take(other, code)]);
    expect([...load.taken.values()].filter(times => times > 1)).toEqual([]);

    for (const { session, cookie } of people) {
      expect(await one.store.check(PORTAL, cookie, true)).toMatchObject({ alive: true, live: { session } });
    }
    const [first] = people;
    await other.store.end(first?.session.reference ?? '', 'administrator');
    await expect.poll(() => one.ends).toEqual([[first?.session.reference, 'administrator']]);
    expect([one.told.jumps, other.told.jumps]).toEqual([[], []]);
    expect([one.told.states, other.told.states].map(states => states.slice(0, 2))).toEqual([
      ['away', 'back'],
      ['away', 'back'],
    ]);
  } finally {
    one.close();
    other.close();
  }
});
