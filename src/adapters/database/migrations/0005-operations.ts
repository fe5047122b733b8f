import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // The texts of a notice stand as they were sent, whatever becomes of its template.
  `create table notices (
     id           uuid constraint notices_id_unique primary key,
     account_id   uuid constraint notices_account_exists references accounts (id),
     to_address   text constraint notices_address_present check (to_address <> ''),
     template     text not null constraint notices_template_present check (template <> ''),
     language     text not null constraint notices_language_known check (language in ('zh', 'en')),
     subject      text not null constraint notices_subject_present check (subject <> ''),
     body         text not null constraint notices_body_present check (body <> ''),
     text_version text not null constraint notices_version_present check (text_version <> ''),
     created_at   timestamptz not null
   )`,
];

export const operations: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
