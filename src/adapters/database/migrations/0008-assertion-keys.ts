import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Names and times only: the keys themselves, public halves included, are in the vault, so that nobody adds one here.
  `create table assertion_keys (
     kid             text constraint assertion_keys_unique primary key
                       constraint assertion_keys_thumbprint check (kid ~ '^[A-Za-z0-9_-]{43}$'),
     made_at         timestamptz not null,
     signs_from      timestamptz not null,
     published_until timestamptz
   )`,
];

export const assertionKeys: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
