import { sql, type Kysely, type Transaction } from 'kysely';
import { isApplicationNumber, type Act, type Application, type Attachment } from '../../applications/application.ts';
import type { FormId } from '../../applications/form.ts';
import type { ScheduledChange, ScheduledChangeState } from '../../applications/scheduled-change.ts';
import type {
  ApplicationChanges,
  ApplicationFilter,
  ApplicationPage,
  ApplicationReader,
  KnownAccount,
  RecordedChange,
  TakenAway,
} from '../../flows/ports/applications.ts';
import { applicationsFitting, scopeCondition } from './application-filter.ts';
import { listCancelledChanges, listRecordedChanges, listTakenAway } from './application-reports.ts';
import { changeableOf, toAct, toApplication, toAttachment, toRow, toScheduledChange } from './application-rows.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

/** A screenful many times over. */
const PAGE_LIMIT = 200;

export class ApplicationReads implements ApplicationReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }

  async findApplication(id: string): Promise<Application | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.database.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toApplication(row);
  }

  async findApplicationByNumber(number: string): Promise<Application | undefined> {
    if (!isApplicationNumber(number)) return undefined;
    const all = this.database.selectFrom('applications').selectAll();
    const row = await all.where('number', '=', number).executeTakeFirst();
    return row && toApplication(row);
  }

  async listActs(applicationId: string): Promise<Act[]> {
    if (!isUuid(applicationId)) return [];
    const all = this.database.selectFrom('application_acts').selectAll();
    const rows = await all.where('application_id', '=', applicationId).orderBy('version').execute();
    return rows.map(toAct);
  }

  async listAttachments(applicationId: string): Promise<Attachment[]> {
    if (!isUuid(applicationId)) return [];
    const rows = await this.database
      .selectFrom('application_attachments')
      .select(['id', 'application_id', 'kind', 'file_name', 'media_type', 'size', 'sha256', 'added_at'])
      .where('application_id', '=', applicationId)
      .orderBy('position')
      .execute();
    return rows.map(toAttachment);
  }

  async readAttachment(attachmentId: string): Promise<Uint8Array | undefined> {
    if (!isUuid(attachmentId)) return undefined;
    const all = this.database.selectFrom('application_attachments').select('bytes');
    return (await all.where('id', '=', attachmentId).executeTakeFirst())?.bytes;
  }

  async readDefinition(applicationId: string): Promise<string | undefined> {
    if (!isUuid(applicationId)) return undefined;
    const kept = this.database.selectFrom('archived_definitions').select('definition');
    return (await kept.where('application_id', '=', applicationId).executeTakeFirst())?.definition;
  }

  /** @throws RangeError unless `limit` is between 1 and 200 */
  async findApplications(
    filter: ApplicationFilter,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<ApplicationPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) throw new RangeError('A page has 1 to 200 rows.');
    const fitting = this.database.selectFrom('applications').where(applicationsFitting(filter));
    const rows = await fitting
      .selectAll()
      .orderBy('drafted_at', 'desc')
      .orderBy('number', 'desc')
      .offset(offset)
      .limit(limit)
      .execute();
    const counted = await fitting.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    return { applications: rows.map(toApplication), total: counted.total };
  }

  async listKnownAccounts(name: string, idLastFour: string): Promise<KnownAccount[]> {
    const rows = await this.database
      .selectFrom('accounts')
      .innerJoin('people', 'people.id', 'accounts.person_id')
      .select(['accounts.id', 'person_id', 'login_name', 'organisation_id', 'state'])
      .where('people.name', '=', name)
      .where('people.id_last_four', '=', idLastFour)
      .orderBy('issued_at', 'desc')
      .orderBy('accounts.id')
      .execute();
    return rows.map(row => ({
      personId: row.person_id,
      accountId: row.id,
      loginName: row.login_name,
      organisationId: row.organisation_id,
      isLive: row.state !== 'deleted',
    }));
  }

  async listWaitingChanges(filter: Parameters<ApplicationReader['listWaitingChanges']>[0]): Promise<ScheduledChange[]> {
    const { accountId, dueBy, scope } = filter;
    let query = this.database.selectFrom('scheduled_changes').selectAll().where('state', '=', 'waiting');
    if (accountId !== undefined) {
      if (!isUuid(accountId)) return [];
      query = query.where('account_id', '=', accountId);
    }
    if (dueBy !== undefined) query = query.where('due_day', '<=', dueBy);
    if (scope !== undefined) {
      query = query.where(where =>
        where.exists(
          where
            .selectFrom('applications')
            .select('applications.id')
            .whereRef('applications.id', '=', 'scheduled_changes.application_id')
            .where(of => scopeCondition(of, scope)),
        ),
      );
    }
    const rows = await query.orderBy('due_day').orderBy('ordered_at').orderBy('id').execute();
    return rows.map(toScheduledChange);
  }

  async listCancelledChanges(
    filter: Parameters<ApplicationReader['listCancelledChanges']>[0],
  ): Promise<(ScheduledChange & { readonly number: string })[]> {
    return listCancelledChanges(this.database, filter);
  }

  async listRecordedChanges(
    filter: Parameters<ApplicationReader['listRecordedChanges']>[0],
  ): Promise<RecordedChange[]> {
    return listRecordedChanges(this.database, filter);
  }

  async listTakenAway(filter: Parameters<ApplicationReader['listTakenAway']>[0]): Promise<TakenAway[]> {
    return listTakenAway(this.database, filter);
  }
}

