import type { ColumnType, Generated } from 'kysely';
import type { AccountState, GatewayRole } from '../../accounts/account.ts';
import type { OrganisationKind } from '../../accounts/organisation.ts';
import type { GrantState } from '../../accounts/system-grant.ts';
import type { Actor, EventCode, Fact } from '../../audit/event.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { AccessTables } from './schema-access.ts';
import type { ApplicationTables } from './schema-applications.ts';
import type { CredentialTables } from './schema-credentials.ts';
import type { KeyTables } from './schema-keys.ts';
import type { OperationTables } from './schema-operations.ts';
import type { SessionTables } from './schema-sessions.ts';

/** A value that goes in as JSON text and comes out parsed: the drivers disagree on how to write arrays and null. */
export type Json<T> = ColumnType<T, string, never>;

/**
 * The tables as the newest migration leaves them. That a column of kind, state or role holds nothing else is a check
 * in the schema itself, so rows are read without another.
 */
export interface Tables
  extends ApplicationTables, CredentialTables, OperationTables, SessionTables, AccessTables, KeyTables {
  organisations: { id: string; code: string; name: string; kind: OrganisationKind };
  units: { id: string; organisation_id: string; code: string; name: string };
  people: {
    id: string;
    name: string;
    id_last_four: string | null;
    title: string | null;
    phone: string | null;
    email: string | null;
  };
  accounts: {
    id: string;
    login_name: string;
    person_id: string;
    organisation_id: string;
    unit_id: string | null;
    state: AccountState;
    issued_at: Date;
    last_login_at: Date | null;
  };
  account_roles: { account_id: string; role: GatewayRole };
  system_grants: {
    id: string;
    account_id: string;
    system_id: string;
    role: string;
    reason: string;
    basis: string;
    valid_from: TaipeiDay;
    valid_until: TaipeiDay | null;
    state: GrantState;
  };
  certificate_bindings: {
    id: string;
    account_id: string;
    issuer_key_identifier: string;
    subject_serial_number: string;
    spki_sha256: string;
    certificate_sha256: string;
    certificate_der: Uint8Array;
    not_after: Date;
    bound_at: Date;
    ended_at: Date | null;
  };
  deputyships: {
    id: string;
    principal_id: string;
    deputy_id: string;
    reason: string;
    valid_from: TaipeiDay;
    valid_until: TaipeiDay;
    named_by: string;
    named_at: Date;
    ended_at: Date | null;
  };
  events: {
    id: string;
    /** Order of insertion. */
    position: Generated<number>;
    code: EventCode;
    at: Date;
    actor: Json<Actor>;
    account_id: string | null;
    system_id: string | null;
    session_reference: string | null;
    request_id: string | null;
    client_address: string | null;
    facts: Json<Record<string, Fact>>;
  };
}
