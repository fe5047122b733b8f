import type { Selectable } from 'kysely';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { OneDayPassword } from '../../accounts/one-day-password.ts';
import type { ChosenPassword, InitialSecret } from '../../flows/ports/credentials.ts';
import type { Tables } from './schema.ts';

export function toInitialSecret(row: Selectable<Tables['initial_secrets']>): InitialSecret {
  const { id, account_id: accountId, hash, issued_at: issuedAt, expires_at: expiresAt, issued_by: issuedBy } = row;
  return { id, accountId, hash, issuedAt, expiresAt, issuedBy };
}

export function toPassword(row: Selectable<Tables['passwords']>): ChosenPassword {
  const { id, account_id: accountId, kind, hash, chosen_at: chosenAt } = row;
  return { id, accountId, kind, hash, chosenAt };
}

export function toOneDayPassword(row: Selectable<Tables['one_day_passwords']>): OneDayPassword {
  return {
    id: row.id,
    accountId: row.account_id,
    day: row.day,
    applicationNumber: row.application_number,
    enabledBy: row.enabled_by,
    enabledAt: row.enabled_at,
    hash: row.hash,
    changedAt: row.changed_at,
    logins: row.logins,
    lastLoginAt: row.last_login_at,
    replacedAt: row.replaced_at,
  };
}

export function fromOneDayPassword(password: OneDayPassword): Selectable<Tables['one_day_passwords']> {
  return {
    id: password.id,
    account_id: password.accountId,
    day: password.day,
    application_number: password.applicationNumber,
    enabled_by: password.enabledBy,
    enabled_at: password.enabledAt,
    hash: password.hash,
    changed_at: password.changedAt,
    logins: password.logins,
    last_login_at: password.lastLoginAt,
    replaced_at: password.replacedAt,
  };
}

export function toBindingRequest(row: Selectable<Tables['binding_requests']>): BindingRequest {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    issuerKeyIdentifier: row.issuer_key_identifier,
    subjectSerialNumber: row.subject_serial_number,
    spkiSha256: row.spki_sha256,
    certificateSha256: row.certificate_sha256,
    certificateDer: row.certificate_der,
    notAfter: row.not_after,
    holderName: row.holder_name,
    holderLastFour: row.holder_last_four,
    mismatches: row.mismatches,
    requestedAt: row.requested_at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    note: row.note,
  };
}
