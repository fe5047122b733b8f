import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UnusableDatabaseFault } from '../../../src/adapters/database/faults.ts';
import { checkSchema, migrate } from '../../../src/adapters/database/migrations.ts';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { openPostgresqlSource } from '../../../src/adapters/database/postgresql-source.ts';
import type { Tables } from '../../../src/adapters/database/schema.ts';
import { prepareTestDatabase } from '../../contract/test-database.ts';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.ts';

let postgres: PrivatePostgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  url = await postgres.createDatabase();
});

const withDatabase = async (work: (kysely: Kysely<Tables>) => Promise<void>): Promise<void> => {
  const { kysely, database } = await prepareTestDatabase(openPostgresqlSource({ url }));
  try {
    await work(kysely);
  } finally {
    await database.close();
  }
};

describe('the schema and this version of the gateway', () => {
  test('an empty database is brought to this version; asked only to check, it is refused', async () => {
    await expect(openDatabase({ kind: 'postgresql', url, migrations: 'check' })).rejects.toThrow(/lacks 0001-/);
    const applied = await openDatabase({ kind: 'postgresql', url });
    await applied.close();
    const checked = await openDatabase({ kind: 'postgresql', url, migrations: 'check' });
    await checked.ping();
    await checked.close();
  });

  test.each(['apply', 'check'] as const)('a newer schema is refused (%s)', async migrations => {
    await withDatabase(async kysely => {
      await sql`insert into schema_migrations (name, timestamp) values ('9999-from-the-future', '2030')`.execute(
        kysely,
      );
      await expect(migrate(kysely)).rejects.toThrow(UnusableDatabaseFault);
      await expect(checkSchema(kysely)).rejects.toThrow(UnusableDatabaseFault);
    });
    await expect(openDatabase({ kind: 'postgresql', url, migrations })).rejects.toThrow('9999-from-the-future');
  });

  test('several nodes may start at once on an empty database', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ kind: 'postgresql', url })));
    for (const node of nodes) expect(await node.accounts.countAccounts()).toBe(0);
    await Promise.all(nodes.map(node => node.close()));
  });

  test('a step that fails leaves nothing of it behind', async () => {
    const source = openPostgresqlSource({ url });
    const connection = await source.acquire();
    await connection.query('create table certificate_bindings (id int)', []);
    await expect(openDatabase({ kind: 'postgresql', url })).rejects.toThrow('could not be brought');
    const { rows } = await connection.query("select to_regclass('accounts')::text as accounts", []);
    expect(rows).toEqual([{ accounts: null }]);
    connection.release(false);
    await source.close();
  });

  test('a database of another encoding is refused', async () => {
    const ascii = await postgres.createDatabase({ encoding: 'SQL_ASCII' });
    await expect(openDatabase({ kind: 'postgresql', url: ascii })).rejects.toThrow('SQL_ASCII');
  });
});
