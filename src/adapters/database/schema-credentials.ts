import type { BindingRequestState } from '../../accounts/binding-request.ts';
import type { HolderMismatch } from '../../accounts/holder-match.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { AttemptKind, ChosenPassword } from '../../flows/ports/credentials.ts';
import type { Json } from './schema.ts';

/** Tables of credentials, as the newest migration leaves them. */
export interface CredentialTables {
  initial_secrets: {
    id: string;
    account_id: string;
    hash: string;
    issued_at: Date;
    expires_at: Date;
    issued_by: string | null;
    used_at: Date | null;
    replaced_at: Date | null;
  };
  passwords: {
    id: string;
    account_id: string;
    kind: ChosenPassword['kind'];
    hash: string;
    chosen_at: Date;
    ended_at: Date | null;
  };
  one_day_passwords: {
    id: string;
    account_id: string;
    day: TaipeiDay;
    application_number: string;
    enabled_by: string;
    enabled_at: Date;
    hash: string;
    changed_at: Date | null;
    logins: number;
    last_login_at: Date | null;
    replaced_at: Date | null;
  };
  password_attempts: { subject_id: string; kind: AttemptKind; attempts: number; locked_until: Date | null };
  rules_acknowledgements: { account_id: string; version: string; acknowledged_at: Date };
  binding_requests: {
    id: string;
    account_id: string;
    kind: 'activation' | 're-binding';
    issuer_key_identifier: string;
    subject_serial_number: string;
    spki_sha256: string;
    certificate_sha256: string;
    certificate_der: Uint8Array;
    not_after: Date;
    holder_name: string;
    holder_last_four: string | null;
    mismatches: Json<HolderMismatch[]>;
    requested_at: Date;
    state: BindingRequestState;
    decided_by: string | null;
    decided_at: Date | null;
    note: string | null;
  };
}
