import type { Insertable, Selectable } from 'kysely';
import type { Act, Application, Attachment } from '../../applications/application.ts';
import type { ScheduledChange } from '../../applications/scheduled-change.ts';
import type { Tables } from './schema.ts';

/** Rows of applications and values of the pure room, one to the other. */

export function toApplication(row: Selectable<Tables['applications']>): Application {
  const { letter_number, letter_date, letter_agency, letter_attachment_id } = row;
  const hasLetter =
    letter_number !== null && letter_date !== null && letter_agency !== null && letter_attachment_id !== null;
  return {
    id: row.id,
    number: row.number,
    form: row.form,
    organisationId: row.organisation_id,
    unitId: row.unit_id,
    filer: row.filer,
    subjectAccountId: row.subject_account_id,
    subjectPersonId: row.subject_person_id,
    subjectName: row.subject_name,
    isForAnother: row.is_for_another,
    values: row.form_values,
    route: row.route,
    status: row.status,
    stage: row.stage,
    letter: hasLetter
      ? { number: letter_number, date: letter_date, agency: letter_agency, attachmentId: letter_attachment_id }
      : null,
    effectiveDay: row.effective_day,
    version: row.version,
    draftedAt: row.drafted_at,
    submittedAt: row.submitted_at,
    executedAt: row.executed_at,
    archivedAt: row.archived_at,
  };
}

/** Everything about an application that may change. */
export function changeableOf(application: Application) {
  const { letter } = application;
  return {
    subject_account_id: application.subjectAccountId,
    subject_person_id: application.subjectPersonId,
    subject_name: application.subjectName,
    unit_id: application.unitId,
    is_for_another: application.isForAnother,
    form_values: JSON.stringify(application.values),
    route: JSON.stringify(application.route),
    status: application.status,
    stage: application.stage,
    letter_number: letter?.number ?? null,
    letter_date: letter?.date ?? null,
    letter_agency: letter?.agency ?? null,
    letter_attachment_id: letter?.attachmentId ?? null,
    effective_day: application.effectiveDay,
    version: application.version,
    submitted_at: application.submittedAt,
    executed_at: application.executedAt,
    archived_at: application.archivedAt,
  } satisfies Partial<Insertable<Tables['applications']>>;
}

export function toRow(application: Application): Insertable<Tables['applications']> {
  const { filer } = application;
  return {
    ...changeableOf(application),
    id: application.id,
    number: application.number,
    form: application.form,
    organisation_id: application.organisationId,
    filer: JSON.stringify(filer),
    filer_account_id: filer.kind === 'account' ? filer.accountId : null,
    filer_subject_hash: filer.kind === 'card' ? filer.subjectHash : null,
    drafted_at: application.draftedAt,
  };
}

export function toAct(row: Selectable<Tables['application_acts']>): Act {
  return {
    id: row.id,
    applicationId: row.application_id,
    version: row.version,
    kind: row.kind,
    stage: row.stage,
    duty: row.duty,
    actor: row.actor,
    role: row.role,
    onBehalfOf: row.on_behalf_of,
    note: row.note,
    at: row.at,
    valuesSha256: row.values_sha256,
    signature: row.signature,
  };
}

export function toAttachment(
  row: Omit<Selectable<Tables['application_attachments']>, 'bytes' | 'position'>,
): Attachment {
  return {
    id: row.id,
    applicationId: row.application_id,
    kind: row.kind,
    fileName: row.file_name,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
    addedAt: row.added_at,
  };
}

export function toScheduledChange(row: Selectable<Tables['scheduled_changes']>): ScheduledChange {
  return {
    id: row.id,
    applicationId: row.application_id,
    accountId: row.account_id,
    dueDay: row.due_day,
    orderedBy: row.ordered_by,
    orderedAt: row.ordered_at,
    state: row.state,
    endedAt: row.ended_at,
    because: row.because,
  };
}
