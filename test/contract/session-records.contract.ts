import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import type { CertificateBinding } from '../../src/accounts/certificate-binding.ts';
import type { Organisation, Unit } from '../../src/accounts/organisation.ts';
import type {
  CertificateInUse,
  OpenSession,
  RecordedEnd,
  SessionFilter,
} from '../../src/flows/ports/session-records.ts';
import { SESSION_END_REASONS, type Session } from '../../src/sessions/session.ts';
import { aBinding, anAccount, anOrganisation, aUnit } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

const EVERYTHING = { kind: 'everything' } as const;
const LOGIN_AT = new Date('2026-04-01T01:02:03.004Z');

export function aSession(account: Account, changes: Partial<Session> = {}): Session {
  return {
    reference: randomUUID(),
    accountId: account.id,
    method: 'card',
    authenticatedAt: LOGIN_AT,
    certificateSha256: randomBytes(32).toString('hex'),
    endsAt: null,
    clientAddress: '192.0.2.1',
    ...changes,
  };
}

export function anEnd(changes: Partial<RecordedEnd> = {}): RecordedEnd {
  return {
    reason: 'administrator',
    at: new Date('2026-04-01T02:00:00.001Z'),
    by: { kind: 'gateway' },
    note: null,
    ...changes,
  };
}

function pickOf(binding: CertificateBinding | undefined) {
  return {
    certificateSha256: binding?.certificateSha256 ?? '',
    certificateDer: binding?.certificateDer ?? new Uint8Array(),
  };
}

