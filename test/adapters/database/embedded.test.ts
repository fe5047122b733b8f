import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConnectionFault } from '../../../src/adapters/database/faults.ts';
import { FolderInUseFault, lockFolder } from '../../../src/adapters/database/folder-lock.ts';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { openPgliteSource } from '../../../src/adapters/database/pglite-source.ts';
import { anEvent } from '../../contract/people-of-record.ts';
import { prepareTestDatabase } from '../../contract/test-database.ts';
import { startCommitting } from './child-process.ts';

// Processes that start PGlite: some seconds each on a machine that does nothing else.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Making a database takes seconds: the tests share one, and each closes it. */
let parent: string;
let folder: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
  folder = join(parent, 'database');
  await mkdir(folder, { mode: 0o755 });
  const database = await openDatabase({ kind: 'embedded', folder });
  await database.close();
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const listIds = async (): Promise<Set<string>> => {
  const source = await openPgliteSource(folder);
  const store = await prepareTestDatabase(source);
  const { rows } = await store.execute('select id from events');
  await store.database.close();
  return new Set(rows.map(row => (row as { id: string }).id));
};

describe('killed with SIGKILL', () => {
  test('five times at random moments: nothing acknowledged is lost', async () => {
    // Seeded, so that a failure can be repeated as far as the machine lets it.
    let seed = 20_261_122;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const acknowledged: string[] = [];
    const before = await listIds();
    for (let round = 1; round <= 5; round += 1) {
      const child = startCommitting(folder);
      await child.opened;
      await delay(random() * 400);
      await child.kill();
      acknowledged.push(...child.acknowledged);
    }
    const kept = await listIds();
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.filter(id => !kept.has(id))).toEqual([]);
    // The one that was committed but not yet printed, each time.
    expect(kept.size - before.size - acknowledged.length).toBeLessThanOrEqual(5);
  });

  test('while the database is being made: nothing half-made is taken for a database', async () => {
    const fresh = join(parent, 'fresh');
    const isBeingWritten = () => ['pgdata.new', 'pgdata'].some(name => existsSync(join(fresh, name, 'pg_wal')));
    const child = startCommitting(fresh);
    while (!isBeingWritten()) await nextTurn();
    await child.kill();
    expect(await readdir(fresh)).not.toContain('pgdata');

    const database = await openDatabase({ kind: 'embedded', folder: fresh });
    await database.record([anEvent()]);
    expect(await database.events.listEvents({ limit: 1 })).toHaveLength(1);
    await database.close();
    expect(await readdir(fresh)).not.toContain('pgdata.new');
  });
});

describe('one folder, one process', () => {
  test('a second process is told who has it, and gets it once that one is killed', async () => {
    const holder = startCommitting(folder);
    await holder.opened;
    const refusal = openDatabase({ kind: 'embedded', folder });
    await expect(refusal).rejects.toThrow(FolderInUseFault);
    await expect(refusal).rejects.toMatchObject({ pid: holder.pid });
    await expect(refusal).rejects.toThrow(`process ${holder.pid}`);

    const second = startCommitting(folder);
    await expect(second.opened).rejects.toThrow(`process ${holder.pid}`);

    await holder.kill();
    const database = await openDatabase({ kind: 'embedded', folder });
    await database.ping();
    await database.close();
  });

  test('the same process does not get it twice either', async () => {
    const database = await openDatabase({ kind: 'embedded', folder });
    await expect(openDatabase({ kind: 'embedded', folder })).rejects.toMatchObject({ pid: process.pid });
    await database.close();
    const again = await openDatabase({ kind: 'embedded', folder });
    await again.close();
  });

  test('of five that start at once after a kill, one gets it', async () => {
    const holder = startCommitting(folder);
    await holder.opened;
    await holder.kill();
    const starters = Array.from({ length: 5 }, () => startCommitting(folder));
    const outcomes = await Promise.allSettled(starters.map(starter => starter.opened));
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
    await Promise.all(starters.map(starter => starter.kill()));
  });

  test('a holder that has not written down its pid still holds', () => {
    const lock = lockFolder(parent);
    rmSync(join(parent, 'lock-holder'));
    expect(() => lockFolder(parent)).toThrow('another process');
    lock.release();
    lockFolder(parent).release();
  });

  test('a folder in which PGlite cannot start is a fault and leaves no lock behind', async () => {
    const spoilt = join(parent, 'spoilt');
    await mkdir(spoilt);
    await writeFile(join(spoilt, 'pgdata'), 'not a folder');
    await expect(openDatabase({ kind: 'embedded', folder: spoilt })).rejects.toThrow(ConnectionFault);
    lockFolder(spoilt).release();
  });

  test('nobody else can enter it, whoever made it', async () => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
});

describe('a thread that is lost', () => {
  test('a statement beyond its deadline ends the thread, the next one finds a new thread and everything committed', async () => {
    const store = await prepareTestDatabase(await openPgliteSource(folder, 3_000));
    const accountId = randomUUID();
    const event = anEvent({ accountId });
    await store.database.record([event]);

    const stuck = store.execute('select count(*) from generate_series(1, 10000000000)');
    await expect(stuck).rejects.toThrow(ConnectionFault);
    expect(await store.database.events.listEvents({ accountId, limit: 9 })).toEqual([event]);
    await store.database.close();
  });

  test('what follows in its transaction does not run outside of it', async () => {
    const store = await prepareTestDatabase(await openPgliteSource(folder, 3_000));
    const connection = await store.source.acquire();
    const insert = (name: string) =>
      connection.query('insert into people (id, name) values ($1, $2)', [randomUUID(), name]);
    await connection.query('start transaction', []);
    await insert('before');
    await expect(connection.query('select count(*) from generate_series(1, 10000000000)', [])).rejects.toThrow(
      ConnectionFault,
    );
    await expect(insert('after')).rejects.toThrow(ConnectionFault);
    connection.release(true);
    expect((await store.execute('select name from people')).rows).toEqual([]);
    await store.database.close();
  });
});
