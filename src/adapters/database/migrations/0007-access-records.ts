import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // No references to accounts and sessions: records outlive those of sessions, and are written by the hundred.
  `create table access_records (
     at                timestamptz not null,
     id                uuid not null,
     request_id        text not null,
     channel           text not null constraint access_records_channel_known
                         check (channel in ('http', 'websocket', 'forward-auth')),
     account_id        uuid not null,
     session_reference uuid not null,
     authentication    text not null constraint access_records_authentication_known
                         check (authentication in ('card', 'card-tls', 'one-day-password')),
     system_id         text not null,
     method            text not null,
     path              text not null,
     named             jsonb constraint access_records_named_form check (jsonb_typeof(named) = 'array'),
     purpose           text,
     case_number       text,
     allowed           boolean not null,
     reason            text not null,
     rule              integer,
     outcome           text not null constraint access_records_outcome_known
                         check (outcome in ('complete', 'refused', 'upstream-failed', 'broken-off', 'client-gone',
                                            'opened')),
     status            smallint,
     bytes_in          bigint not null,
     bytes_out         bigint not null,
     duration_ms       bigint not null,
     client_address    text not null,
     constraint access_records_unique primary key (at, id)
   )`,
  `create index access_records_of_account on access_records (account_id, at, id)`,
  `create index access_records_of_session on access_records (session_reference, at, id)`,
  `create index access_records_by_name on access_records using gin (named jsonb_path_ops) where named is not null`,
];

export const accessRecords: Migration = {
  up: async (database: Kysely<unknown>) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};