/** Records of sessions: who logged in, where to, and every end, each seen once by whoever looks. */
export function describeSessionRecords(store: () => TestDatabase): void {
  describe('records of sessions', () => {
    let organisation: Organisation;
    let unit: Unit;
    let clerk: Account;
    let head: Account;
    let stranger: Account;

    const commit = async (...sessions: Session[]) =>
      store().write(async changes => {
        for (const session of sessions) await changes.sessions.insertSession(session);
      });
    const end = async (references: readonly string[], order: Partial<RecordedEnd> = {}): Promise<string[]> => {
      let ended: string[] = [];
      await store().write(async changes => void (ended = await changes.sessions.insertEnds(references, anEnd(order))));
      return ended;
    };
    const references = async (filter: Partial<SessionFilter>): Promise<string[]> => {
      const page = { offset: 0, limit: 1_000 };
      const { sessions, total } = await store().database.sessions.findSessions({ scope: EVERYTHING, ...filter }, page);
      expect(total).toBe(sessions.length);
      return sessions.map(({ reference }) => reference);
    };

    beforeAll(async () => {
      organisation = anOrganisation();
      unit = aUnit(organisation);
      clerk = anAccount(organisation, { name: '示範 王_小明' });
      head = anAccount(organisation, { unitId: unit.id });
      const elsewhere = anOrganisation();
      stranger = anAccount(elsewhere);
      await store().write(async changes => {
        await changes.insertOrganisation(organisation);
        await changes.insertOrganisation(elsewhere);
        await changes.insertUnit(unit);
        for (const account of [clerk, head, stranger]) {
          await changes.insertPerson({ id: account.personId, name: account.name });
          await changes.insertAccount(account);
        }
      });
    });

    test('a session comes back with whose it is, where it went, and its end', async () => {
      const session = aSession(head, {
        method: 'one-day-password',
        certificateSha256: null,
        endsAt: new Date('2026-04-01T16:00:00Z'),
      });
      await store().write(async changes => {
        await changes.sessions.insertSession(session);
        await changes.sessions.insertEntry(session.reference, 'factory', new Date('2026-04-01T01:03:00Z'));
        await changes.sessions.insertEntry(session.reference, 'company', new Date('2026-04-01T01:04:00Z'));
        await changes.sessions.insertEntry(session.reference, 'factory', new Date('2026-04-01T01:05:00Z'));
      });
      const record = {
        ...session,
        systemIds: ['factory', 'company'],
        loginName: head.loginName,
        name: head.name,
        organisationId: organisation.id,
        unitId: unit.id,
      };
      expect(await store().database.sessions.findSession(session.reference)).toEqual({ ...record, end: null });

      const by = { kind: 'command-line', osUser: 'gateway', declaredName: '王\0' } as const;
      expect(await end([session.reference], { by, note: '離職\0' })).toEqual([session.reference]);
      expect(await store().database.sessions.findSession(session.reference)).toEqual({
        ...record,
        end: anEnd({ by: { ...by, declaredName: '王\u{FFFD}' }, note: '離職\u{FFFD}' }),
      });
    });

    test('what nobody opened is not there, nor what no store could hold', async () => {
      expect(await store().database.sessions.findSession(randomUUID())).toBeUndefined();
      expect(await store().database.sessions.findSession("' or true --")).toBeUndefined();
    });

    test('no session of nobody, no second one of a name, no entry of a session that is not there', async () => {
      const session = aSession(clerk);
      await expect(commit(aSession(clerk, { accountId: randomUUID() }))).rejects.toMatchObject({
        constraint: 'sessions_account_exists',
      });
      await commit(session);
      await expect(commit(session)).rejects.toMatchObject({ constraint: 'sessions_reference_unique' });
      await expect(
        store().write(changes => changes.sessions.insertEntry(randomUUID(), 'company', LOGIN_AT)),
      ).rejects.toMatchObject({ constraint: 'session_systems_session_exists' });
    });

    test('an end is recorded once: the first stands, and only new ones are named', async () => {
      const [one, other] = [aSession(clerk), aSession(clerk)];
      await commit(one, other);
      expect(await end([one.reference], { reason: 'logout' })).toEqual([one.reference]);
      const all = [one.reference, other.reference, randomUUID(), 'no reference', other.reference];
      expect(await end(all, { reason: 'idle' })).toEqual([other.reference]);
      expect(await end(all)).toEqual([]);
      expect(await end([])).toEqual([]);
      expect((await store().database.sessions.findSession(one.reference))?.end?.reason).toBe('logout');
      const overwriting = store().execute(`update sessions set end_reason = 'idle' where reference = $1`, [
        one.reference,
      ]);
      await expect(overwriting).rejects.toMatchObject({ sqlState: '23001' });
    });

    test.each(SESSION_END_REASONS)('the store takes the reason %s, and an empty note for none', async reason => {
      const session = aSession(clerk);
      await commit(session);
      await end([session.reference], { reason, note: ' ' });
      expect((await store().database.sessions.findSession(session.reference))?.end).toEqual(anEnd({ reason }));
    });

    test('ends in concurrent changes: each session is named to one of them', async () => {
      const sessions = Array.from({ length: 6 }, () => aSession(clerk));
      await commit(...sessions);
      const all = sessions.map(({ reference }) => reference);
      const named = await Promise.all([end(all), end(all.toReversed()), end(all.slice(2))]);
      expect(named.flat().toSorted()).toEqual(all.toSorted());
    });

    test('lists are cut to the scope, and no filter leads out of it', async () => {
      const [mine, heads, foreign] = [aSession(clerk), aSession(head), aSession(stranger)];
      await commit(mine, heads, foreign);
      const all = [mine, heads, foreign].map(({ reference }) => reference);
      const seen = async (scope: SessionFilter['scope'], filter: Partial<SessionFilter> = {}) =>
        (await references({ references: all, ...filter, scope })).toSorted();
      const { id: organisationId } = organisation;
      const both = [mine.reference, heads.reference].toSorted();

      expect(await seen(EVERYTHING)).toEqual(all.toSorted());
      expect(await seen({ kind: 'organisation', organisationId })).toEqual(both);
      expect(await seen({ kind: 'unit', organisationId, unitId: unit.id })).toEqual([heads.reference]);
      expect(await seen({ kind: 'unit', organisationId: stranger.organisationId, unitId: unit.id })).toEqual([]);
      expect(await seen({ kind: 'self', accountId: clerk.id })).toEqual([mine.reference]);
      expect(await seen({ kind: 'self', accountId: clerk.id }, { accountId: stranger.id })).toEqual([]);
      expect(await seen({ kind: 'organisation', organisationId }, { organisationId: stranger.organisationId })).toEqual(
        [],
      );
      expect(await seen({ kind: 'organisation', organisationId }, { references: [foreign.reference] })).toEqual([]);
      expect(await seen({ kind: 'organisation', organisationId: 'none' })).toEqual([]);
      expect(await seen({ kind: 'self', accountId: "'" })).toEqual([]);
    });

    test('every filter, alone and together', async () => {
      const clientAddress = `198.51.100.${String(randomBytes(1)[0])}/${randomUUID()}`;
      const byCard = aSession(clerk, { clientAddress });
      const byTls = aSession(head, { clientAddress, method: 'card-tls' });
      const over = aSession(head, { clientAddress });
      await commit(byCard, byTls, over, aSession(clerk));
      await end([over.reference]);
      await store().write(changes => changes.sessions.insertEntry(byTls.reference, 'company', LOGIN_AT));
      const seen = async (filter: Partial<SessionFilter>) =>
        (await references({ clientAddress, ...filter })).toSorted();

      expect(await seen({})).toEqual([byCard.reference, byTls.reference].toSorted());
      expect(await seen({ withEnded: true })).toEqual([byCard.reference, byTls.reference, over.reference].toSorted());
      expect(await seen({ method: 'card-tls' })).toEqual([byTls.reference]);
      expect(await seen({ exceptReference: byCard.reference })).toEqual([byTls.reference]);
      expect(await seen({ exceptReference: byTls.reference, references: [byTls.reference] })).toEqual([]);
      expect(await seen({ exceptReference: 'none' })).toEqual([byCard.reference, byTls.reference].toSorted());
      expect(await seen({ method: 'card-tls', accountId: clerk.id })).toEqual([]);
      expect(await seen({ systemId: 'company' })).toEqual([byTls.reference]);
      expect(await seen({ systemId: 'fac\0' })).toEqual([]);
      expect(await seen({ accountId: clerk.id })).toEqual([byCard.reference]);
      expect(await seen({ organisationId: stranger.organisationId })).toEqual([]);
      expect(await seen({ unitId: unit.id, withEnded: true })).toEqual([byTls.reference, over.reference].toSorted());
      expect(await seen({ unitId: 'none' })).toEqual([]);
      expect(await seen({ text: '王_小' })).toEqual([byCard.reference]);
      expect(await seen({ text: '王_明' })).toEqual([]);
      expect(await seen({ text: head.loginName.toUpperCase().slice(2) })).toEqual([byTls.reference]);
      expect(await seen({ text: '%\0' })).toEqual([]);
      expect(await seen({ references: [] })).toEqual([]);
      expect(await references({ clientAddress: clientAddress.slice(0, -1) })).toEqual([]);
    });

    test('newest first, page by page, each once', async () => {
      const clientAddress = randomUUID();
      const sessions = [0, 3, 1, 2, 2, 2].map(hour =>
        aSession(clerk, { clientAddress, authenticatedAt: new Date(LOGIN_AT.getTime() + hour * 3_600_000) }),
      );
      await commit(...sessions);
      const pages = await Promise.all(
        [0, 2, 4].map(offset =>
          store().database.sessions.findSessions({ scope: EVERYTHING, clientAddress }, { offset, limit: 2 }),
        ),
      );
      expect(pages.map(({ total }) => total)).toEqual([6, 6, 6]);
      const listed = pages.flatMap(page => page.sessions);
      expect(new Set(listed.map(({ reference }) => reference)).size).toBe(6);
      const hours = listed.map(({ authenticatedAt }) => (authenticatedAt.getTime() - LOGIN_AT.getTime()) / 3_600_000);
      expect(hours).toEqual([3, 2, 2, 2, 1, 0]);
      for (const limit of [0, 1_001, 1.5]) {
        const asked = store().database.sessions.findSessions({ scope: EVERYTHING }, { offset: 0, limit });
        await expect(asked).rejects.toThrow(RangeError);
      }
    });

    test('open ones come oldest first, page after page, each once', async () => {
      const at = (minute: number) => new Date(Date.UTC(1999, 0, 1, 0, minute));
      const sessions = [3, 1, 2, 2, 2, 4].map(minute => aSession(clerk, { authenticatedAt: at(minute) }));
      await commit(...sessions);
      const [third, , ended] = sessions;
      await end([ended?.reference ?? '']);
      const listed: OpenSession[] = [];
      for (let after: OpenSession | null = null, isDone = false; !isDone; after = listed.at(-1) ?? null) {
        const page = await store().database.sessions.listOpenSessions(at(4), after, 2);
        listed.push(...page);
        isDone = page.length < 2;
      }
      expect(listed.map(({ authenticatedAt }) => authenticatedAt)).toEqual([at(1), at(2), at(2), at(3)]);
      expect(new Set(listed.map(({ reference }) => reference)).size).toBe(4);
      expect(listed.at(-1)?.reference).toBe(third?.reference);
      await end(sessions.map(({ reference }) => reference));
    });

    test('certificates with which sessions stand come with what a binding keeps of them, live or not', async () => {
      const bindings = [aBinding(clerk), aBinding(head), aBinding(stranger)];
      await store().write(async changes => {
        for (const binding of bindings) await changes.insertBinding(binding);
        await changes.endBinding(bindings[1]?.id ?? '', LOGIN_AT);
      });
      const hashes = bindings.map(({ certificateSha256 }) => certificateSha256);
      const [first, second, third] = [0, 1, 2].map(of => aSession(clerk, { certificateSha256: hashes[of] ?? null }));
      if (first === undefined || second === undefined || third === undefined) throw new Error('No sessions.');
      const again = aSession(clerk, { certificateSha256: first.certificateSha256 });
      await commit(first, second, third, again, aSession(clerk), aSession(clerk, { certificateSha256: null }));
      await end([third.reference]);
      const listed: CertificateInUse[] = [];
      for (let after: string | null = null, isDone = false; !isDone; after = listed.at(-1)?.certificateSha256 ?? null) {
        const page = await store().database.sessions.listCertificatesInUse(after, 1);
        listed.push(...page);
        isDone = page.length < 1;
      }
      const byHash = (a: CertificateInUse, b: CertificateInUse) => (a.certificateSha256 < b.certificateSha256 ? -1 : 1);
      expect(listed).toEqual(
        [
          { ...pickOf(bindings[0]), references: [first.reference, again.reference].toSorted() },
          { ...pickOf(bindings[1]), references: [second.reference] },
        ].toSorted(byHash),
      );
    });

    test('a look finds the ends since the last one, each once; the first those since an instant', async () => {
      const [early, late, open, later] = [aSession(clerk), aSession(clerk), aSession(clerk), aSession(clerk)];
      const at = new Date('2031-01-01T00:00:00Z');
      const before = new Date(at.getTime() - 1);
      await commit(early, late, open, later);
      await end([early.reference], { at: before });
      await end([late.reference], { at, reason: 'logout' });

      const first = await store().database.sessions.listEndsAfter(null, at);
      expect(first.ends).toEqual([{ reference: late.reference, reason: 'logout' }]);
      const nothing = await store().database.sessions.listEndsAfter(first.mark, at);
      expect(nothing.ends).toEqual([]);
      // An end that is recorded late, of an instant long ago, is new all the same.
      await end([later.reference, open.reference], { at: before, reason: 'card-revoked' });
      const second = await store().database.sessions.listEndsAfter(nothing.mark, at);
      expect(second.ends.map(({ reference }) => reference).toSorted()).toEqual(
        [later.reference, open.reference].toSorted(),
      );
      expect(second.ends[0]?.reason).toBe('card-revoked');
      expect((await store().database.sessions.listEndsAfter(second.mark, at)).ends).toEqual([]);
      // Who looks with the earlier mark sees them again: marks are the reader's own.
      expect((await store().database.sessions.listEndsAfter(first.mark, at)).ends).toHaveLength(2);
    });

    test('a look of another server, or of a later moment than there is, starts over', async () => {
      const session = aSession(clerk);
      const at = new Date('2032-01-01T00:00:00Z');
      await commit(session);
      await end([session.reference], { at });
      const { mark } = await store().database.sessions.listEndsAfter(null, at);
      const [server = '', last = '', snapshot = ''] = mark.split(' ');
      const look = async (parts: readonly string[]) =>
        (await store().database.sessions.listEndsAfter(parts.join(' '), at)).ends.length;

      expect(await look([server, last, snapshot])).toBe(0);
      expect(await look([`${server}0`, last, snapshot])).toBe(1);
      expect(await look([server, last, '99999999:99999999:'])).toBe(1);
    });

    test('a number given out again after a crash of the server is not taken for one that was seen', async () => {
      const [before, after] = [aSession(clerk), aSession(clerk)];
      const at = new Date('2033-01-01T00:00:00Z');
      await commit(before, after);
      await end([before.reference], { at });
      const { mark } = await store().database.sessions.listEndsAfter(null, at);
      const [server = '', last = ''] = mark.split(' ');
      await end([after.reference], { at });
      // As if the last look had seen three more transactions, none of which had written an end.
      const { mark: now } = await store().database.sessions.listEndsAfter(null, at);
      const snapshot = now.split(' ')[2] ?? '';
      const { ends } = await store().database.sessions.listEndsAfter([server, last, snapshot].join(' '), at);
      expect(ends.map(({ reference }) => reference)).toEqual([after.reference]);
    });

    test('ends of a restored backup with numbers yet to come are read once', async () => {
      const session = aSession(clerk);
      const at = new Date('2034-01-01T00:00:00Z');
      await commit(session);
      await store().execute(
        `update sessions set ended_at = $1, end_reason = 'logout', ended_by = '{"kind":"gateway"}',
           end_transaction = '888888888888' where reference = $2`,
        [at, session.reference],
      );
      const first = await store().database.sessions.listEndsAfter(null, at);
      expect(first.ends).toHaveLength(1);
      const second = await store().database.sessions.listEndsAfter(first.mark, at);
      expect(second.ends).toEqual([]);
      const next = aSession(clerk);
      await commit(next);
      await end([next.reference], { at });
      expect((await store().database.sessions.listEndsAfter(second.mark, at)).ends).toEqual([
        { reference: next.reference, reason: 'administrator' },
      ]);
    });

    test('old records go, open ones and younger ones stay; looks find no fault in it', async () => {
      const [old, young, open] = [aSession(clerk), aSession(clerk), aSession(clerk)];
      await commit(old, young, open);
      await store().write(changes => changes.sessions.insertEntry(old.reference, 'company', LOGIN_AT));
      const instant = new Date('2001-02-01T00:00:00Z');
      await end([old.reference], { at: new Date(instant.getTime() - 1) });
      await end([young.reference], { at: instant });
      const { mark } = await store().database.sessions.listEndsAfter(null, instant);
      const remove = async () => {
        let count = 0;
        await store().write(async changes => void (count = await changes.sessions.deleteEndedBefore(instant)));
        return count;
      };
      expect([await remove(), await remove()]).toEqual([1, 0]);
      expect(await store().database.sessions.findSession(old.reference)).toBeUndefined();
      expect(await references({ references: [young.reference, open.reference], withEnded: true })).toHaveLength(2);
      expect((await store().database.sessions.listEndsAfter(mark, instant)).ends).toEqual([]);
    });
  });
}
