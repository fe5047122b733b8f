import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table initial_secrets (
     id          uuid primary key,
     account_id  uuid not null constraint initial_secrets_account_exists references accounts (id),
     hash        text not null constraint initial_secrets_hash_form check (hash like '$argon2id$%'),
     issued_at   timestamptz not null,
     expires_at  timestamptz not null,
     issued_by   uuid constraint initial_secrets_issued_by_exists references accounts (id),
     used_at     timestamptz,
     replaced_at timestamptz,
     constraint initial_secrets_two_people check (account_id <> issued_by),
     constraint initial_secrets_ends_once check (used_at is null or replaced_at is null)
   )`,
  `create unique index initial_secrets_one_open on initial_secrets (account_id)
     where used_at is null and replaced_at is null`,
  `create index initial_secrets_of_account on initial_secrets (account_id, issued_at)`,

  `create table passwords (
     id         uuid primary key,
     account_id uuid not null constraint passwords_account_exists references accounts (id),
     kind       text not null constraint passwords_kind_known check (kind in ('permanent', 'one-day')),
     hash       text not null constraint passwords_hash_form check (hash like '$argon2id$%'),
     chosen_at  timestamptz not null,
     ended_at   timestamptz
   )`,
  // A one-day password opens nothing from here: its own row does. Here it only stands for the rule against reuse.
  `create unique index passwords_one_permanent on passwords (account_id) where kind = 'permanent' and ended_at is null`,
  `create index passwords_of_account on passwords (account_id, chosen_at)`,

  `create table one_day_passwords (
     id                 uuid primary key,
     account_id         uuid not null constraint one_day_passwords_account_exists references accounts (id),
     day                date not null,
     application_number text not null constraint one_day_passwords_application_present check (application_number <> ''),
     enabled_by         uuid not null constraint one_day_passwords_enabled_by_exists references accounts (id),
     enabled_at         timestamptz not null,
     hash               text not null constraint one_day_passwords_hash_form check (hash like '$argon2id$%'),
     changed_at         timestamptz,
     logins             integer not null default 0,
     last_login_at      timestamptz,
     replaced_at        timestamptz,
     constraint one_day_passwords_two_people check (account_id <> enabled_by),
     constraint one_day_passwords_changed_first check (logins = 0 or changed_at is not null)
   )`,
  `create unique index one_day_passwords_one_a_day on one_day_passwords (account_id, day) where replaced_at is null`,
  `create index one_day_passwords_by_day on one_day_passwords (day)`,

  // A subject is a person, or one of the 256 decoys that stand for names nobody has: so no reference to people.
  `create table password_attempts (
     subject_id   uuid not null,
     kind         text not null constraint password_attempts_kind_known check (kind in ('one-day-password', 'password')),
     attempts     integer not null,
     locked_until timestamptz,
     constraint password_attempts_unique primary key (subject_id, kind)
   )`,

  `create table rules_acknowledgements (
     account_id      uuid not null constraint rules_acknowledgements_account_exists references accounts (id),
     version         text not null constraint rules_acknowledgements_version_present check (version <> ''),
     acknowledged_at timestamptz not null,
     constraint rules_acknowledgements_unique primary key (account_id, version)
   )`,

  `create table binding_requests (
     id                    uuid primary key,
     account_id            uuid not null constraint binding_requests_account_exists references accounts (id),
     kind                  text not null constraint binding_requests_kind_known check (kind in ('activation', 're-binding')),
     issuer_key_identifier text not null,
     subject_serial_number text not null,
     spki_sha256           text not null,
     certificate_sha256    text not null,
     certificate_der       bytea not null,
     not_after             timestamptz not null,
     holder_name           text not null,
     holder_last_four      text,
     mismatches            jsonb not null,
     requested_at          timestamptz not null,
     state                 text not null constraint binding_requests_state_known
                             check (state in ('waiting', 'confirmed', 'refused', 'replaced')),
     decided_by            uuid constraint binding_requests_decided_by_exists references accounts (id),
     decided_at            timestamptz,
     note                  text,
     constraint binding_requests_two_people check (account_id <> decided_by),
     constraint binding_requests_decision_whole
       check (state not in ('confirmed', 'refused') or (decided_by is not null and decided_at is not null and note <> ''))
   )`,
  `create unique index binding_requests_one_waiting on binding_requests (account_id) where state = 'waiting'`,
];

export const credentials: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
