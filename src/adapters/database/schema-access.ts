import type { AccessChannel, AccessDecision, AccessOutcome } from '../../audit/access-record.ts';
import type { NamedValue } from '../../audit/named-values.ts';
import type { AuthenticationMethod } from '../../sessions/session.ts';

/** The table of access records; its rows are written as JSON (access-records.ts) and never changed. */
export interface AccessTables {
  access_records: {
    at: Date;
    id: string;
    request_id: string;
    channel: AccessChannel;
    account_id: string;
    session_reference: string;
    authentication: AuthenticationMethod;
    system_id: string;
    method: string;
    path: string;
    /** Null for none, so that the index holds those only that have one. */
    named: readonly NamedValue[] | null;
    purpose: string | null;
    case_number: string | null;
    allowed: boolean;
    reason: AccessDecision['reason'];
    rule: number | null;
    outcome: AccessOutcome;
    status: number | null;
    bytes_in: number;
    bytes_out: number;
    duration_ms: number;
    client_address: string;
  };
}
