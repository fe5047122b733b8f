import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemorySessionStore, type MemorySessionStore } from '../../../src/adapters/memory/session-store.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { aCookie, aSession, PORTAL } from '../redis/nodes.ts';

/** A node whose right to serve is in doubt. */

let store: MemorySessionStore;
let hasRight: boolean;
beforeEach(() => {
  hasRight = true;
  store = createMemorySessionStore({
    now: () => Date.now(),
    limits: {
      idleMs: 60_000,
      lifetimeMs: 600_000,
      concurrent: { account: 4, card: 4, 'card-tls': 4, 'one-day-password': 4 },
    },
    portalHost: PORTAL,
    requireRight() {
      if (!hasRight) throw new StoreFault('Another node serves.');
    },
  });
});
afterEach(() => store.stop());

test('without it nobody is let in or served; sessions end all the same, and what is left goes on with it', async () => {
  const [stays, staysCookie, ends, endsCookie] = [aSession(), aCookie(), aSession(), aCookie()];
  await store.open(stays, staysCookie);
  await store.open(ends, endsCookie);
  hasRight = false;
  await expect(store.check(PORTAL, staysCookie, true)).rejects.toThrow(StoreFault);
  await expect(store.open(aSession(), aCookie())).rejects.toThrow(StoreFault);
  await expect(store.addHostCookie(stays.reference, 'company.test', aCookie(), null)).rejects.toThrow(StoreFault);
  await expect(store.ping()).rejects.toThrow(StoreFault);
  expect(store.isCurrent()).toBe(false);
  expect(await store.end(ends.reference, 'administrator')).toBe(true);
  hasRight = true;
  await store.ping();
  expect(store.isCurrent()).toBe(true);
  expect(await store.check(PORTAL, staysCookie, true)).toMatchObject({ alive: true });
  expect(await store.check(PORTAL, endsCookie, true)).toMatchObject({ alive: false, endedBecause: 'administrator' });
});
