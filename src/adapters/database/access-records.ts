import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import type { AccessRecord } from '../../audit/access-record.ts';
import type {
  AccessRecordChanges,
  AccessRecordFilter,
  AccessRecordPlace,
  AccessRecordReader,
  AccessRecordStore,
} from '../../flows/ports/access-records.ts';
import type { Tables } from './schema.ts';
import { storable } from './storable-text.ts';
import { isUuid } from './uuid.ts';

const LIST_LIMIT = 1_000;
const INSERTED_AT_ONCE = 1_000;

/** So many go within the deadline of a statement. */
const DELETED_AT_ONCE = 5_000;

/** As the rows go in: one JSON text for all, which costs this process less than a parameter for each value. */
const COLUMNS = [
  ['at', 'timestamptz'],
  ['id', 'uuid'],
  ['request_id', 'text'],
  ['channel', 'text'],
  ['account_id', 'uuid'],
  ['session_reference', 'uuid'],
  ['authentication', 'text'],
  ['system_id', 'text'],
  ['method', 'text'],
  ['path', 'text'],
  ['named', 'jsonb'],
  ['purpose', 'text'],
  ['case_number', 'text'],
  ['allowed', 'boolean'],
  ['reason', 'text'],
  ['rule', 'integer'],
  ['outcome', 'text'],
  ['status', 'smallint'],
  ['bytes_in', 'bigint'],
  ['bytes_out', 'bigint'],
  ['duration_ms', 'bigint'],
  ['client_address', 'text'],
] as const satisfies readonly (readonly [keyof Tables['access_records'], string])[];

const NAMES = sql.raw(COLUMNS.map(([name]) => name).join(', '));
const FORM = sql.raw(COLUMNS.map(([name, type]) => `${name} ${type}`).join(', '));

class AccessRecordReads implements AccessRecordReader {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  /** @throws RangeError unless `limit` is between 1 and 1,000 */
  async listAccessRecords(
    filter: AccessRecordFilter,
    { after, limit }: { readonly after: AccessRecordPlace | null; readonly limit: number },
  ): Promise<AccessRecord[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > LIST_LIMIT) {
      throw new RangeError('A list has 1 to 1,000 rows.');
    }
    const { accountId, sessionReference, systemId, requestId, named, from, until } = filter;
    if ([accountId, sessionReference, after?.id].some(id => id !== undefined && !isUuid(id))) return [];
    let query = this.#database.selectFrom('access_records').selectAll();
    if (accountId !== undefined) query = query.where('account_id', '=', accountId);
    if (sessionReference !== undefined) query = query.where('session_reference', '=', sessionReference);
    if (systemId !== undefined) query = query.where('system_id', '=', systemId);
    if (requestId !== undefined) query = query.where('request_id', '=', requestId);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (until !== undefined) query = query.where('at', '<', until);
    if (named !== undefined) {
      const one = JSON.stringify([{ as: named.as, mark: storable(named.mark) }]);
      query = query.where(sql<boolean>`named is not null and named @> ${one}::jsonb`);
    }
    if (after !== null) query = query.where(sql<boolean>`(at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
    const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(toRecord);
  }
}

/** The store itself, outside changes. */
export class AccessRecordRows extends AccessRecordReads implements AccessRecordStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    super(database);
    this.#database = database;
  }

  async insertAccessRecords(records: readonly AccessRecord[]): Promise<void> {
    if (records.length > INSERTED_AT_ONCE) throw new RangeError('At most 1,000 records are written at once.');
    if (records.length === 0) return;
    const rows = toJson(records);
    await sql`
      insert into access_records (${NAMES}) select ${NAMES} from json_to_recordset(${rows}::json) as given (${FORM})
      on conflict do nothing
    `.execute(this.#database);
  }
}

/** Inside a change. */
export class AccessRecordWrites extends AccessRecordReads implements AccessRecordChanges {
  readonly #transaction: Transaction<Tables>;

  constructor(transaction: Transaction<Tables>) {
    super(transaction);
    this.#transaction = transaction;
  }

  async deleteAccessRecordsBefore(instant: Date): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from access_records where (at, id) in (
        select at, id from access_records where at < ${instant} order by at, id limit ${DELETED_AT_ONCE})
    `.execute(this.#transaction);
    return Number(numAffectedRows ?? 0);
  }
}

/** One text for all rows. What the store does not keep is escaped in it, so that a text without escapes needs no second look. */
function toJson(records: readonly AccessRecord[]): string {
  const rows = records.map(toRow);
  const text = JSON.stringify(rows);
  if (!text.includes('\\u')) return text;
  return JSON.stringify(rows, (_key, field: unknown) => (typeof field === 'string' ? storable(field) : field));
}

function toRow(record: AccessRecord): Record<keyof Tables['access_records'], unknown> {
  return {
    at: record.at,
    id: record.id,
    request_id: record.requestId,
    channel: record.channel,
    account_id: record.accountId,
    session_reference: record.sessionReference,
    authentication: record.authentication,
    system_id: record.systemId,
    method: record.method,
    path: record.path,
    named: record.named.length === 0 ? null : record.named,
    purpose: record.purpose,
    case_number: record.caseNumber,
    allowed: record.decision.allow,
    reason: record.decision.reason,
    rule: record.decision.rule,
    outcome: record.outcome,
    status: record.status,
    bytes_in: record.bytesIn,
    bytes_out: record.bytesOut,
    duration_ms: record.durationMs,
    client_address: record.clientAddress,
  };
}

function toRecord(row: Selectable<Tables['access_records']>): AccessRecord {
  return {
    id: row.id,
    at: row.at,
    requestId: row.request_id,
    channel: row.channel,
    accountId: row.account_id,
    sessionReference: row.session_reference,
    authentication: row.authentication,
    systemId: row.system_id,
    method: row.method,
    path: row.path,
    named: row.named ?? [],
    purpose: row.purpose,
    caseNumber: row.case_number,
    decision: { allow: row.allowed, reason: row.reason, rule: row.rule },
    outcome: row.outcome,
    status: row.status,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
    durationMs: row.duration_ms,
    clientAddress: row.client_address,
  };
}
