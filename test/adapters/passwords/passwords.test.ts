import { describe, expect, test } from 'vitest';
import { createPasswordHasher } from '../../../src/adapters/passwords/argon2-hasher.ts';
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
