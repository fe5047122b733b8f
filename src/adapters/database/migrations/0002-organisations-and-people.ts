import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table organisations drop constraint organisations_kind_known`,
  `alter table organisations add constraint organisations_kind_known check (kind in ('ministry', 'agency', 'other'))`,

  `alter table people
     add column id_last_four text constraint people_id_last_four_form check (id_last_four ~ '^[0-9A-Z]{4}$'),
     add column title        text constraint people_title_present check (title <> ''),
     add column phone        text constraint people_phone_present check (phone <> ''),
     add column email        text constraint people_email_present check (email <> '')`,

  `alter table system_grants
     add column state text not null default 'live'
       constraint system_grants_state_known check (state in ('pending', 'live', 'ended'))`,
  `alter table system_grants alter column state drop default`,

  `create index certificate_bindings_of_subject on certificate_bindings (subject_serial_number)`,
  `create index accounts_of_organisation on accounts (organisation_id, unit_id)`,

  `create table deputyships (
     id           uuid primary key,
     principal_id uuid not null constraint deputyships_principal_exists references accounts (id),
     deputy_id    uuid not null constraint deputyships_deputy_exists references accounts (id),
     reason       text not null constraint deputyships_reason_present check (reason <> ''),
     valid_from   date not null,
     valid_until  date not null,
     named_by     uuid not null constraint deputyships_named_by_exists references accounts (id),
     named_at     timestamptz not null,
     ended_at     timestamptz,
     constraint deputyships_two_people check (principal_id <> deputy_id),
     constraint deputyships_term check (valid_from <= valid_until)
   )`,
  `create index deputyships_of_principal on deputyships (principal_id)`,
  `create index deputyships_of_deputy on deputyships (deputy_id)`,
];

export const organisationsAndPeople: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
