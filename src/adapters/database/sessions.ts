import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type {
  CertificateInUse,
  EndsMark,
  OpenSession,
  RecordedEnd,
  SessionFilter,
  SessionRecord,
  SessionRecordReader,
} from '../../flows/ports/session-records.ts';
import type { SessionEndReason } from '../../sessions/session.ts';
import type { Tables } from './schema.ts';
import { readEndsAfter } from './sessions-ends.ts';
import { sessionsFitting } from './sessions-filter.ts';
import { isUuid } from './uuid.ts';

const PAGE_LIMIT = 1_000;

export class SessionReads implements SessionRecordReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }

  async findSession(reference: string): Promise<SessionRecord | undefined> {
    if (!isUuid(reference)) return undefined;
    const row = await this.#selectSessions().where('sessions.reference', '=', reference).executeTakeFirst();
    return row && toRecord(row);
  }

  /** @throws RangeError unless `limit` is between 1 and 1,000 */
  async findSessions(
    filter: SessionFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly sessions: SessionRecord[]; readonly total: number }> {
    const { offset, limit } = page;
    if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) {
      throw new RangeError('A list has 1 to 1,000 rows.');
    }
    const condition = sessionsFitting(filter);
    const { total } = await this.database
      .selectFrom('sessions')
      .select(of => of.fn.countAll<number>().as('total'))
      .where(condition)
      .executeTakeFirstOrThrow();
    // The page first, whose it is afterwards: a page far behind would else look up everybody before it.
    const onPage = this.database
      .selectFrom('sessions')
      .select('sessions.reference')
      .where(condition)
      .orderBy('sessions.authenticated_at', 'desc')
      .orderBy('sessions.reference', 'desc')
      .offset(offset)
      .limit(limit);
    const rows = await this.#selectSessions()
      .where('sessions.reference', 'in', onPage)
      .orderBy('sessions.authenticated_at', 'desc')
      .orderBy('sessions.reference', 'desc')
      .execute();
    return { sessions: rows.map(toRecord), total };
  }

  async listOpenSessions(before: Date, after: OpenSession | null, limit: number): Promise<OpenSession[]> {
    const rows = await this.database
      .selectFrom('sessions')
      .select(['reference', 'authenticated_at'])
      .where('ended_at', 'is', null)
      .where('authenticated_at', '<', before)
      .$if(after !== null, query =>
        query.where(
          sql<boolean>`(authenticated_at, reference) > (${after?.authenticatedAt}::timestamptz, ${after?.reference}::uuid)`,
        ),
      )
      .orderBy('authenticated_at')
      .orderBy('reference')
      .limit(Math.min(limit, PAGE_LIMIT))
      .execute();
    return rows.map(row => ({ reference: row.reference, authenticatedAt: row.authenticated_at }));
  }

  async listCertificatesInUse(after: string | null, limit: number): Promise<CertificateInUse[]> {
    const { rows } = await sql<{ sha256: string; der: Uint8Array; references: readonly string[] }>`
      with in_use as (
        select certificate_sha256, json_agg(reference order by reference) as "references" from sessions
        where ended_at is null and certificate_sha256 is not null and certificate_sha256 > ${after ?? ''}
          and exists (select from certificate_bindings as kept where kept.certificate_sha256 = sessions.certificate_sha256)
        group by certificate_sha256 order by certificate_sha256 limit ${Math.min(limit, PAGE_LIMIT)}
      )
      select distinct on (certificate_sha256) certificate_sha256 as sha256, certificate_der as der, "references"
      from in_use join certificate_bindings using (certificate_sha256)
      order by certificate_sha256
    `.execute(this.database);
    return rows.map(({ sha256, der, references }) => ({
      certificateSha256: sha256,
      certificateDer: der,
      references,
    }));
  }

  listEndsAfter(
    mark: EndsMark | null,
    since: Date,
  ): Promise<{
    readonly ends: readonly { readonly reference: string; readonly reason: SessionEndReason }[];
    readonly mark: EndsMark;
  }> {
    return readEndsAfter(this.database, mark, since);
  }

  #selectSessions() {
    return this.database
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
      .innerJoin('people', 'people.id', 'accounts.person_id')
      .selectAll('sessions')
      .select(['accounts.login_name', 'accounts.organisation_id', 'accounts.unit_id', 'people.name as person_name'])
      .select(of =>
        jsonArrayFrom(
          of
            .selectFrom('session_systems')
            .select('session_systems.system_id')
            .whereRef('session_systems.reference', '=', 'sessions.reference')
            .orderBy('session_systems.entered_at')
            .orderBy('session_systems.system_id'),
        ).as('systems'),
      );
  }
}

type SessionRow = Selectable<Tables['sessions']> &
  Pick<Selectable<Tables['accounts']>, 'login_name' | 'organisation_id' | 'unit_id'> & {
    readonly person_name: string;
    readonly systems: readonly { readonly system_id: string }[];
  };

function toRecord(row: SessionRow): SessionRecord {
  return {
    reference: row.reference,
    accountId: row.account_id,
    method: row.method,
    authenticatedAt: row.authenticated_at,
    certificateSha256: row.certificate_sha256,
    endsAt: row.ends_at,
    clientAddress: row.client_address,
    systemIds: row.systems.map(({ system_id: systemId }) => systemId),
    loginName: row.login_name,
    name: row.person_name,
    organisationId: row.organisation_id,
    unitId: row.unit_id,
    end: toEnd(row),
  };
}

/** The schema has an end whole or not at all. */
function toEnd(row: SessionRow): RecordedEnd | null {
  const { ended_at: at, end_reason: reason, ended_by: by, end_note: note } = row;
  return at === null || reason === null || by === null ? null : { reason, at, by, note };
}
