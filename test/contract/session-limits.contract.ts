import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/flows/ports/session-store.ts';
import type { AuthenticationMethod, Session, SessionEndReason, SessionLimits } from '../../src/sessions/session.ts';
import type { CreateSessionStore, TestSessionStore } from './session-store.contract.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIMITS: SessionLimits = {
  idleMs: 4 * HOUR,
  lifetimeMs: 12 * HOUR,
  concurrent: { account: 4, card: 3, 'card-tls': 3, 'one-day-password': 2 },
};
const PORTAL = 'portal.gateway.test';
const COMPANY = 'company.gateway.test';
const FACTORY = 'factory.gateway.test';

/** The part of the `SessionStore` contract about how many sessions stand, for how long, and how they are told of. */
export function describeSessionLimits(name: string, create: CreateSessionStore): void {
  describe(`limits of a SessionStore on ${name}`, () => {
    let under: TestSessionStore;
    let store: SessionStore;
    let expired: [Session, SessionEndReason][];
    let ends: [string, SessionEndReason][];
    beforeEach(async () => {
      under = await create({ limits: LIMITS, portalHost: PORTAL });
      store = under.store;
      [expired, ends] = [[], []];
      store.onExpiry((session, reason) => expired.push([session, reason]));
      store.onEnd((reference, reason) => ends.push([reference, reason]));
    });

    const aCookie = () => randomBytes(32).toString('base64url');
    const aSession = (accountId: string, method: AuthenticationMethod = 'card'): Session => ({
      reference: randomUUID(),
      accountId,
      method,
      authenticatedAt: new Date('2026-03-01T00:00:00Z'),
      certificateSha256: method === 'one-day-password' ? null : randomBytes(32).toString('hex'),
      endsAt: null,
      clientAddress: '192.0.2.7',
    });
    const open = async (accountId: string, method: AuthenticationMethod = 'card') => {
      const session = aSession(accountId, method);
      const cookie = aCookie();
      return { session, cookie, gaveWay: await store.open(session, cookie) };
    };

    describe('so many sessions of one account side by side', () => {
      test('one more ends the one unused longest; its browser is told by whom', async () => {
        const accountId = randomUUID();
        const opened = [];
        for (let count = 0; count < 3; count += 1) {
          opened.push(await open(accountId));
          under.advance(MINUTE);
        }
        const [first, second, third] = opened;
        expect(opened.map(({ gaveWay }) => gaveWay)).toEqual([[], [], []]);
        await store.check(PORTAL, first!.cookie, true);
        const fourth = await open(accountId);
        expect(fourth.gaveWay).toEqual([second!.session]);
        expect(ends).toEqual([[second!.session.reference, 'replaced']]);
        expect(await store.check(PORTAL, second!.cookie, true)).toEqual({
          alive: false,
          endedBecause: 'replaced',
          replacedBy: { method: 'card', clientAddress: '192.0.2.7', at: fourth.session.authenticatedAt },
        });
        for (const { cookie } of [first!, third!, fourth]) {
          expect(await store.check(PORTAL, cookie, false)).toMatchObject({ alive: true });
        }
      });

      test('each method has its own limit, and the account one for all', async () => {
        const accountId = randomUUID();
        const days = [await open(accountId, 'one-day-password')];
        under.advance(1);
        days.push(await open(accountId, 'one-day-password'));
        under.advance(1);
        const card = await open(accountId);
        under.advance(1);
        expect((await open(accountId, 'one-day-password')).gaveWay).toEqual([days[0]!.session]);
        under.advance(1);
        expect((await open(accountId)).gaveWay).toEqual([]);
        under.advance(1);
        expect((await open(accountId)).gaveWay).toEqual([days[1]!.session]);
        expect(await store.check(PORTAL, card.cookie, false)).toMatchObject({ alive: true });
        expect(await store.listLiveOf(accountId)).toHaveLength(4);
      });

      test('those of others, and those that are over, take no place', async () => {
        const accountId = randomUUID();
        for (let count = 0; count < 3; count += 1) await open(accountId);
        expect((await open(randomUUID())).gaveWay).toEqual([]);
        under.advance(4 * HOUR + 1);
        expect((await open(accountId)).gaveWay).toEqual([]);
      });

      test('of twenty logins at once never more stand than may', async () => {
        const accountId = randomUUID();
        const all = await Promise.all(Array.from({ length: 20 }, () => open(accountId)));
        expect(await store.listLiveOf(accountId)).toHaveLength(3);
        const gaveWay = all.flatMap(each => each.gaveWay.map(({ reference }) => reference));
        expect(new Set(gaveWay).size).toBe(17);
        expect(gaveWay).toHaveLength(17);
      });
    });

    describe('a host’s own idle limit (D1-098)', () => {
      test.each([
        ['9:59', 10 * MINUTE - 1_000, true],
        ['10:00', 10 * MINUTE, true],
        ['10:00.001', 10 * MINUTE + 1, false],
      ])('holds for the whole session from the entry on: %s', async (_time, idleMs, alive) => {
        const { session, cookie } = await open(randomUUID());
        await store.addHostCookie(session.reference, COMPANY, aCookie(), 10 * MINUTE);
        under.advance(idleMs);
        const check = await store.check(PORTAL, cookie, false);
        expect(check).toEqual(
          alive
            ? {
                alive: true,
                live: {
                  session,
                  idleRemainingMs: 10 * MINUTE - idleMs,
                  fixedRemainingMs: 12 * HOUR - idleMs,
                  declaration: null,
                },
              }
            : { alive: false, endedBecause: 'idle' },
        );
      });

      test('is never made longer, by another host or by none', async () => {
        const { session, cookie } = await open(randomUUID());
        await store.addHostCookie(session.reference, COMPANY, aCookie(), 10 * MINUTE);
        await store.addHostCookie(session.reference, FACTORY, aCookie(), null);
        await store.addHostCookie(session.reference, FACTORY, aCookie(), 5 * HOUR);
        expect(await store.check(PORTAL, cookie, true)).toMatchObject({ live: { idleRemainingMs: 10 * MINUTE } });
        under.advance(10 * MINUTE + 1);
        await under.sweep();
        expect(ends).toEqual([[session.reference, 'idle']]);
      });
    });

    describe('what is told', () => {
      test('an expiry is told once, with the session; an end by somebody is none', async () => {
        const idle = await open(randomUUID());
        under.advance(MINUTE);
        const ended = await open(randomUUID());
        await store.end(ended.session.reference, 'administrator');
        under.advance(4 * HOUR - MINUTE + 1);
        expect(await store.check(PORTAL, idle.cookie, true)).toMatchObject({ alive: false });
        await under.sweep();
        expect(expired).toEqual([[idle.session, 'idle']]);
        expect(ends).toHaveLength(2);
      });

      test('how those that stand do, and nothing of the others', async () => {
        const first = await open(randomUUID());
        const second = await open(randomUUID());
        under.advance(HOUR);
        await store.check(PORTAL, second.cookie, true);
        under.advance(MINUTE);
        const over = await open(randomUUID());
        await store.end(over.session.reference, 'logout');
        const references = [first, second, over].map(({ session }) => session.reference);
        expect(await store.describe([...references, randomUUID()])).toEqual(
          new Map([
            [references[0], { idleMs: HOUR + MINUTE, idleRemainingMs: 3 * HOUR - MINUTE }],
            [references[1], { idleMs: MINUTE, idleRemainingMs: 4 * HOUR - MINUTE }],
          ]),
        );
        under.advance(3 * HOUR);
        expect([...(await store.describe(references)).keys()]).toEqual([references[1]]);
        expect(await store.describe([])).toEqual(new Map());
        await expect(store.describe(Array.from({ length: 1_001 }, () => randomUUID()))).rejects.toThrow(RangeError);
      });

      test('it answers when asked whether it is there', async () => {
        await expect(store.ping()).resolves.toBeUndefined();
      });
    });
  });
}
