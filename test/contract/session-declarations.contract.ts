import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Declaration } from '../../src/policy/purpose.ts';
import type { Session } from '../../src/sessions/session.ts';
import type { CreateSessionStore, TestSessionStore } from './session-store.contract.ts';

const HOUR = 3_600_000;
const PORTAL = 'portal.gateway.test';
const COMPANY = 'company.gateway.test';

/** The part of the contract of the `SessionStore` port that is about declared purposes. */
export function describeSessionDeclarations(name: string, create: CreateSessionStore): void {
  describe(`SessionStore on ${name}: what a person has declared on a host`, () => {
    let under: TestSessionStore;
    let store: TestSessionStore['store'];
    beforeEach(async () => {
      const limits = {
        idleMs: 4 * HOUR,
        lifetimeMs: 12 * HOUR,
        concurrent: { account: 4, card: 3, 'card-tls': 3, 'one-day-password': 2 },
      };
      under = await create({ limits, portalHost: PORTAL });
      store = under.store;
    });

    const openSession = async () => {
      const session: Session = {
        reference: randomUUID(),
        accountId: randomUUID(),
        method: 'card',
        authenticatedAt: new Date('2026-03-01T00:00:00Z'),
        certificateSha256: randomBytes(32).toString('hex'),
        endsAt: null,
        clientAddress: '192.0.2.1',
      };
      const portalCookie = aCookie();
      await store.open(session, portalCookie);
      return { session, portalCookie };
    };
    const aCookie = () => randomBytes(32).toString('base64url');
    const CASE: Declaration = { purpose: 'case-handling', case: '府商字第 1150001234 號' };
    const declared = async (host: string, cookie: string) => {
      const check = await store.check(host, cookie, false);
      return check.alive && check.live.declaration;
    };
    const declare = async (reference: string, host: string, validMs: number | null = null, declaration = CASE) => {
      const cookie = aCookie();
      return { cookie, isKept: await store.declare(reference, host, cookie, { declaration, validMs }) };
    };

    test('is told to every cookie of that host and to no other; another declaration takes its place', async () => {
      const { session, portalCookie } = await openSession();
      const [before, elsewhere] = [aCookie(), aCookie()];
      await store.addHostCookie(session.reference, COMPANY, before, null);
      await store.addHostCookie(session.reference, 'business.gateway.test', elsewhere, null);
      expect(await declared(COMPANY, before)).toBeNull();
      const first = await declare(session.reference, COMPANY);
      expect([await declared(COMPANY, before), await declared(COMPANY, first.cookie)]).toEqual([CASE, CASE]);
      expect([await declared(PORTAL, portalCookie), await declared('business.gateway.test', elsewhere)]).toEqual([
        null,
        null,
      ]);
      const training = { purpose: 'training', case: null };
      const second = await declare(session.reference, COMPANY, null, training);
      expect([await declared(COMPANY, first.cookie), await declared(COMPANY, second.cookie)]).toEqual([
        training,
        training,
      ]);
    });

    test('counts no longer than was said, however active the person is', async () => {
      const { session } = await openSession();
      const { cookie } = await declare(session.reference, COMPANY, 60_000);
      under.advance(59_999);
      await store.check(COMPANY, cookie, true);
      expect(await declared(COMPANY, cookie)).toEqual(CASE);
      under.advance(1);
      expect(await declared(COMPANY, cookie)).toBeNull();
    });

    test('is told where the session itself is asked about, without a cookie', async () => {
      const { session } = await openSession();
      await declare(session.reference, COMPANY, 60_000);
      expect(await store.checkAgain(COMPANY, session.reference)).toMatchObject({ live: { declaration: CASE } });
      expect(await store.checkAgain(PORTAL, session.reference)).toMatchObject({ live: { declaration: null } });
      under.advance(60_000);
      expect(await store.checkAgain(COMPANY, session.reference)).toMatchObject({ live: { declaration: null } });
    });

    test('ends with the session; one that is over, or was never there, takes none', async () => {
      const { session } = await openSession();
      const { cookie } = await declare(session.reference, COMPANY);
      await store.end(session.reference, 'logout');
      expect(await store.check(COMPANY, cookie, false)).toEqual({ alive: false, endedBecause: 'logout' });
      for (const reference of [session.reference, randomUUID()]) {
        const late = await declare(reference, COMPANY);
        expect(late.isKept).toBe(false);
        expect(await store.check(COMPANY, late.cookie, false)).toEqual({ alive: false, endedBecause: null });
      }
    });
  });
}
