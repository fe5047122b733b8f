import { sql, type Kysely, type Transaction } from 'kysely';
import type { DormancyExemption, DormancyWarning } from '../../accounts/dormancy.ts';
import type { PersonnelImport, PersonnelRecord } from '../../accounts/personnel.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type {
  AccountCheck,
  DormancyRun,
  JobStatus,
  NoticeState,
  OperationReader,
  OutboxEntry,
  Page,
} from '../../flows/ports/operations.ts';
import {
  toAccountCheck,
  toExemption,
  toOutboxEntry,
  toPersonnelImport,
  toPersonnelRecord,
  toWarning,
} from './operations-rows.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

/** A screenful many times over; an export reads in pages. */
const PAGE_LIMIT = 500;

export class OperationReads implements OperationReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }

  async listJobs(): Promise<JobStatus[]> {
    const rows = await this.database.selectFrom('job_leases').selectAll().orderBy('name').execute();
    return rows.map(row => ({
      name: row.name,
      holder: row.holder,
      freeFrom: row.free_from,
      fence: row.fence,
      lastCompletedDay: row.last_completed_day,
      lastCompletedAt: row.last_completed_at,
      lastProblem: row.last_problem,
    }));
  }

  async findNotice(id: string): Promise<OutboxEntry | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.database.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toOutboxEntry(row);
  }

  async listNotices(
    filter: { readonly state?: NoticeState; readonly accountId?: string; readonly organisationId?: string },
    page: Page,
  ): Promise<{ readonly entries: readonly OutboxEntry[]; readonly total: number }> {
    const { state, accountId, organisationId } = filter;
    if ([accountId, organisationId].some(id => id !== undefined && !isUuid(id))) return { entries: [], total: 0 };
    let fitting = this.database.selectFrom('notices');
    if (state !== undefined) fitting = fitting.where('notices.state', '=', state);
    if (accountId !== undefined) fitting = fitting.where('notices.account_id', '=', accountId);
    if (organisationId !== undefined) {
      fitting = fitting.where('notices.account_id', 'in', of =>
        of.selectFrom('accounts').select('accounts.id').where('accounts.organisation_id', '=', organisationId),
      );
    }
    const { total } = await fitting.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await fitting
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .offset(page.offset)
      .limit(Math.min(page.limit, PAGE_LIMIT))
      .execute();
    return { entries: rows.map(toOutboxEntry), total };
  }

  async listDueNotices(at: Date, limit: number): Promise<OutboxEntry[]> {
    const rows = await this.database
      .selectFrom('notices')
      .selectAll()
      .where('state', '=', 'waiting')
      .where('next_attempt_at', '<=', at)
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(Math.min(limit, PAGE_LIMIT))
      .execute();
    return rows.map(toOutboxEntry);
  }

  async findLatestPersonnelImport(organisationId: string): Promise<PersonnelImport | undefined> {
    if (!isUuid(organisationId)) return undefined;
    const row = await this.database
      .selectFrom('personnel_imports')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .orderBy('imported_at', 'desc')
      .orderBy('id')
      .executeTakeFirst();
    return row && toPersonnelImport(row);
  }

  async findPersonnelImport(id: string): Promise<PersonnelImport | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.database.selectFrom('personnel_imports').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toPersonnelImport(row);
  }

  async listPersonnelRecords(importId: string): Promise<PersonnelRecord[]> {
    if (!isUuid(importId)) return [];
    const rows = await this.database
      .selectFrom('personnel_records')
      .selectAll()
      .where('import_id', '=', importId)
      .orderBy('line')
      .execute();
    return rows.map(toPersonnelRecord);
  }

  async listAccountChecks(organisationId?: string): Promise<AccountCheck[]> {
    if (organisationId !== undefined && !isUuid(organisationId)) return [];
    const rows = await this.database
      .selectFrom('account_checks')
      .selectAll()
      .$if(organisationId !== undefined, query => query.where('organisation_id', '=', organisationId ?? ''))
      .orderBy('opened_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toAccountCheck);
  }

  async findAccountCheck(id: string): Promise<AccountCheck | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.database.selectFrom('account_checks').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAccountCheck(row);
  }

  async listExemptions(day: TaipeiDay): Promise<DormancyExemption[]> {
    const rows = await this.#exemptionsOn(day).execute();
    return rows.map(toExemption);
  }

  async findExemption(accountId: string, day: TaipeiDay): Promise<DormancyExemption | undefined> {
    if (!isUuid(accountId)) return undefined;
    const row = await this.#exemptionsOn(day).where('account_id', '=', accountId).executeTakeFirst();
    return row && toExemption(row);
  }

  async listDormancyWarnings(): Promise<DormancyWarning[]> {
    const rows = await this.database.selectFrom('dormancy_warnings').selectAll().execute();
    return rows.map(toWarning);
  }

  async findDormancyWarning(accountId: string): Promise<DormancyWarning | undefined> {
    if (!isUuid(accountId)) return undefined;
    const row = await this.database
      .selectFrom('dormancy_warnings')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return row && toWarning(row);
  }

  async listDormancyRuns(): Promise<DormancyRun[]> {
    const rows = await this.database
      .selectFrom('dormancy_runs')
      .selectAll()
      .orderBy('started_at', 'desc')
      .orderBy('id')
      .limit(100)
      .execute();
    return rows.map(({ started_at: startedAt, ...run }) => ({ ...run, startedAt }));
  }

  async listStaleProfiles(
    before: Date,
    limit: number,
  ): Promise<{ readonly accountId: string; readonly since: Date }[]> {
    const { rows } = await sql<{ account_id: string; since: Date }>`
      select account_id, since from (
        select accounts.id as account_id, accounts.login_name, greatest(
          accounts.issued_at,
          (select max(at) from events where events.account_id = accounts.id and code = 'profile.changed')
        ) as since
        from accounts where state = 'active'
      ) as profiles
      where since < ${before} and not exists (
        select 1 from notices where notices.account_id = profiles.account_id and template = 'profile-stale'
          and created_at >= ${before}
      )
      order by login_name collate "C" limit ${Math.min(limit, PAGE_LIMIT)}
    `.execute(this.database);
    return rows.map(row => ({ accountId: row.account_id, since: row.since }));
  }

  #exemptionsOn(day: TaipeiDay) {
    return this.database
      .selectFrom('dormancy_exemptions')
      .distinctOn('account_id')
      .selectAll()
      .where('until', '>=', day)
      .orderBy('account_id')
      .orderBy('until', 'desc')
      .orderBy('exempted_at', 'desc');
  }
}
