import { describe, expect, test } from 'vitest';
import { createPasswordHasher } from '../../../src/adapters/passwords/argon2-hasher.ts';
import { createAttemptLimiter } from '../../../src/adapters/passwords/attempt-limiter.ts';
import { BusyFault } from '../../../src/flows/ports/passwords.ts';

describe('the hasher (D1-153)', () => {
  test('D1-153 is argon2id with 19 MiB, two passes, one lane, and a salt of its own each time', async () => {
    const hasher = createPasswordHasher();
    const [one, other] = [await hasher.hash('Riverbank7-Lantern'), await hasher.hash('Riverbank7-Lantern')];
    expect(one).toMatch(/^\$argon2id\$v=19\$/);
    expect(one).toContain('m=19456');
    expect(one).toContain('t=2');
    expect(one).toContain('p=1');
    expect(one).not.toBe(other);
    expect(await hasher.matches(one, 'Riverbank7-Lantern')).toBe(true);
    expect(await hasher.matches(one, 'Riverbank7-lantern')).toBe(false);
  });

  test('without a hash it works all the same, and says no', async () => {
    const hasher = createPasswordHasher();
    expect(await hasher.matches(null, 'Riverbank7-Lantern')).toBe(false);
    expect(await hasher.matches(null, '')).toBe(false);
  });

  test('more than can wait is refused at once; those who wait all get their turn', async () => {
    const hasher = createPasswordHasher({ running: 1, waiting: 2 });
    const settled = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(text => hasher.hash(text)));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    for (const each of settled) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(BusyFault);
    await expect(hasher.hash('f')).resolves.toContain('$argon2id$');
  });

  test('a hash that cannot be read frees its turn', async () => {
    const hasher = createPasswordHasher({ running: 1, waiting: 0 });
    await expect(hasher.matches('no hash', 'x')).rejects.toThrow();
    expect(await hasher.matches(null, 'x')).toBe(false);
  });
});

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
    const limiter = createAttemptLimiter({ attempts: 1, windowS: 60 });
    expect(await limiter.countAttempt(first)).toBe(0);
    expect((await limiter.countAttempt(second)) > 0).toBe(isTogether);
  });

  test('says how long to wait', async () => {
    const limiter = createAttemptLimiter({ attempts: 1, windowS: 60 });
    await limiter.countAttempt('192.0.2.1');
    const seconds = await limiter.countAttempt('192.0.2.1');
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});