const SEQUENCES: Readonly<Record<FormId, string>> = {
  'D-06-09': 'application_count_d_06_09',
  'D-06-10': 'application_count_d_06_10',
  'D-06-11': 'application_count_d_06_11',
};

export class ApplicationWrites extends ApplicationReads implements ApplicationChanges {
  async takeNumber(form: FormId, year: number): Promise<number> {
    const { rows } = await sql<{ count: number }>`select nextval(${SEQUENCES[form]}) as count`.execute(this.database);
    const count = rows[0]?.count;
    if (count === undefined) throw new Error('A sequence without a value.');
    // The first of a year says from where it is counted; whoever meets him there is retried by the store.
    await this.database
      .insertInto('application_years')
      .values({ form, year, base: count - 1 })
      .onConflict(conflict => conflict.columns(['form', 'year']).doNothing())
      .execute();
    const kept = this.database.selectFrom('application_years').select('base');
    const { base } = await kept.where('form', '=', form).where('year', '=', year).executeTakeFirstOrThrow();
    return count - base;
  }

  async insertApplication(application: Application): Promise<void> {
    await this.database.insertInto('applications').values(toRow(application)).execute();
  }

  async updateApplication(application: Application, seenVersion: number): Promise<boolean> {
    const { numUpdatedRows } = await this.database
      .updateTable('applications')
      .set(changeableOf(application))
      .where('id', '=', application.id)
      .where('version', '=', seenVersion)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async insertAct(act: Act): Promise<void> {
    await this.database
      .insertInto('application_acts')
      .values({
        id: act.id,
        application_id: act.applicationId,
        version: act.version,
        kind: act.kind,
        stage: act.stage,
        duty: act.duty,
        actor: JSON.stringify(act.actor),
        role: act.role,
        on_behalf_of: act.onBehalfOf,
        note: act.note,
        at: act.at,
        values_sha256: act.valuesSha256,
        signature: act.signature,
      })
      .execute();
  }

  async insertAttachment(attachment: Attachment, bytes: Uint8Array): Promise<void> {
    await this.database
      .insertInto('application_attachments')
      .values({
        id: attachment.id,
        application_id: attachment.applicationId,
        kind: attachment.kind,
        file_name: attachment.fileName,
        media_type: attachment.mediaType,
        size: attachment.size,
        sha256: attachment.sha256,
        added_at: attachment.addedAt,
        bytes,
      })
      .execute();
  }

  async keepDefinition(applicationId: string, definition: string): Promise<void> {
    const values = { application_id: applicationId, definition };
    await this.database.insertInto('archived_definitions').values(values).execute();
  }

  async removeAttachment(attachmentId: string): Promise<boolean> {
    if (!isUuid(attachmentId)) return false;
    const removal = this.database.deleteFrom('application_attachments').where('id', '=', attachmentId);
    return (await removal.executeTakeFirst()).numDeletedRows === 1n;
  }

  async insertScheduledChange(change: ScheduledChange): Promise<void> {
    await this.database
      .insertInto('scheduled_changes')
      .values({
        id: change.id,
        application_id: change.applicationId,
        account_id: change.accountId,
        due_day: change.dueDay,
        ordered_by: change.orderedBy,
        ordered_at: change.orderedAt,
        state: change.state,
        ended_at: change.endedAt,
        because: change.because,
      })
      .execute();
  }

  async endScheduledChange(
    id: string,
    state: Exclude<ScheduledChangeState, 'waiting'>,
    at: Date,
    because: string | null,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.database
      .updateTable('scheduled_changes')
      .set({ state, ended_at: at, because })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
