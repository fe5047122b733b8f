import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STAGE = `('head-review', 'letter', 'competent-review', 'ministry-review', 'execution', 'ministry-execution',
                'enabling', 'ministry-enabling')`;

const STATEMENTS = [
  `create table applications (
     id                   uuid primary key,
     number               text not null constraint applications_number_unique unique
                            constraint applications_number_form check (number ~ '^D-06-(09|10|11)-[0-9]{4}-[0-9]{4,6}$'),
     form                 text not null constraint applications_form_known check (form in ('D-06-09', 'D-06-10', 'D-06-11')),
     organisation_id      uuid not null constraint applications_organisation_exists references organisations (id),
     unit_id              uuid,
     filer                jsonb not null,
     filer_account_id     uuid constraint applications_filer_exists references accounts (id),
     filer_subject_hash   text constraint applications_filer_subject_form check (filer_subject_hash ~ '^[0-9a-f]{64}$'),
     subject_account_id   uuid constraint applications_subject_exists references accounts (id),
     subject_person_id    uuid constraint applications_subject_person_exists references people (id),
     subject_name         text not null,
     is_for_another       boolean not null,
     form_values          jsonb not null,
     route                jsonb not null,
     status               text not null constraint applications_status_known
                            check (status in ('draft', 'in-review', 'returned', 'refused', 'withdrawn', 'executed', 'archived')),
     stage                text constraint applications_stage_known check (stage in ${STAGE}),
     letter_number        text,
     letter_date          date,
     letter_agency        text,
     letter_attachment_id uuid,
     effective_day        date,
     version              integer not null constraint applications_version_counts check (version >= 1),
     drafted_at           timestamptz not null,
     submitted_at         timestamptz,
     executed_at          timestamptz,
     archived_at          timestamptz,
     constraint applications_one_filer check (num_nonnulls(filer_account_id, filer_subject_hash) = 1),
     constraint applications_stage_in_review check ((status in ('in-review', 'executed')) = (stage is not null)),
     constraint applications_executed_when check ((status in ('executed', 'archived')) = (executed_at is not null)),
     constraint applications_letter_whole
       check (num_nonnulls(letter_number, letter_date, letter_agency, letter_attachment_id) in (0, 4)),
     constraint applications_unit_of_organisation foreign key (unit_id, organisation_id) references units (id, organisation_id)
   )`,
  `create index applications_at_stage on applications (stage, organisation_id) where stage is not null`,
  `create index applications_of_organisation on applications (organisation_id, drafted_at)`,
  `create index applications_of_filer on applications (filer_account_id)`,
  `create index applications_of_card on applications (filer_subject_hash)`,
  `create index applications_of_subject on applications (subject_account_id)`,

  `create table application_acts (
     id             uuid primary key,
     application_id uuid not null constraint application_acts_application_exists references applications (id),
     version        integer not null,
     kind           text not null constraint application_acts_kind_known
                      check (kind in ('draft', 'submit', 'approve', 'return', 'refuse', 'withdraw', 'record-letter',
                                      'execute', 'archive')),
     stage          text constraint application_acts_stage_known check (stage in ${STAGE}),
     duty           text constraint application_acts_duty_known
                      check (duty in ('apply', 'review', 'competent', 'ministry', 'execution')),
     actor          jsonb not null,
     role           text,
     on_behalf_of   uuid,
     note           text not null,
     at             timestamptz not null,
     values_sha256  text not null constraint application_acts_sha256_form check (values_sha256 ~ '^[0-9a-f]{64}$'),
     signature      bytea,
     constraint application_acts_one_a_version unique (application_id, version)
   )`,
  // A history is only ever added to.
  `create function application_acts_refuse_change() returns trigger language plpgsql as $$
     begin
       raise exception 'Acts are only ever added.' using errcode = 'restrict_violation';
     end
   $$`,
  `create trigger application_acts_append_only before update or delete or truncate on application_acts
     for each statement execute function application_acts_refuse_change()`,

  `create table application_attachments (
     id             uuid primary key,
     position       bigint generated always as identity,
     application_id uuid not null constraint application_attachments_application_exists references applications (id),
     kind           text not null constraint application_attachments_kind_known
                      check (kind in ('basis', 'signed-sheet', 'letter')),
     file_name      text not null,
     media_type     text not null,
     size           integer not null,
     sha256         text not null constraint application_attachments_sha256_form check (sha256 ~ '^[0-9a-f]{64}$'),
     added_at       timestamptz not null,
     bytes          bytea not null constraint application_attachments_size check (octet_length(bytes) = size and size <= 5242880)
   )`,
  `create index application_attachments_of_application on application_attachments (application_id)`,

  // As text: jsonb would write it in another order, and a package's hash is over its bytes.
  `create table archived_definitions (
     application_id uuid primary key constraint archived_definitions_application_exists references applications (id),
     definition     text not null
   )`,

  // A sequence never gives a number twice and makes nobody wait; what a year began with is kept once a year.
  `create sequence application_count_d_06_09`,
  `create sequence application_count_d_06_10`,
  `create sequence application_count_d_06_11`,
  `create table application_years (
     form text not null,
     year integer not null,
     base bigint not null,
     constraint application_years_unique primary key (form, year)
   )`,

  `create table scheduled_changes (
     id             uuid primary key,
     application_id uuid not null constraint scheduled_changes_application_once unique
                      constraint scheduled_changes_application_exists references applications (id),
     account_id     uuid not null constraint scheduled_changes_account_exists references accounts (id),
     due_day        date not null,
     ordered_by     uuid not null constraint scheduled_changes_orderer_exists references accounts (id),
     ordered_at     timestamptz not null,
     state          text not null constraint scheduled_changes_state_known
                      check (state in ('waiting', 'applied', 'cancelled')),
     ended_at       timestamptz,
     because        text,
     constraint scheduled_changes_ended_when check ((state = 'waiting') = (ended_at is null)),
     constraint scheduled_changes_cancelled_because check ((state = 'cancelled') = (because is not null))
   )`,
  `create index scheduled_changes_waiting on scheduled_changes (due_day) where state = 'waiting'`,
  `create index scheduled_changes_of_account on scheduled_changes (account_id)`,
];

export const applications: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
