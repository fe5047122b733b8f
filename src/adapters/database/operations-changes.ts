import type { DormancyExemption, DormancyWarning } from '../../accounts/dormancy.ts';
import type { PersonnelImport, PersonnelRecord } from '../../accounts/personnel.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import {
  LeaseLostFault,
  type AccountCheck,
  type DormancyRun,
  type JobLease,
  type OperationChanges,
} from '../../flows/ports/operations.ts';
import type { Notice } from '../../notices/notice.ts';
import { OperationReads } from './operations.ts';

/** Rows of one statement: PostgreSQL takes 65,535 parameters, a record has eleven. */
const RECORDS_AT_ONCE = 1_000;

/** PostgreSQL keeps neither U+0000 nor half a surrogate pair, and a mail server may say anything. */
const PROBLEM_LENGTH = 300;

export class OperationWrites extends OperationReads implements OperationChanges {
  async requireLease(lease: JobLease): Promise<void> {
    // The lock makes a taker wait for our commit; where he was before us, we begin anew and see his fence.
    const row = await this.database
      .selectFrom('job_leases')
      .select('fence')
      .where('name', '=', lease.name)
      .forShare()
      .executeTakeFirst();
    if (row?.fence !== lease.fence) throw new LeaseLostFault(lease.name);
  }

  async completeJob(lease: JobLease, day: TaipeiDay, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('job_leases')
      .set({ last_completed_day: day, last_completed_at: at, last_problem: null })
      .where('name', '=', lease.name)
      .where('fence', '=', lease.fence)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new LeaseLostFault(lease.name);
  }

  async insertNotice(notice: Notice): Promise<void> {
    const { id, accountId, toAddress, template, language, subject, body, textVersion, createdAt } = notice;
    await this.database
      .insertInto('notices')
      .values({
        id,
        account_id: accountId,
        to_address: toAddress,
        template,
        language,
        subject,
        body,
        text_version: textVersion,
        created_at: createdAt,
        state: toAddress === null ? 'to-hand-over' : 'waiting',
        next_attempt_at: toAddress === null ? null : createdAt,
      })
      .execute();
  }

  async markNoticeSent(id: string, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('notices')
      .set({ state: 'sent', settled_at: at, next_attempt_at: null, last_problem: null })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    requireOne(numUpdatedRows, `waiting notice ${id}`);
  }

  async markNoticeFailed(id: string, problem: string, nextAttemptAt: Date | null): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('notices')
      .set(row => ({
        state: nextAttemptAt === null ? 'failed' : 'waiting',
        failed_attempts: row('failed_attempts', '+', 1),
        next_attempt_at: nextAttemptAt,
        last_problem: problem
          .toWellFormed()
          .replace(/\p{Cc}+/gu, ' ')
          .slice(0, PROBLEM_LENGTH)
          .toWellFormed(),
      }))
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    requireOne(numUpdatedRows, `waiting notice ${id}`);
  }

  async markNoticeHandedOver(id: string, by: string, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('notices')
      .set({ state: 'handed-over', settled_at: at, settled_by: by })
      .where('id', '=', id)
      .where('state', 'in', ['to-hand-over', 'failed'])
      .executeTakeFirst();
    requireOne(numUpdatedRows, `notice ${id} to hand over`);
  }

  async insertPersonnelImport(personnel: PersonnelImport, records: readonly PersonnelRecord[]): Promise<void> {
    await this.database
      .insertInto('personnel_imports')
      .values({
        id: personnel.id,
        organisation_id: personnel.organisationId,
        imported_by: personnel.importedBy,
        importer_id: personnel.importerId,
        imported_at: personnel.importedAt,
        file_sha256: personnel.fileSha256,
        record_count: personnel.recordCount,
      })
      .execute();
    // Personal data are kept as long as they are compared with: the import stays, its lines give way to newer ones.
    await this.database
      .deleteFrom('personnel_records')
      .where('import_id', 'in', of =>
        of.selectFrom('personnel_imports').select('id').where('organisation_id', '=', personnel.organisationId),
      )
      .execute();
    for (let first = 0; first < records.length; first += RECORDS_AT_ONCE) {
      const rows = records.slice(first, first + RECORDS_AT_ONCE).map(record => ({
        import_id: personnel.id,
        line: record.line,
        employee_number: record.employeeNumber,
        name: record.name,
        id_last_four: record.idLastFour,
        login_name: record.loginName,
        unit_code: record.unitCode,
        status: record.status,
        effective_day: record.effectiveDay,
        title: record.title,
        email: record.email,
      }));
      await this.database.insertInto('personnel_records').values(rows).execute();
    }
  }

  async insertAccountCheck(check: AccountCheck): Promise<void> {
    await this.database
      .insertInto('account_checks')
      .values({
        id: check.id,
        organisation_id: check.organisationId,
        opened_at: check.openedAt,
        due_day: check.dueDay,
        closed_at: check.closedAt,
        closed_by: check.closedBy,
        note: check.note,
        import_id: check.importId,
      })
      .execute();
  }

  async closeAccountCheck(
    id: string,
    {
      at,
      by,
      note,
      importId,
    }: { readonly at: Date; readonly by: string; readonly note: string; readonly importId: string },
  ): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('account_checks')
      .set({ closed_at: at, closed_by: by, note, import_id: importId })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    requireOne(numUpdatedRows, `open check ${id}`);
  }

  async insertExemption(exemption: DormancyExemption): Promise<void> {
    const { id, accountId, reason, until, exemptedBy, exemptedAt } = exemption;
    const values = { id, account_id: accountId, reason, until, exempted_by: exemptedBy, exempted_at: exemptedAt };
    await this.database.insertInto('dormancy_exemptions').values(values).execute();
  }

  async setDormancyWarning({ accountId, idleSince, warnedOn }: DormancyWarning): Promise<void> {
    const told = { idle_since: idleSince, warned_on: warnedOn };
    await this.database
      .insertInto('dormancy_warnings')
      .values({ account_id: accountId, ...told })
      .onConflict(conflict => conflict.column('account_id').doUpdateSet(told))
      .execute();
  }

  async insertDormancyRun({ startedAt, ...run }: DormancyRun): Promise<void> {
    await this.database
      .insertInto('dormancy_runs')
      .values({ ...run, started_at: startedAt })
      .execute();
  }
}

function requireOne(updated: bigint, what: string): void {
  if (updated !== 1n) throw new Error(`There is no ${what}.`);
}
