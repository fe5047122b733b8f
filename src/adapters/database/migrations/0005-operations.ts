import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // The texts of a notice stand as they were sent, whatever becomes of its template.
  `create table notices (
     id              uuid constraint notices_id_unique primary key,
     account_id      uuid constraint notices_account_exists references accounts (id),
     to_address      text constraint notices_address_present check (to_address <> ''),
     template        text not null constraint notices_template_present check (template <> ''),
     language        text not null constraint notices_language_known check (language in ('zh', 'en')),
     subject         text not null constraint notices_subject_present check (subject <> ''),
     body            text not null constraint notices_body_present check (body <> ''),
     text_version    text not null constraint notices_version_present check (text_version <> ''),
     created_at      timestamptz not null,
     state           text not null constraint notices_state_known
                       check (state in ('waiting', 'sent', 'failed', 'to-hand-over', 'handed-over')),
     failed_attempts integer not null default 0,
     next_attempt_at timestamptz,
     last_problem    text,
     settled_at      timestamptz,
     settled_by      uuid constraint notices_settler_exists references accounts (id),
     constraint notices_waiting_is_due check ((state = 'waiting') = (next_attempt_at is not null)),
     constraint notices_settled check ((state in ('sent', 'handed-over')) = (settled_at is not null))
   )`,
  `create index notices_due on notices (next_attempt_at) where state = 'waiting'`,
  `create index notices_by_time on notices (created_at, id)`,
  `create index notices_of_account on notices (account_id, template, created_at)`,

  `create table job_leases (
     name               text constraint job_leases_name_unique primary key,
     holder             text not null,
     fence              bigint not null,
     free_from          timestamptz not null,
     last_completed_day date,
     last_completed_at  timestamptz,
     last_problem       text
   )`,

  `create table personnel_imports (
     id              uuid constraint personnel_imports_id_unique primary key,
     organisation_id uuid not null constraint personnel_imports_organisation_exists references organisations (id),
     imported_by     text not null constraint personnel_imports_by_present check (imported_by <> ''),
     importer_id     uuid constraint personnel_imports_importer_exists references accounts (id),
     imported_at     timestamptz not null,
     file_sha256     text not null constraint personnel_imports_hash_form check (file_sha256 ~ '^[0-9a-f]{64}$'),
     record_count    integer not null
   )`,
  `create index personnel_imports_of_organisation on personnel_imports (organisation_id, imported_at)`,
  `create table personnel_records (
     import_id       uuid not null constraint personnel_records_import_exists references personnel_imports (id)
                       on delete cascade,
     line            integer not null,
     employee_number text not null constraint personnel_records_number_present check (employee_number <> ''),
     name            text not null constraint personnel_records_name_present check (name <> ''),
     id_last_four    text constraint personnel_records_id_form check (id_last_four ~ '^[0-9A-Z]{4}$'),
     login_name      text,
     unit_code       text,
     status          text not null constraint personnel_records_status_known check (status in ('in-service', 'left')),
     effective_day   date,
     title           text,
     email           text,
     constraint personnel_records_line_unique primary key (import_id, line),
     constraint personnel_records_number_unique unique (import_id, employee_number)
   )`,

  `create table account_checks (
     id              uuid constraint account_checks_id_unique primary key,
     organisation_id uuid not null constraint account_checks_organisation_exists references organisations (id),
     opened_at       timestamptz not null,
     due_day         date not null,
     closed_at       timestamptz,
     closed_by       uuid constraint account_checks_closer_exists references accounts (id),
     note            text constraint account_checks_note_present check (note <> ''),
     import_id       uuid constraint account_checks_import_exists references personnel_imports (id),
     constraint account_checks_closed_whole
       check (num_nonnulls(closed_at, closed_by, note, import_id) in (0, 4))
   )`,
  `create unique index account_checks_one_open on account_checks (organisation_id) where closed_at is null`,

  `create table dormancy_exemptions (
     id          uuid constraint dormancy_exemptions_id_unique primary key,
     account_id  uuid not null constraint dormancy_exemptions_account_exists references accounts (id),
     reason      text not null constraint dormancy_exemptions_reason_present check (reason <> ''),
     until       date not null,
     exempted_by uuid not null constraint dormancy_exemptions_by_exists references accounts (id),
     exempted_at timestamptz not null,
     constraint dormancy_exemptions_two_people check (account_id <> exempted_by)
   )`,
  `create index dormancy_exemptions_of_account on dormancy_exemptions (account_id, until)`,
  `create table dormancy_warnings (
     account_id uuid constraint dormancy_warnings_account_unique primary key
                  constraint dormancy_warnings_account_exists references accounts (id),
     idle_since timestamptz not null,
     warned_on  date not null
   )`,
  `create table dormancy_runs (
     id         uuid constraint dormancy_runs_id_unique primary key,
     day        date not null,
     rule       text not null,
     started_at timestamptz not null,
     warned     integer not null,
     acted      integer not null,
     kept       integer not null
   )`,
];

export const operations: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
