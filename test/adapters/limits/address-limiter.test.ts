import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createMemoryAddressLimiter,
  createRedisAddressLimiter,
  type AddressLimits,
} from '../../../src/adapters/limits/address-limiter.ts';
import type { RedisConnection } from '../../../src/adapters/redis/connection.ts';
import type { AddressLimiter } from '../../../src/flows/ports/address-limiter.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { startRedis, type PrivateRedis } from '../../support/redis.ts';
import { connect, settingsFor } from '../../support/redis-stand.ts';

let redis: PrivateRedis;
let connection: RedisConnection;
beforeAll(async () => {
  redis = await startRedis();
  connection = await connect(settingsFor(redis));
});
afterAll(async () => {
  connection.close();
  await redis.stop();
});

/** A limiter in Redis with counters of its own. */
const inRedis = (limits: AddressLimits): AddressLimiter =>
  createRedisAddressLimiter(limits, { client: connection.client, ...settingsFor(redis) });
const limitsOf = (password: number): AddressLimits => ({
  password,
  challenge: 2,
  'card-proof': 2,
  'trouble-report': 2,
  'refusal-record': 2,
  purpose: 2,
});
const GOES_ON = { retryAfterS: 0, isFirstHeldBack: false };
const at = (clientAddress: string) => ({ clientAddress });
const PLACE = at('192.0.2.1');

describe.each([
  ['memory', createMemoryAddressLimiter],
  ['Redis', inRedis],
] as const)('the limiter of addresses in %s', (_place, create) => {
  const limiterOf = (password: number): AddressLimiter => create(limitsOf(password));

  test.each([
    ['one address', '192.0.2.1', '192.0.2.1', true],
    ['another address', '192.0.2.1', '192.0.2.2', false],
    ['the same, written as IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
    ['another address, written as IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['the same /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['the same /64, written at length', '2001:db8:1:2::1', '2001:0db8:0001:0002:0000:0000:0000:0001', true],
    ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['loopback', '::1', '::1', true],
  ])('%s: %s then %s counts together: %s', async (_case, first, second, isTogether) => {
    const limiter = limiterOf(1);
    expect(await limiter.count('password', at(first))).toEqual(GOES_ON);
    expect((await limiter.count('password', at(second))).retryAfterS > 0).toBe(isTogether);
  });

  test('all the networks of one /48 may do four times as much together; another /48 goes on', async () => {
    const limiter = limiterOf(3);
    const counted = [];
    for (let network = 0; network < 20; network += 1) {
      counted.push(await limiter.count('password', at(`2001:db8:1:${network.toString(16)}::1`)));
    }
    expect(counted.slice(0, 12)).toEqual(Array(12).fill(GOES_ON));
    expect(counted.slice(12).every(({ retryAfterS }) => retryAfterS > 0)).toBe(true);
    expect(counted.map(({ isFirstHeldBack }) => isFirstHeldBack).indexOf(true)).toBe(12);
    expect(counted.filter(({ isFirstHeldBack }) => isFirstHeldBack)).toHaveLength(1);
    expect(await limiter.count('password', at('2001:db8:2:1::1'))).toEqual(GOES_ON);
  });

  test('what one /64 is held back for does not count against its neighbours', async () => {
    const limiter = limiterOf(3);
    for (let times = 0; times < 50; times += 1) await limiter.count('password', at('2001:db8:1:1::1'));
    for (let network = 2; network < 11; network += 1) {
      expect(await limiter.count('password', at(`2001:db8:1:${network.toString(16)}::1`))).toEqual(GOES_ON);
    }
  });

  test('counts an account for itself, wherever it is used', async () => {
    const limiter = limiterOf(1);
    await limiter.count('password', PLACE);
    const accountId = '192.0.2.1';
    expect(await limiter.count('password', { accountId })).toEqual(GOES_ON);
    expect(await limiter.count('password', { accountId })).toMatchObject({ isFirstHeldBack: true });
    expect(await limiter.count('password', { accountId: 'another' })).toEqual(GOES_ON);
  });

  test('says how long to wait, and which act was the first to be held back', async () => {
    const limiter = limiterOf(1);
    await limiter.count('password', PLACE);
    const held = await limiter.count('password', PLACE);
    expect(held.isFirstHeldBack).toBe(true);
    expect(held.retryAfterS).toBeGreaterThan(0);
    expect(held.retryAfterS).toBeLessThanOrEqual(300);
    expect(await limiter.count('password', PLACE)).toMatchObject({ isFirstHeldBack: false });
  });

  test('counts each act for itself', async () => {
    const limiter = limiterOf(1);
    await limiter.count('password', PLACE);
    expect(await limiter.count('challenge', PLACE)).toEqual(GOES_ON);
    expect(await limiter.count('card-proof', PLACE)).toEqual(GOES_ON);
  });

  test.each(['192.0.2.1', '2001:db8::1'])('what is forgiven does not count: %s', async address => {
    const limiter = limiterOf(1);
    for (let times = 0; times < 9; times += 1) {
      expect(await limiter.count('password', at(address))).toEqual(GOES_ON);
      await limiter.forgive('password', at(address));
    }
  });

  test.each(['192.0.2.1', '2001:db8::1'])('at the same moment no more go on than may: %s', async address => {
    const limiter = limiterOf(7);
    const counted = await Promise.all(Array.from({ length: 50 }, () => limiter.count('password', at(address))));
    expect(counted.filter(({ retryAfterS }) => retryAfterS === 0)).toHaveLength(7);
    expect(counted.some(({ isFirstHeldBack }) => isFirstHeldBack)).toBe(true);
  });
});

describe('in Redis', () => {
  test('nodes count together, gateways do not', async () => {
    const { client } = connection;
    const node = () => createRedisAddressLimiter(limitsOf(1), { client, keyPrefix: 'one-gateway:' });
    expect(await node().count('password', PLACE)).toEqual(GOES_ON);
    expect((await node().count('password', PLACE)).retryAfterS).toBeGreaterThan(0);
    const another = createRedisAddressLimiter(limitsOf(1), { client, keyPrefix: 'another-gateway:' });
    expect(await another.count('password', PLACE)).toEqual(GOES_ON);
  });

  test('while Redis is away nobody is let through, and afterwards it counts again by itself', async () => {
    const limiter = inRedis(limitsOf(9));
    await limiter.count('password', PLACE);
    await redis.kill();
    await expect(limiter.count('password', PLACE)).rejects.toThrow(StoreFault);
    await expect(limiter.forgive('password', PLACE)).rejects.toThrow(StoreFault);
    await redis.restart();
    await expect.poll(() => limiter.count('password', PLACE).catch(() => 'away')).toEqual(GOES_ON);
  });
});
