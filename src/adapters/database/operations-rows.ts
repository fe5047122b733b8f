import type { Selectable } from 'kysely';
import type { DormancyExemption, DormancyWarning } from '../../accounts/dormancy.ts';
import type { PersonnelImport, PersonnelRecord } from '../../accounts/personnel.ts';
import type { AccountCheck, OutboxEntry } from '../../flows/ports/operations.ts';
import type { Tables } from './schema.ts';

export function toOutboxEntry(row: Selectable<Tables['notices']>): OutboxEntry {
  return {
    notice: {
      id: row.id,
      accountId: row.account_id,
      toAddress: row.to_address,
      template: row.template,
      language: row.language,
      subject: row.subject,
      body: row.body,
      textVersion: row.text_version,
      createdAt: row.created_at,
    },
    state: row.state,
    failedAttempts: row.failed_attempts,
    nextAttemptAt: row.next_attempt_at,
    lastProblem: row.last_problem,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
  };
}

export function toPersonnelImport(row: Selectable<Tables['personnel_imports']>): PersonnelImport {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    importedBy: row.imported_by,
    importerId: row.importer_id,
    importedAt: row.imported_at,
    fileSha256: row.file_sha256,
    recordCount: row.record_count,
  };
}

export function toPersonnelRecord(row: Selectable<Tables['personnel_records']>): PersonnelRecord {
  return {
    line: row.line,
    employeeNumber: row.employee_number,
    name: row.name,
    idLastFour: row.id_last_four,
    loginName: row.login_name,
    unitCode: row.unit_code,
    status: row.status,
    effectiveDay: row.effective_day,
    title: row.title,
    email: row.email,
  };
}

export function toAccountCheck(row: Selectable<Tables['account_checks']>): AccountCheck {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    openedAt: row.opened_at,
    dueDay: row.due_day,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    note: row.note,
    importId: row.import_id,
  };
}

export function toExemption(row: Selectable<Tables['dormancy_exemptions']>): DormancyExemption {
  return {
    id: row.id,
    accountId: row.account_id,
    reason: row.reason,
    until: row.until,
    exemptedBy: row.exempted_by,
    exemptedAt: row.exempted_at,
  };
}

export function toWarning(row: Selectable<Tables['dormancy_warnings']>): DormancyWarning {
  return { accountId: row.account_id, idleSince: row.idle_since, warnedOn: row.warned_on };
}
