import { Kysely, sql } from 'kysely';
import type { Database } from '../../flows/ports.ts';
import { SqlDatabase } from './database.ts';
import { UnusableDatabaseFault } from './faults.ts';
import { checkSchema, migrate } from './migrations.ts';
import { openPgliteSource } from './pglite-source.ts';
import { openPostgresqlSource, type PostgresqlSourceOptions } from './postgresql-source.ts';
import type { Tables } from './schema.ts';
import { createSqlDialect } from './sql-dialect.ts';
import type { SqlSource } from './sql-source.ts';

export type DatabaseOptions = EmbeddedOptions | PostgresqlOptions;

interface EmbeddedOptions {
  readonly kind: 'embedded';
  /** A folder of its own, made when absent. */
  readonly folder: string;
  readonly migrations?: MigrationMode;
}

interface PostgresqlOptions extends Pick<PostgresqlSourceOptions, 'url' | 'tls' | 'poolSize'> {
  readonly kind: 'postgresql';
  readonly migrations?: MigrationMode;
}

/** `apply` (default) brings the schema to this version; `check` refuses any other. Neither accepts a newer one. */
type MigrationMode = 'apply' | 'check';

/** A step may rewrite a table, and a node waits for another that is at it: minutes, not seconds. */
const MIGRATION_DEADLINE_MS = 600_000;

/**
 * Opens the relational store, with the schema of this version.
 *
 * @throws UnusableDatabaseFault  address, server or schema are not ones this version may use
 * @throws FolderInUseFault       another process has the embedded store open; names it
 * @throws ConnectionFault        it cannot be reached
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const mode = options.migrations ?? 'apply';
  if (options.kind === 'embedded') {
    const source = await openPgliteSource(options.folder);
    return new SqlDatabase(await prepare(source, mode === 'apply' ? migrate : checkSchema));
  }
  if (mode === 'apply') {
    const source = openPostgresqlSource({ ...options, poolSize: 1, statementDeadlineMs: MIGRATION_DEADLINE_MS });
    const database = await prepare(source, migrate);
    await database.destroy();
  }
  return new SqlDatabase(await prepare(openPostgresqlSource(options), checkSchema));
}

/** Nothing is left open when it fails. */
async function prepare(source: SqlSource, step: (database: Kysely<Tables>) => Promise<void>): Promise<Kysely<Tables>> {
  const database = new Kysely<Tables>({ dialect: createSqlDialect(source) });
  try {
    await checkServer(database);
    await step(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** Our statements are PostgreSQL 15's, and names are Chinese. */
async function checkServer(database: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ version: number; encoding: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding
  `.execute(database);
  const [server] = rows;
  if (server === undefined || server.version < 150_000) {
    throw new UnusableDatabaseFault('The store must be PostgreSQL 15 or later.');
  }
  if (server.encoding !== 'UTF8') {
    throw new UnusableDatabaseFault(`The encoding of the database is ${server.encoding}; it must be UTF8.`);
  }
}
