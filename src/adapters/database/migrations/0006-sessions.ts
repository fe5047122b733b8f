import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // `end_transaction` is what wrote the end: nodes ask for those that their last look could not see yet.
  `create table sessions (
     reference          uuid constraint sessions_reference_unique primary key,
     account_id         uuid not null constraint sessions_account_exists references accounts (id),
     method             text not null constraint sessions_method_known
                          check (method in ('card', 'card-tls', 'one-day-password')),
     authenticated_at   timestamptz not null,
     ends_at            timestamptz,
     certificate_sha256 text constraint sessions_certificate_form check (certificate_sha256 ~ '^[0-9a-f]{64}$'),
     client_address     text not null constraint sessions_address_present check (client_address <> ''),
     ended_at           timestamptz,
     end_reason         text constraint sessions_end_known
                          check (end_reason in ('logout', 'logout-elsewhere', 'idle', 'lifetime', 'day-over',
                                                'account-changed', 'card-blocked', 'card-revoked', 'replaced',
                                                'administrator', 'store-lost')),
     ended_by           jsonb,
     end_note           text constraint sessions_note_present check (end_note <> ''),
     end_transaction    xid8,
     constraint sessions_end_whole check (num_nonnulls(ended_at, end_reason, ended_by, end_transaction) in (0, 4)),
     constraint sessions_note_of_end check (end_note is null or ended_at is not null)
   )`,
  `create index sessions_by_time on sessions (authenticated_at, reference)`,
  `create index sessions_of_account on sessions (account_id, authenticated_at, reference)`,
  `create index sessions_open_by_time on sessions (authenticated_at, reference) where ended_at is null`,
  `create index sessions_open_by_method on sessions (method, authenticated_at, reference) where ended_at is null`,
  `create index sessions_open_by_certificate on sessions (certificate_sha256, reference)
     where ended_at is null and certificate_sha256 is not null`,
  `create index sessions_from_address on sessions (client_address, authenticated_at, reference)`,
  `create index sessions_by_end on sessions (ended_at) where ended_at is not null`,
  `create index sessions_by_end_transaction on sessions (end_transaction) where end_transaction is not null`,
  `create index certificate_bindings_of_certificate on certificate_bindings (certificate_sha256)`,
  // An end once recorded stands as it is.
  `create function sessions_refuse_other_end() returns trigger language plpgsql as $$
     begin
       raise exception 'The end of a session is recorded once.' using errcode = 'restrict_violation';
     end
   $$`,
  `create trigger sessions_end_once before update on sessions
     for each row when (old.ended_at is not null) execute function sessions_refuse_other_end()`,

  `create table session_systems (
     reference  uuid not null constraint session_systems_session_exists references sessions (reference)
                  on delete cascade,
     system_id  text not null constraint session_systems_system_present check (system_id <> ''),
     entered_at timestamptz not null,
     constraint session_systems_unique primary key (reference, system_id)
   )`,
  `create index session_systems_of_system on session_systems (system_id, reference)`,
];

export const sessions: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
