import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectionFault, StatementFault } from '../../src/adapters/database/faults.ts';
import { migrate } from '../../src/adapters/database/migrations.ts';
import type { SqlSource } from '../../src/adapters/database/sql-source.ts';
import { describeAccessRecords } from './access-records.contract.ts';
import { describeAccounts } from './accounts.contract.ts';
import { describeAssertionKeys } from './assertion-keys.contract.ts';
import { describeApplications } from './applications.contract.ts';
import { describeCredentials } from './credentials.contract.ts';
import { describeChanges } from './changes.contract.ts';
import { describeEvents } from './events.contract.ts';
import { describeOperations } from './operations.contract.ts';
import { describeSessionRecords } from './session-records.contract.ts';
import { describeSchema } from './schema.contract.ts';
import { prepareTestDatabase, type TestDatabase } from './test-database.ts';

/** The contract of the `Database` port, on whichever empty store `open` opens. */
export function describeDatabase(name: string, open: () => Promise<SqlSource>): void {
  describe(`Database on ${name}`, () => {
    let prepared: TestDatabase;
    const store = () => prepared;

    beforeAll(async () => {
      prepared = await prepareTestDatabase(await open());
    });
    afterAll(() => prepared.database.close());

    describeAccounts(store);
    describeApplications(store);
    describeCredentials(store);
    describeSchema(store);
    describeChanges(store);
    describeEvents(store);
    describeOperations(store);
    describeSessionRecords(store);
    describeAccessRecords(store);
    describeAssertionKeys(store);

    test('values come out alike on both stores', async () => {
      const { rows } = await store().execute(
        `select count(*) as counted, 9007199254740991::int8 as large, '2026-02-03'::date as day,
                '2026-02-03 04:05:06.789+08'::timestamptz as instant, '\\x00ff'::bytea as bytes, '{"a":[1]}'::jsonb as json`,
      );
      expect(rows).toEqual([
        {
          counted: 1,
          large: Number.MAX_SAFE_INTEGER,
          day: '2026-02-03',
          instant: new Date('2026-02-02T20:05:06.789Z'),
          bytes: Uint8Array.of(0, 255),
          json: { a: [1] },
        },
      ]);
    });

    test('a statement that fails leaves the store usable', async () => {
      await expect(store().execute('select 1/0')).rejects.toMatchObject({ sqlState: '22012' });
      await store().database.ping();
    });

    test('a transaction in which a statement failed cannot be committed, though the store says nothing', async () => {
      const transaction = store().kysely.transaction();
      const committed = transaction.execute(async changes => {
        await expect(sql`select 1/0`.execute(changes)).rejects.toThrow(StatementFault);
      });
      await expect(committed).rejects.toMatchObject({ sqlState: '25P02' });
    });

    test('migrating again changes nothing', async () => {
      const names = async () =>
        (await sql<{ name: string }>`select name from schema_migrations`.execute(store().kysely)).rows;
      const before = await names();
      await migrate(store().kysely);
      expect(await names()).toEqual(before);
    });

    test('nothing is asked of a store that is closed', async () => {
      await store().database.close();
      await expect(store().database.ping()).rejects.toThrow();
      await expect(store().source.acquire()).rejects.toThrow(ConnectionFault);
    });
  });
}
