import { Kysely } from 'kysely';
import { SqlDatabase } from '../../src/adapters/database/database.ts';
import { migrate } from '../../src/adapters/database/migrations.ts';
import type { Tables } from '../../src/adapters/database/schema.ts';
import { createSqlDialect } from '../../src/adapters/database/sql-dialect.ts';
import type { SqlResult, SqlSource } from '../../src/adapters/database/sql-source.ts';
import type { Database, DatabaseChanges } from '../../src/flows/ports.ts';
import { anEvent } from './people-of-record.ts';

/** A store under test, with its port and with the doors beside it. */
export interface TestDatabase {
  readonly source: SqlSource;
  readonly kysely: Kysely<Tables>;
  readonly database: Database;
  /** Past the port, as somebody with another program would. */
  execute(statement: string, parameters?: readonly unknown[]): Promise<SqlResult>;
  /** A change whose events do not matter. */
  write(work: (changes: DatabaseChanges) => Promise<void>): Promise<void>;
}

export async function prepareTestDatabase(source: SqlSource): Promise<TestDatabase> {
  const kysely = new Kysely<Tables>({ dialect: createSqlDialect(source) });
  await migrate(kysely);
  const database = new SqlDatabase(kysely);
  return {
    source,
    kysely,
    database,
    execute: async (statement, parameters = []) => {
      const connection = await source.acquire();
      try {
        return await connection.query(statement, parameters);
      } finally {
        connection.release(false);
      }
    },
    write: work =>
      database.change(async changes => {
        await work(changes);
        return { result: undefined, events: [anEvent()] };
      }),
  };
}
