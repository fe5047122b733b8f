import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { UnusableDatabaseFault } from './faults.ts';
import { accountsAndEvents } from './migrations/0001-accounts-and-events.ts';
import { organisationsAndPeople } from './migrations/0002-organisations-and-people.ts';
import { applications } from './migrations/0003-applications.ts';
import { credentials } from './migrations/0004-credentials.ts';
import { operations } from './migrations/0005-operations.ts';
import { sessions } from './migrations/0006-sessions.ts';
import { accessRecords } from './migrations/0007-access-records.ts';
import { assertionKeys } from './migrations/0008-assertion-keys.ts';
import type { Tables } from './schema.ts';

/** Every step from an empty database to this version's, by name, in order. A step that has been released never changes. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-accounts-and-events': accountsAndEvents,
  '0002-organisations-and-people': organisationsAndPeople,
  '0003-applications': applications,
  '0004-credentials': credentials,
  '0005-operations': operations,
  '0006-sessions': sessions,
  '0007-access-records': accessRecords,
  '0008-assertion-keys': assertionKeys,
};

const TABLE = 'schema_migrations';

/**
 * Brings the schema to this version, all steps in one transaction. Several nodes may call it at once: they take turns
 * by PostgreSQL's advisory lock, and whoever comes later finds nothing to do.
 *
 * @throws UnusableDatabaseFault when the schema is newer than this version, see {@link checkSchema}
 */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  await refuseNewerSchema(database);
  const { error } = await migratorOf(database).migrateToLatest();
  if (error !== undefined) throw new Error('The schema could not be brought to this version.', { cause: error });
}

/**
 * Establishes that the schema is exactly this version's.
 *
 * @throws UnusableDatabaseFault when steps are missing, or when there are steps that this version does not know: a
 *   newer version has been at work, and what its tables mean is not known here
 */
export async function checkSchema(database: Kysely<Tables>): Promise<void> {
  const done = await refuseNewerSchema(database);
  const missing = Object.keys(MIGRATIONS).filter(name => !done.has(name));
  if (missing.length > 0) {
    throw new UnusableDatabaseFault(`The schema lacks ${missing.join(', ')}: run "moica-gateway migrate".`);
  }
}

async function refuseNewerSchema(database: Kysely<Tables>): Promise<Set<string>> {
  const done = await listDone(database);
  const unknown = [...done].filter(name => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0) {
    throw new UnusableDatabaseFault(
      `The schema is newer than this version of the gateway, which does not know ${unknown.join(', ')}.`,
    );
  }
  return done;
}

async function listDone(database: Kysely<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ there: string | null }>`select to_regclass(${TABLE})::text as there`.execute(database);
  if (typeof rows[0]?.there !== 'string') return new Set();
  const done = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(database);
  return new Set(done.rows.map(row => row.name));
}

function migratorOf(database: Kysely<Tables>): Migrator {
  return new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    migrationTableName: TABLE,
    migrationLockTableName: 'schema_migrations_lock',
  });
}
