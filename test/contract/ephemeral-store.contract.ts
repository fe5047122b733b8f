import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EphemeralStore } from '../../src/flows/ports/ephemeral-store.ts';
import type { Challenge } from '../../src/sessions/challenge.ts';
import type { EntryCode, Trip } from '../../src/sessions/trip.ts';

export interface TestEphemeralStore {
  readonly store: EphemeralStore;
  advance(milliseconds: number): void;
  now(): Date;
}

/** The contract of the `EphemeralStore` port. */
export function describeEphemeralStore(name: string, create: () => Promise<TestEphemeralStore>): void {
  describe(`EphemeralStore on ${name}`, () => {
    let under: TestEphemeralStore;
    let store: EphemeralStore;
    beforeEach(async () => {
      under = await create();
      ({ store } = under);
    });

    const inAMinute = () => new Date(under.now().getTime() + 60_000);
    const trip: Trip = { systemId: 'company', returnPath: '/查詢?a=b', tripCookieHash: 'hash' };
    const challenge = (): Challenge => ({
      id: randomUUID(),
      purpose: 'login',
      tbs: 'moica-gw.v1.login',
      browserSessionHash: 'hash',
      expiresAt: inAMinute(),
    });
    const entryCode: EntryCode = { ...trip, sessionReference: randomUUID() };

    test('each kind is read back value for value, dates as dates', async () => {
      const asked = challenge();
      await store.put('trip', 'key', trip, inAMinute());
      await store.put('challenge', 'key', asked, inAMinute());
      await store.put('entry-code', 'key', entryCode, inAMinute());
      await store.put('entry-count', 'key', 3, inAMinute());
      expect(await store.find('trip', 'key')).toEqual(trip);
      expect(await store.find('challenge', 'key')).toEqual(asked);
      expect(await store.find('entry-code', 'key')).toEqual(entryCode);
      expect(await store.find('entry-count', 'key')).toBe(3);
    });

    test('kinds and keys do not meet', async () => {
      await store.put('trip', 'key', trip, inAMinute());
      expect(await store.find('entry-code', 'key')).toBeUndefined();
      expect(await store.find('trip', 'KEY')).toBeUndefined();
      expect(await store.take('trip', '__proto__')).toBeUndefined();
    });

    test('finding leaves it there, taking does not', async () => {
      await store.put('entry-code', 'key', entryCode, inAMinute());
      expect(await store.find('entry-code', 'key')).toEqual(entryCode);
      expect(await store.take('entry-code', 'key')).toEqual(entryCode);
      expect(await store.take('entry-code', 'key')).toBeUndefined();
      expect(await store.find('entry-code', 'key')).toBeUndefined();
    });

    test('of many takers at once, one gets it', async () => {
      await store.put('challenge', 'key', challenge(), inAMinute());
      const taken = await Promise.all(Array.from({ length: 50 }, () => store.take('challenge', 'key')));
      expect(taken.filter(value => value !== undefined)).toHaveLength(1);
    });

    test('it is absent from its expiry on', async () => {
      await store.put('trip', 'key', trip, inAMinute());
      under.advance(59_999);
      expect(await store.find('trip', 'key')).toEqual(trip);
      under.advance(1);
      expect(await store.find('trip', 'key')).toBeUndefined();
      expect(await store.take('trip', 'key')).toBeUndefined();
    });

    test('what is put again replaces value and expiry', async () => {
      await store.put('entry-count', 'key', 1, inAMinute());
      under.advance(30_000);
      await store.put('entry-count', 'key', 2, inAMinute());
      under.advance(30_000);
      expect(await store.find('entry-count', 'key')).toBe(2);
    });

    test('what is put already expired is absent', async () => {
      await store.put('trip', 'key', trip, under.now());
      expect(await store.find('trip', 'key')).toBeUndefined();
    });

    test('what the caller does to his value afterwards does not reach the record', async () => {
      const value = { ...trip };
      await store.put('trip', 'key', value, inAMinute());
      value.returnPath = '//elsewhere';
      expect(await store.find('trip', 'key')).toEqual(trip);
    });
  });
}
