import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RedisConnection } from '../../src/adapters/redis/connection.ts';
import { createRedisEphemeralStore } from '../../src/adapters/redis/ephemeral-store.ts';
import type { EphemeralKind, EphemeralRecords } from '../../src/flows/ports/ephemeral-store.ts';
import { startRedis, type PrivateRedis } from '../support/redis.ts';
import { connectStill, settingsFor, StillClock } from '../support/redis-stand.ts';
import { describeEphemeralStore } from './ephemeral-store.contract.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const opened: RedisConnection[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});

async function createStore(limit?: number) {
  const clock = new StillClock();
  const connection = await connectStill(settingsFor(redis), clock);
  opened.push(connection);
  const now = () => clock.redisMs;
  const store = createRedisEphemeralStore(connection, { now, ...(limit === undefined ? {} : { limit }) });
  return { store, connection, clock };
}

describeEphemeralStore('Redis', async () => {
  const { store, clock } = await createStore();
  return { store, advance: milliseconds => clock.advance(milliseconds), now: () => new Date(clock.redisMs) };
});

const trip = (index: number) => ({ systemId: 'company', returnPath: `/${index}`, tripCookieHash: 'hash' });

describe('short-lived records in Redis', () => {
  test('every kind is read back as it was put', async () => {
    const { store, clock } = await createStore();
    const later = new Date(clock.redisMs + 60_000);
    const records: { [K in EphemeralKind]: EphemeralRecords[K] } = {
      trip: trip(1),
      challenge: {
        id: 'id',
        purpose: 'sign',
        sheet: '00ff',
        tbs: 'moica-gw.v1.sign',
        browserSessionHash: 'hash',
        expiresAt: new Date(clock.redisMs + 1),
      },
      'entry-code': { ...trip(1), sessionReference: 'reference' },
      'entry-count': 3,
      'tls-ticket': { browserSessionHash: 'hash', tripId: null, clientAddress: '2001:db8::1' },
      'tls-return': { browserSessionHash: 'hash', tripId: 'trip', certificate: 'MII=' },
      activation: { accountId: 'a', proofId: 'p' },
      'day-password-change': { accountId: 'a', oneDayPasswordId: 'o' },
      applicant: { subjectHash: 'h', name: '示範 王小明𠮷', idLastFour: null },
      signing: { number: 'D-06-09-1', version: 2, kind: 'return', note: '請補\n公文' },
    };
    for (const kind of Object.keys(records) as EphemeralKind[]) {
      await store.put(kind, 'key', records[kind], later);
      expect(await store.find(kind, 'key')).toEqual(records[kind]);
      expect(await store.take(kind, 'key')).toEqual(records[kind]);
      expect(await store.find(kind, 'key')).toBeUndefined();
    }
  });

  test.each([
    ['is no JSON', '{'],
    ['is of another kind', '{"accountId":"a","proofId":"p"}'],
    ['has a field too many', '{"systemId":"s","returnPath":"/","tripCookieHash":"h","admin":true}'],
    ['has a field too few', '{"systemId":"s","returnPath":"/"}'],
    ['has a field of another type', '{"systemId":1,"returnPath":"/","tripCookieHash":"h"}'],
  ])('what %s is no record', async (_what, text) => {
    const { store, connection, clock } = await createStore();
    const key = `${connection.settings.keyPrefix}e:trip:key`;
    await connection.client.set(key, `${clock.redisMs + 60_000} - ${text}`);
    expect(await store.find('trip', 'key')).toBeUndefined();
    expect(await store.take('trip', 'key')).toBeUndefined();
  });

  test('what has no expiry is no record', async () => {
    const { store, connection } = await createStore();
    await connection.client.set(`${connection.settings.keyPrefix}e:trip:key`, JSON.stringify(trip(1)));
    expect(await store.find('trip', 'key')).toBeUndefined();
  });

  test('a full room drops what would expire next, and no other room', async () => {
    const { store, clock } = await createStore(3);
    const later = (index: number) => new Date(clock.redisMs + 60_000 + index);
    await store.put('entry-code', 'mine', { ...trip(0), sessionReference: 'r' }, later(0));
    for (let index = 1; index <= 50; index += 1) await store.put('trip', `k${index}`, trip(index), later(index));
    expect(await store.find('trip', 'k47')).toBeUndefined();
    for (const index of [48, 49, 50]) expect(await store.find('trip', `k${index}`)).toEqual(trip(index));
    expect(await store.find('entry-code', 'mine')).toBeDefined();
  });

  test('what is over takes no room, and what is put again takes no second one', async () => {
    const { store, clock } = await createStore(2);
    await store.put('trip', 'short', trip(1), new Date(clock.redisMs + 10));
    await store.put('trip', 'long', trip(2), new Date(clock.redisMs + 60_000));
    for (const _time of [1, 2, 3]) await store.put('trip', 'long', trip(2), new Date(clock.redisMs + 60_000));
    expect(await store.find('trip', 'short')).toEqual(trip(1));
    clock.advance(10);
    await store.put('trip', 'new', trip(3), new Date(clock.redisMs + 5));
    expect(await store.find('trip', 'long')).toEqual(trip(2));
    expect(await store.find('trip', 'new')).toEqual(trip(3));
  });

  test('a Redis clock set back gives no record a longer life', async () => {
    const { store, clock } = await createStore();
    await store.put('entry-code', 'key', { ...trip(1), sessionReference: 'r' }, new Date(clock.redisMs + 60_000));
    clock.redisMs -= 3_600_000;
    clock.monotonicMs += 59_999;
    expect(await store.find('entry-code', 'key')).toBeDefined();
    clock.monotonicMs += 1_000;
    expect(await store.take('entry-code', 'key')).toBeUndefined();
  });

  test('what was put on another server can be read, and not be taken: that it was taken there may be lost', async () => {
    const { store, connection, clock } = await createStore();
    await store.put('trip', 'key', trip(1), new Date(clock.redisMs + 60_000));
    const key = `${connection.settings.keyPrefix}e:trip:key`;
    const record = (await connection.client.get(key)) ?? '';
    expect(record).toMatch(/^\d+ [0-9a-f]{40} \{/);
    await connection.client.set(key, record.replace(/ [0-9a-f]{40} /, ` ${'0'.repeat(40)} `));
    expect(await store.find('trip', 'key')).toEqual(trip(1));
    expect(await store.take('trip', 'key')).toBeUndefined();
    expect(await store.find('trip', 'key')).toBeUndefined();
  });
});
