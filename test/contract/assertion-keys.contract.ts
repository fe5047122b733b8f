import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import { UniquenessFault } from '../../src/flows/ports.ts';
import type { AssertionKey } from '../../src/http-fields/assertion-keys.ts';
import type { TestDatabase } from './test-database.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 4, 6) + seconds * 1000);

function aKey(signsFromS: number): AssertionKey {
  const kid = randomBytes(32).toString('base64url');
  return { kid, madeAt: at(0), signsFrom: at(signsFromS), publishedUntil: null };
}

/** The keys of assertions: names and times. */
export function describeAssertionKeys(store: () => TestDatabase): void {
  describe('keys of assertions', () => {
    test('come in the order in which they sign, end and go', async () => {
      const it = store();
      const [first, next, other] = [aKey(10), aKey(20), aKey(15)];
      await it.write(async ({ assertionKeys: keys }) => {
        for (const key of [next, first, other]) await keys.insertKey(key);
        expect(await keys.listKeys()).toEqual([first, other, next]);
      });
      await it.write(({ assertionKeys: keys }) => keys.endKeys([first.kid, other.kid], at(30)));
      await it.write(({ assertionKeys: keys }) => keys.endKeys([first.kid, next.kid], at(40)));
      await it.write(({ assertionKeys: keys }) => keys.endKeys([], at(1)));
      const until = new Map((await it.database.assertionKeys.listKeys()).map(key => [key.kid, key.publishedUntil]));
      expect([first, other, next].map(({ kid }) => until.get(kid))).toEqual([at(30), at(30), at(40)]);
      await it.write(async ({ assertionKeys: keys }) => {
        for (const { kid } of [first, other, next]) await keys.deleteKey(kid);
      });
      expect(await it.database.assertionKeys.listKeys()).toEqual([]);
    });

    test('have one name each, and it is a thumbprint', async () => {
      const it = store();
      const key = aKey(0);
      const twice = it.write(async ({ assertionKeys: keys }) => {
        await keys.insertKey(key);
        await keys.insertKey(key);
      });
      await expect(twice).rejects.toThrow(UniquenessFault);
      const unnamed = it.write(({ assertionKeys: keys }) => keys.insertKey({ ...key, kid: '../../etc/passwd' }));
      await expect(unnamed).rejects.toThrow(StatementFault);
    });
  });
}
