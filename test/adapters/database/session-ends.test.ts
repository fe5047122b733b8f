import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresqlSource } from '../../../src/adapters/database/postgresql-source.ts';
import { SessionWrites } from '../../../src/adapters/database/sessions-changes.ts';
import { commitAccount } from '../../contract/people-of-record.ts';
import { anEnd, aSession } from '../../contract/session-records.contract.ts';
import { prepareTestDatabase, type TestDatabase } from '../../contract/test-database.ts';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.ts';

/** What only several connections can show; PGlite has one. */
describe('ends of sessions, written by several nodes at once', () => {
  let postgres: PrivatePostgres;
  let store: TestDatabase;
  beforeAll(async () => {
    postgres = await startPostgres();
    store = await prepareTestDatabase(openPostgresqlSource({ url: await postgres.createDatabase() }));
  });
  afterAll(async () => {
    await store.database.close();
    await postgres.stop();
  });

  const since = new Date('2020-01-01T00:00:00Z');

  async function commitSessions(count: number): Promise<string[]> {
    const { account } = await commitAccount(store.database);
    const sessions = Array.from({ length: count }, () => aSession(account));
    await store.write(async changes => {
      for (const session of sessions) await changes.sessions.insertSession(session);
    });
    return sessions.map(({ reference }) => reference);
  }

  const end = (reference: string): Promise<void> =>
    store.write(async changes => {
      await changes.sessions.insertEnds([reference], anEnd());
    });

  test('one that is begun earlier and committed later is found by the next look', async () => {
    const [slow = '', quick = '', last = ''] = await commitSessions(3);
    const { mark: start } = await store.database.sessions.listEndsAfter(null, since);

    // Not serializable, so that it need not be tried again: what counts is when it begins and when it is committed.
    const earlier = await store.kysely.startTransaction().execute();
    expect(await new SessionWrites(earlier).insertEnds([slow], anEnd())).toEqual([slow]);
    await end(quick);
    const during = await store.database.sessions.listEndsAfter(start, since);
    expect(during.ends.map(({ reference }) => reference)).toEqual([quick]);

    await end(last);
    await earlier.commit().execute();
    const after = await store.database.sessions.listEndsAfter(during.mark, since);
    expect(after.ends.map(({ reference }) => reference).toSorted()).toEqual([slow, last].toSorted());
    expect((await store.database.sessions.listEndsAfter(after.mark, since)).ends).toEqual([]);
  });

  test('one that is undone is never found', async () => {
    const [reference = ''] = await commitSessions(1);
    const { mark } = await store.database.sessions.listEndsAfter(null, since);
    const undone = await store.kysely.startTransaction().execute();
    await new SessionWrites(undone).insertEnds([reference], anEnd());
    const during = await store.database.sessions.listEndsAfter(mark, since);
    await undone.rollback().execute();
    expect((await store.database.sessions.listEndsAfter(during.mark, since)).ends).toEqual([]);
    expect((await store.database.sessions.findSession(reference))?.end).toBeNull();
  });

  test('while four nodes end sessions, a reader sees each end exactly once', async () => {
    const references = await commitSessions(120);
    let { mark } = await store.database.sessions.listEndsAfter(null, since);
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      const looked = await store.database.sessions.listEndsAfter(mark, since);
      seen.push(...looked.ends.map(({ reference }) => reference));
      mark = looked.mark;
    };
    const reading = new AbortController();
    const reader = (async () => {
      while (!reading.signal.aborted) await look();
    })();
    const node = async (number: number): Promise<void> => {
      for (let at = number; at < references.length; at += 4) {
        await end(references[at] ?? '');
      }
    };
    await Promise.all([0, 1, 2, 3].map(node));
    reading.abort();
    await reader;
    await look();
    expect(seen.toSorted()).toEqual(references.toSorted());
  });
});
