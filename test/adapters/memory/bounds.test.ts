import { afterEach, describe, expect, test } from 'vitest';
import { createBrowserSessions } from '../../../src/adapters/memory/browser-sessions.ts';
import { EndedCookies } from '../../../src/adapters/memory/ended-cookies.ts';
import { createMemoryEphemeralStore } from '../../../src/adapters/memory/ephemeral-store.ts';
import { createMemorySessionStore } from '../../../src/adapters/memory/session-store.ts';
import type { Session } from '../../../src/sessions/session.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const LATER = new Date(1_000_000);
const trip = (index: number) => ({ systemId: 'company', returnPath: `/${index}`, tripCookieHash: 'hash' });

describe('a full ephemeral store', () => {
  const createStore = (now = () => 0) => {
    const store = createMemoryEphemeralStore({ now, limit: 3 });
    stops.push(() => store.stop());
    return store;
  };

  test('drops the oldest record of the same kind', async () => {
    const store = createStore();
    for (let index = 1; index <= 4; index += 1) await store.put('trip', `k${index}`, trip(index), LATER);
    expect(await store.find('trip', 'k1')).toBeUndefined();
    for (let index = 2; index <= 4; index += 1) expect(await store.find('trip', `k${index}`)).toEqual(trip(index));
  });

  test('a flood of trips leaves challenges and entry codes alone', async () => {
    const store = createStore();
    await store.put('entry-code', 'mine', { ...trip(0), sessionReference: 's' }, LATER);
    for (let index = 0; index < 1_000; index += 1) await store.put('trip', `k${index}`, trip(index), LATER);
    expect(await store.find('entry-code', 'mine')).toBeDefined();
  });

  test('a record that is written again counts as new, and pushes nobody out', async () => {
    const store = createStore();
    for (const key of ['k1', 'k2', 'k3', 'k2']) await store.put('trip', key, trip(1), LATER);
    expect(await store.find('trip', 'k1')).toBeDefined();
    for (const key of ['k4', 'k5']) await store.put('trip', key, trip(1), LATER);
    expect(await store.find('trip', 'k3')).toBeUndefined();
    expect(await store.find('trip', 'k2')).toBeDefined();
  });
});

describe('a full store of browser sessions', () => {
  test('drops strangers, oldest first, and keeps those of live sessions', async () => {
    const live = new Set(['person']);
    const store = createBrowserSessions({ now: () => 0, isLive: cookie => live.has(cookie), limit: 3 });
    await store.save('person', '{}', LATER);
    for (let index = 1; index <= 50; index += 1) await store.save(`stranger-${index}`, '{}', LATER);
    expect(await store.load('person')).toBe('{}');
    expect(await store.load('stranger-48')).toBeUndefined();
    expect(await store.load('stranger-49')).toBe('{}');
    expect(await store.load('stranger-50')).toBe('{}');
    live.clear();
    for (let index = 51; index <= 60; index += 1) await store.save(`stranger-${index}`, '{}', LATER);
    expect(await store.load('person')).toBeUndefined();
  });

  test('full of people at work, it refuses instead', async () => {
    const store = createBrowserSessions({ now: () => 0, isLive: () => true, limit: 3 });
    for (const cookie of ['a', 'b', 'c']) await store.save(cookie, '{}', LATER);
    await expect(store.save('d', '{}', LATER)).rejects.toThrow('full');
    for (const cookie of ['a', 'b', 'c']) expect(await store.load(cookie)).toBe('{}');
    await store.save('a', '{"again":true}', LATER);
  });

  test('what has expired gives way first', async () => {
    let nowMs = 0;
    const store = createBrowserSessions({ now: () => nowMs, isLive: () => true, limit: 2 });
    await store.save('a', '{}', new Date(10));
    await store.save('b', '{}', LATER);
    nowMs = 10;
    await store.save('c', '{}', LATER);
    expect(await store.load('b')).toBe('{}');
  });
});

describe('a full session store', () => {
  const session = (id: string): Session => ({
    reference: id,
    accountId: id,
    method: 'card',
    authenticatedAt: new Date(0),
    certificateSha256: '00',
    endsAt: null,
    clientAddress: '192.0.2.1',
  });

  test('lets nobody new in until one is over', async () => {
    let nowMs = 0;
    const limits = {
      idleMs: 1_000,
      lifetimeMs: 10_000,
      concurrent: { account: 4, card: 4, 'card-tls': 4, 'one-day-password': 4 },
    };
    const store = createMemorySessionStore({ now: () => nowMs, limits, portalHost: 'portal', limit: 2 });
    stops.push(() => store.stop());
    await store.open(session('1'), 'c1');
    nowMs = 500;
    await store.open(session('2'), 'c2');
    await expect(store.open(session('3'), 'c3')).rejects.toThrow('full');
    expect(await store.check('portal', 'c3', false)).toEqual({ alive: false, endedBecause: null });
    nowMs = 1_001;
    await store.open(session('3'), 'c3');
    expect(await store.check('portal', 'c1', false)).toEqual({ alive: false, endedBecause: 'idle' });
    expect(await store.check('portal', 'c2', false)).toMatchObject({ alive: true });
  });
});

test('of more ended cookies than are remembered, the oldest are forgotten', () => {
  const ended = new EndedCookies(() => 0);
  for (let index = 0; index <= 100_000; index += 1) ended.remember(`c${index}`, { endedBecause: 'logout' });
  expect(ended.reasonOf('c0')).toEqual({ endedBecause: null });
  expect(ended.reasonOf('c1')).toEqual({ endedBecause: 'logout' });
  expect(ended.reasonOf('c100000')).toEqual({ endedBecause: 'logout' });
});
