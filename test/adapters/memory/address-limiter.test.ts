import { describe, expect, test } from 'vitest';
import { createMemoryAddressLimiter } from '../../../src/adapters/memory/address-limiter.ts';

const limiterOf = (password: number) =>
  createMemoryAddressLimiter({ password, challenge: 2, 'card-proof': 2, 'trouble-report': 2 });
const GOES_ON = { retryAfterS: 0, isFirstHeldBack: false };

describe('the limiter of addresses', () => {
  test.each([
    ['one address', '192.0.2.1', '192.0.2.1', true],
    ['another address', '192.0.2.1', '192.0.2.2', false],
    ['the same, written as IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
    ['the same /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['the same /64, written at length', '2001:db8:1:2::1', '2001:0db8:0001:0002:0000:0000:0000:0001', true],
    ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['loopback', '::1', '::1', true],
  ])('%s: %s then %s counts together: %s', async (_case, first, second, isTogether) => {
    const limiter = limiterOf(1);
    expect(await limiter.count('password', first)).toEqual(GOES_ON);
    expect((await limiter.count('password', second)).retryAfterS > 0).toBe(isTogether);
  });

  test('says how long to wait, and which act was the first to be held back', async () => {
    const limiter = limiterOf(1);
    await limiter.count('password', '192.0.2.1');
    const held = await limiter.count('password', '192.0.2.1');
    expect(held.isFirstHeldBack).toBe(true);
    expect(held.retryAfterS).toBeGreaterThan(0);
    expect(held.retryAfterS).toBeLessThanOrEqual(300);
    expect(await limiter.count('password', '192.0.2.1')).toMatchObject({ isFirstHeldBack: false });
  });

  test('counts each act for itself', async () => {
    const limiter = limiterOf(1);
    await limiter.count('password', '192.0.2.1');
    expect(await limiter.count('challenge', '192.0.2.1')).toEqual(GOES_ON);
    expect(await limiter.count('card-proof', '192.0.2.1')).toEqual(GOES_ON);
  });

  test('what is forgiven does not count', async () => {
    const limiter = limiterOf(1);
    for (let times = 0; times < 5; times += 1) {
      expect(await limiter.count('password', '192.0.2.1')).toEqual(GOES_ON);
      await limiter.forgive('password', '192.0.2.1');
    }
  });

  test('at the same moment no more go on than may', async () => {
    const limiter = limiterOf(7);
    const counted = await Promise.all(Array.from({ length: 50 }, () => limiter.count('password', '192.0.2.1')));
    expect(counted.filter(({ retryAfterS }) => retryAfterS === 0)).toHaveLength(7);
    expect(counted.filter(({ isFirstHeldBack }) => isFirstHeldBack)).toHaveLength(1);
  });
});
