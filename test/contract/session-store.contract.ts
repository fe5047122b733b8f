import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SessionStore } from '../../src/flows/ports/session-store.ts';
import type { Session, SessionEndReason, SessionLimits } from '../../src/sessions/session.ts';

/** A store under test, and the hand on its clock. */
export interface TestSessionStore {
  readonly store: SessionStore;
  /** Moves the store's clock on; nothing else happens. */
  advance(milliseconds: number): void;
  /** Lets it do what it does from time to time by itself. */
  sweep(): Promise<void>;
  /** Now, on the store's clock. */
  now(): Date;
}

const HOUR = 3_600_000;
const LIMITS: SessionLimits = {
  idleMs: 4 * HOUR,
  lifetimeMs: 12 * HOUR,
  concurrent: { account: 4, card: 3, 'card-tls': 3, 'one-day-password': 2 },
};
const PORTAL = 'portal.gateway.test';
const COMPANY = 'company.gateway.test';

/** A new store of these limits, empty. */
export type CreateSessionStore = (options: { limits: SessionLimits; portalHost: string }) => Promise<TestSessionStore>;

/** The contract of the `SessionStore` port; the part about limits is in `session-limits.contract.ts`. */
export function describeSessionStore(name: string, create: CreateSessionStore): void {
  describe(`SessionStore on ${name}`, () => {
    let under: TestSessionStore;
    let store: SessionStore;
    let ends: [string, SessionEndReason][];
    beforeEach(async () => {
      under = await create({ limits: LIMITS, portalHost: PORTAL });
      store = under.store;
      ends = [];
      store.onEnd((reference, reason) => ends.push([reference, reason]));
    });

    const openSession = async (changes: Partial<Session> = {}) => {
      const session: Session = {
        reference: randomUUID(),
        accountId: randomUUID(),
        method: 'card',
        authenticatedAt: new Date('2026-03-01T00:00:00Z'),
        certificateSha256: randomBytes(32).toString('hex'),
        endsAt: null,
        clientAddress: '192.0.2.1',
        ...changes,
      };
      const portalCookie = aCookie();
      await store.open(session, portalCookie);
      return { session, portalCookie };
    };
    const aCookie = () => randomBytes(32).toString('base64url');

    describe('an end of its own (decision E8)', () => {
      test.each([
        ['23:59:59.999', 59_999, true],
        ['24:00:00', 60_000, false],
        ['the next day', 61_000, false],
      ] as const)('%s: alive is %s', async (_moment, afterMs, isAlive) => {
        const { session, portalCookie } = await openSession({ endsAt: new Date(under.now().getTime() + 60_000) });
        under.advance(afterMs);
        const check = await store.check(PORTAL, portalCookie, true);
        expect(check).toMatchObject(isAlive ? { alive: true } : { alive: false, endedBecause: 'day-over' });
        expect(ends).toEqual(isAlive ? [] : [[session.reference, 'day-over']]);
      });

      test('activity does not move it, and the session says how long there is', async () => {
        const { portalCookie } = await openSession({ endsAt: new Date(under.now().getTime() + 60_000) });
        under.advance(59_000);
        const check = await store.check(PORTAL, portalCookie, true);
        expect(check).toMatchObject({ live: { idleRemainingMs: 1_000 } });
        under.advance(1_000);
        expect(await store.check(PORTAL, portalCookie, true)).toMatchObject({ endedBecause: 'day-over' });
      });
    });

    describe('the idle limit of four hours (D1-098, decision E4)', () => {
      test.each([
        ['3:59:59', 4 * HOUR - 1_000, true],
        ['4:00:00', 4 * HOUR, true],
        ['the first instant past 4:00:00', 4 * HOUR + 1, false],
        ['4:00:01', 4 * HOUR + 1_000, false],
      ])('after %s', async (_time, idleMs, alive) => {
        const { session, portalCookie } = await openSession();
        under.advance(idleMs);
        const check = await store.check(PORTAL, portalCookie, false);
        expect(check).toEqual(
          alive
            ? {
                alive: true,
                live: {
                  session,
                  idleRemainingMs: 4 * HOUR - idleMs,
                  fixedRemainingMs: 12 * HOUR - idleMs,
                  declaration: null,
                },
              }
            : { alive: false, endedBecause: 'idle' },
        );
      });

      test('starts anew with each touch, on whichever host', async () => {
        const { session, portalCookie } = await openSession();
        const cookie = aCookie();
        await store.addHostCookie(session.reference, COMPANY, cookie, null);
        under.advance(3 * HOUR);
        expect(await store.check(COMPANY, cookie, true)).toMatchObject({
          alive: true,
          live: { idleRemainingMs: 4 * HOUR },
        });
        under.advance(3 * HOUR);
        expect(await store.check(PORTAL, portalCookie, false)).toMatchObject({ live: { idleRemainingMs: HOUR } });
      });

      test('checks that are no activity do not move it (D1-099)', async () => {
        const { portalCookie } = await openSession();
        for (let quarter = 0; quarter < 16; quarter += 1) {
          under.advance(HOUR / 4);
          expect(await store.check(PORTAL, portalCookie, false)).toMatchObject({ alive: true });
        }
        under.advance(1);
        expect(await store.check(PORTAL, portalCookie, false)).toEqual({ alive: false, endedBecause: 'idle' });
      });

      test('a touch that comes too late revives nothing', async () => {
        const { portalCookie } = await openSession();
        under.advance(4 * HOUR + 1);
        expect(await store.check(PORTAL, portalCookie, true)).toEqual({ alive: false, endedBecause: 'idle' });
        expect(await store.check(PORTAL, portalCookie, true)).toEqual({ alive: false, endedBecause: 'idle' });
      });
    });

    test('however active, a session ends after its lifetime', async () => {
      const { portalCookie } = await openSession();
      for (let hour = 1; hour <= 11; hour += 1) {
        under.advance(HOUR);
        await store.check(PORTAL, portalCookie, true);
      }
      expect(await store.check(PORTAL, portalCookie, true)).toMatchObject({
        live: { idleRemainingMs: HOUR, fixedRemainingMs: HOUR },
      });
      under.advance(HOUR);
      expect(await store.check(PORTAL, portalCookie, true)).toMatchObject({
        alive: true,
        live: { idleRemainingMs: 0 },
      });
      under.advance(1);
      expect(await store.check(PORTAL, portalCookie, true)).toEqual({ alive: false, endedBecause: 'lifetime' });
    });

    describe('cookies', () => {
      test('a cookie is worthless on any host but its own', async () => {
        const { session, portalCookie } = await openSession();
        const cookie = aCookie();
        expect(await store.addHostCookie(session.reference, COMPANY, cookie, null)).toBe(true);
        expect(await store.check(COMPANY, cookie, false)).toMatchObject({ alive: true });
        for (const [host, hash] of [
          [COMPANY, portalCookie],
          [PORTAL, cookie],
          ['business.gateway.test', cookie],
          [COMPANY, aCookie()],
        ] as const) {
          expect(await store.check(host, hash, true)).toEqual({ alive: false, endedBecause: null });
        }
      });

      test('tabs that enter a host at once each have theirs; of many, the oldest give way', async () => {
        const { session } = await openSession();
        const cookies = Array.from({ length: 20 }, aCookie);
        for (const cookie of cookies) await store.addHostCookie(session.reference, COMPANY, cookie, null);
        const checks = await Promise.all(cookies.map(async cookie => store.check(COMPANY, cookie, false)));
        expect(checks.slice(-2)).toMatchObject([{ alive: true }, { alive: true }]);
        expect(checks[0]).toEqual({ alive: false, endedBecause: null });
      });

      test('a session is judged without any of its cookies, which is no activity; one that is over is not alive', async () => {
        const { session } = await openSession();
        under.advance(HOUR);
        expect(await store.checkAgain(COMPANY, session.reference)).toEqual({
          alive: true,
          live: { session, idleRemainingMs: 3 * HOUR, fixedRemainingMs: 11 * HOUR, declaration: null },
        });
        under.advance(3 * HOUR + 1);
        const others = [randomUUID(), 'no reference', (await openSession()).session.reference];
        const isAlive = async (reference: string) => (await store.checkAgain(COMPANY, reference)).alive;
        expect(await Promise.all([session.reference, ...others].map(isAlive))).toEqual([false, false, false, true]);
        expect(ends).toEqual([[session.reference, 'idle']]);
      });

      test('a session that is over, or was never there, takes no cookie', async () => {
        const { session } = await openSession();
        expect(await store.addHostCookie(randomUUID(), COMPANY, aCookie(), null)).toBe(false);
        under.advance(4 * HOUR + 1);
        const cookie = aCookie();
        expect(await store.addHostCookie(session.reference, COMPANY, cookie, null)).toBe(false);
        expect(await store.check(COMPANY, cookie, false)).toEqual({ alive: false, endedBecause: null });
      });
    });

    describe('ending', () => {
      test('an end holds on every host, at once and for good', async () => {
        const { session, portalCookie } = await openSession();
        const cookie = aCookie();
        await store.addHostCookie(session.reference, COMPANY, cookie, null);
        expect(await store.end(session.reference, 'logout')).toBe(true);
        expect(await store.check(PORTAL, portalCookie, true)).toEqual({ alive: false, endedBecause: 'logout' });
        expect(await store.check(COMPANY, cookie, true)).toEqual({ alive: false, endedBecause: 'logout' });
        expect(ends).toEqual([[session.reference, 'logout']]);
      });

      test('what is to be ended is found by its cookie while it stands, and finding is no activity', async () => {
        const { session, portalCookie } = await openSession();
        under.advance(HOUR);
        expect(await store.findToEnd(PORTAL, portalCookie)).toEqual(session);
        expect(await store.findToEnd(COMPANY, portalCookie)).toBeUndefined();
        expect(await store.check(PORTAL, portalCookie, false)).toMatchObject({ live: { idleRemainingMs: 3 * HOUR } });
        await store.end(session.reference, 'logout');
        expect(await store.findToEnd(PORTAL, portalCookie)).toBeUndefined();
      });

      test('ending what is over says so, and nobody hears of it twice', async () => {
        const { session } = await openSession();
        await store.end(session.reference, 'administrator');
        expect(await store.end(session.reference, 'logout')).toBe(false);
        expect(await store.end(randomUUID(), 'logout')).toBe(false);
        const idle = await openSession();
        under.advance(4 * HOUR + 1);
        expect(await store.end(idle.session.reference, 'logout')).toBe(false);
        expect(ends).toEqual([
          [session.reference, 'administrator'],
          [idle.session.reference, 'idle'],
        ]);
      });

      test('of many ends at once, one is true; checks meanwhile never see it alive again', async () => {
        const { session, portalCookie } = await openSession();
        const attempts = Array.from({ length: 20 }, () => store.end(session.reference, 'logout'));
        const checks = Array.from({ length: 20 }, async () => store.check(PORTAL, portalCookie, true));
        expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
        await Promise.all(checks);
        expect(await store.check(PORTAL, portalCookie, true)).toMatchObject({ alive: false });
        expect(ends).toHaveLength(1);
      });

      test('why it ended is remembered for an hour', async () => {
        const { session, portalCookie } = await openSession();
        await store.end(session.reference, 'administrator');
        under.advance(HOUR);
        await under.sweep();
        expect(await store.check(PORTAL, portalCookie, false)).toEqual({ alive: false, endedBecause: 'administrator' });
        under.advance(1);
        expect(await store.check(PORTAL, portalCookie, false)).toEqual({ alive: false, endedBecause: null });
      });

      test('all sessions of an account end together, those of others do not', async () => {
        const accountId = randomUUID();
        const first = await openSession({ accountId });
        const second = await openSession({ accountId });
        const other = await openSession();
        const over = await store.endAllOf(accountId, 'account-changed');
        expect(new Set(over)).toEqual(new Set([first.session, second.session]));
        expect(await store.check(PORTAL, second.portalCookie, true)).toEqual({
          alive: false,
          endedBecause: 'account-changed',
        });
        expect(await store.check(PORTAL, other.portalCookie, true)).toMatchObject({ alive: true });
        expect(await store.endAllOf(accountId, 'account-changed')).toEqual([]);
        expect(ends).toHaveLength(2);
      });

      test('those of one method only, where one is named', async () => {
        const accountId = randomUUID();
        const card = await openSession({ accountId });
        const day = await openSession({ accountId, method: 'one-day-password' });
        expect(await store.endAllOf(accountId, 'replaced', 'one-day-password')).toEqual([day.session]);
        expect(await store.check(PORTAL, card.portalCookie, true)).toMatchObject({ alive: true });
      });

      test('D1-086 the sessions of an account that stand are told, oldest first; those that are over are not', async () => {
        const accountId = randomUUID();
        const first = await openSession({ accountId });
        const second = await openSession({ accountId, method: 'one-day-password' });
        await openSession();
        expect(await store.listLiveOf(accountId)).toEqual([first.session, second.session]);
        await store.end(first.session.reference, 'logout');
        expect(await store.listLiveOf(accountId)).toEqual([second.session]);
        under.advance(4 * HOUR + 1);
        expect(await store.listLiveOf(accountId)).toEqual([]);
        expect(await store.listLiveOf(randomUUID())).toEqual([]);
      });

      test('all that stand are listed, each at least once, however many there are; those that are over are not', async () => {
        const listed = async () => {
          const found: Session[] = [];
          let after: string | null = null;
          do {
            const page: Awaited<ReturnType<typeof store.listLive>> = await store.listLive(after);
            found.push(...page.sessions);
            after = page.next;
          } while (after !== null);
          return new Map(found.map(session => [session.reference, session]));
        };
        expect(await listed()).toEqual(new Map());
        const early = await openSession();
        under.advance(HOUR);
        // More than one page.
        const opened = await Promise.all(Array.from({ length: 450 }, () => openSession()));
        const [gone, ...others] = opened.map(({ session }) => session);
        await store.end(gone?.reference ?? '', 'logout');
        const all = await listed();
        expect(all.size).toBe(450);
        for (const session of [early.session, ...others]) expect(all.get(session.reference)).toEqual(session);
        under.advance(3 * HOUR + 1);
        expect((await listed()).has(early.session.reference)).toBe(false);
        expect(ends).toContainEqual([early.session.reference, 'idle']);
      });

      test('one that was idle too long is not among those ended with its account', async () => {
        const { session } = await openSession();
        under.advance(4 * HOUR + 1);
        expect(await store.endAllOf(session.accountId, 'administrator')).toEqual([]);
        expect(ends).toEqual([[session.reference, 'idle']]);
      });

      test('who is over is found without anybody asking, and told of once', async () => {
        const idle = await openSession();
        under.advance(HOUR);
        const active = await openSession();
        under.advance(3 * HOUR + 1);
        await under.sweep();
        expect(ends).toEqual([[idle.session.reference, 'idle']]);
        expect(await store.check(PORTAL, active.portalCookie, false)).toMatchObject({ alive: true });
        expect(await store.check(PORTAL, idle.portalCookie, false)).toEqual({ alive: false, endedBecause: 'idle' });
        await under.sweep();
        expect(ends).toHaveLength(1);
      });

      test('every listener hears of an end, after which nothing brings the session back', async () => {
        const heard: boolean[] = [];
        const { session, portalCookie } = await openSession();
        const later: Promise<void>[] = [];
        store.onEnd(() => {
          const checking = Promise.resolve(store.check(PORTAL, portalCookie, true));
          later.push(checking.then(check => void heard.push(check.alive)));
        });
        await store.end(session.reference, 'logout');
        await Promise.all(later);
        expect(heard).toEqual([false]);
        expect(ends).toHaveLength(1);
      });
    });

    test('a second session of one id is refused, and the first stands', async () => {
      const { session, portalCookie } = await openSession();
      await expect(store.open(session, aCookie())).rejects.toThrow();
      expect(await store.check(PORTAL, portalCookie, false)).toMatchObject({ alive: true });
    });

    describe('browser sessions', () => {
      const later = () => new Date(under.now().getTime() + HOUR);

      test('are loaded as saved, replaced and destroyed', async () => {
        const { browserSessions } = store;
        const cookie = aCookie();
        expect(await browserSessions.load(cookie)).toBeUndefined();
        await browserSessions.save(cookie, '{"a":1}', later());
        await browserSessions.save(cookie, '{"a":"二"}', later());
        expect(await browserSessions.load(cookie)).toBe('{"a":"二"}');
        await browserSessions.destroy(cookie);
        expect(await browserSessions.load(cookie)).toBeUndefined();
        await browserSessions.destroy(cookie);
      });

      test('are absent from their expiry on', async () => {
        const cookie = aCookie();
        await store.browserSessions.save(cookie, '{}', later());
        under.advance(HOUR - 1);
        expect(await store.browserSessions.load(cookie)).toBe('{}');
        under.advance(1);
        expect(await store.browserSessions.load(cookie)).toBeUndefined();
        await under.sweep();
        expect(await store.browserSessions.load(cookie)).toBeUndefined();
      });

      test('hold 16,384 characters and no more', async () => {
        const cookie = aCookie();
        await store.browserSessions.save(cookie, 'x'.repeat(16_384), later());
        await expect(store.browserSessions.save(cookie, 'x'.repeat(16_385), later())).rejects.toThrow(RangeError);
      });
    });
  });
}
