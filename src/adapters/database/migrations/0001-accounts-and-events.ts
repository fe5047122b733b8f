import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One statement each: PGlite's protocol takes no more at a time. Names of constraints are part of the port. */
const STATEMENTS = [
  `create table organisations (
     id   uuid primary key,
     code text not null constraint organisations_code_unique unique
                        constraint organisations_code_form check (code ~ '^[a-z0-9-]{1,64}$'),
     name text not null constraint organisations_name_present check (name <> ''),
     kind text not null constraint organisations_kind_known check (kind in ('ministry', 'agency'))
   )`,
  // 本署 is one.
  `create unique index organisations_one_ministry on organisations (kind) where kind = 'ministry'`,

  `create table units (
     id              uuid primary key,
     organisation_id uuid not null constraint units_organisation_exists references organisations (id),
     code            text not null constraint units_code_form check (code ~ '^[a-z0-9-]{1,64}$'),
     name            text not null constraint units_name_present check (name <> ''),
     constraint units_code_unique unique (organisation_id, code),
     constraint units_id_organisation unique (id, organisation_id)
   )`,

  `create table people (
     id   uuid primary key,
     name text not null constraint people_name_present check (name <> '')
   )`,

  // An account's unit belongs to the account's own organisation: the key of two columns sees to it.
  `create table accounts (
     id              uuid primary key,
     login_name      text not null constraint accounts_login_name_unique unique
                                   constraint accounts_login_name_form check (login_name ~ '^[a-z0-9][a-z0-9._-]{2,31}$'),
     person_id       uuid not null constraint accounts_person_exists references people (id),
     organisation_id uuid not null constraint accounts_organisation_exists references organisations (id),
     unit_id         uuid,
     state           text not null constraint accounts_state_known
                       check (state in ('pending-activation', 'active', 'suspended', 'deleted')),
     issued_at       timestamptz not null,
     last_login_at   timestamptz,
     constraint accounts_unit_of_organisation foreign key (unit_id, organisation_id) references units (id, organisation_id)
   )`,
  `create unique index accounts_one_live_per_person on accounts (person_id) where state <> 'deleted'`,

  `create table account_roles (
     account_id uuid not null constraint account_roles_account_exists references accounts (id),
     role       text not null constraint account_roles_role_known
                  check (role in ('case-officer', 'ministry-administrator', 'unit-head', 'registrar', 'general-user',
                                  'checker', 'auditor')),
     constraint account_roles_unique primary key (account_id, role)
   )`,

  `create table system_grants (
     id          uuid primary key,
     account_id  uuid not null constraint system_grants_account_exists references accounts (id),
     system_id   text not null constraint system_grants_system_present check (system_id <> ''),
     role        text not null constraint system_grants_role_present check (role <> ''),
     reason      text not null constraint system_grants_reason_present check (reason <> ''),
     basis       text not null constraint system_grants_basis_present check (basis <> ''),
     valid_from  date not null,
     valid_until date,
     constraint system_grants_term check (valid_until is null or valid_from <= valid_until)
   )`,
  `create index system_grants_of_account on system_grants (account_id)`,

  `create table certificate_bindings (
     id                    uuid primary key,
     account_id            uuid not null constraint certificate_bindings_account_exists references accounts (id),
     issuer_key_identifier text not null constraint certificate_bindings_issuer_form
                             check (issuer_key_identifier ~ '^([0-9a-f]{2})+$'),
     subject_serial_number text not null constraint certificate_bindings_subject_form
                             check (subject_serial_number ~ '^([0-9a-f]{2})+$'),
     spki_sha256           text not null constraint certificate_bindings_spki_form
                             check (spki_sha256 ~ '^[0-9a-f]{64}$'),
     certificate_sha256    text not null constraint certificate_bindings_sha256_form
                             check (certificate_sha256 ~ '^[0-9a-f]{64}$'),
     certificate_der       bytea not null,
     not_after             timestamptz not null,
     bound_at              timestamptz not null,
     ended_at              timestamptz
   )`,
  // A key pair is on one card: whatever issuer and subject a certificate over it names, it opens one account. This
  // implies the rule of one live binding for issuer, subject and key together, which therefore needs no index.
  `create unique index certificate_bindings_one_live_per_key on certificate_bindings (spki_sha256)
     where ended_at is null`,
  `create index certificate_bindings_of_account on certificate_bindings (account_id)`,

  // No foreign keys: a record of what happened stands whatever becomes of what it is about.
  `create table events (
     id                uuid constraint events_id_unique primary key,
     position          bigint generated always as identity constraint events_position_unique unique,
     code              text not null,
     at                timestamptz not null,
     actor             jsonb not null,
     account_id        uuid,
     system_id         text,
     session_reference text,
     request_id        text,
     client_address    text,
     facts             jsonb not null
   )`,
  `create index events_by_time on events (at, position)`,
  `create index events_of_account on events (account_id, at, position)`,
  `create index events_of_code on events (code, at, position)`,
  `create function events_refuse_change() returns trigger language plpgsql as $$
     begin
       raise exception 'Events are only ever added.' using errcode = 'restrict_violation';
     end
   $$`,
  `create trigger events_append_only before update or delete or truncate on events
     for each statement execute function events_refuse_change()`,
];

export const accountsAndEvents: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
