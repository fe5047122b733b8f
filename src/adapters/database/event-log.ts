import type { Kysely, Selectable, Transaction } from 'kysely';
import { EVENT_CATALOGUE, type AuditEvent, type EventCode } from '../../audit/event.ts';
import type { EventReader } from '../../flows/ports.ts';
import type { Tables } from './schema.ts';
import { storable, storableJson } from './storable-text.ts';
import { isUuid } from './uuid.ts';

/** A page shows a hundred; an export reads in pages. */
const LIST_LIMIT = 1_000;

/** Ten parameters each; a statement takes 65,535. */
const INSERTED_AT_ONCE = 500;

/** Adds events to the transaction of what they are about. */
export async function insertEvents(
  transaction: Transaction<Tables>,
  events: readonly [AuditEvent, ...AuditEvent[]],
): Promise<void> {
  // Rows of one statement are inserted in their order, which is the order of the record.
  for (let at = 0; at < events.length; at += INSERTED_AT_ONCE) {
    const rows = events.slice(at, at + INSERTED_AT_ONCE).map(event => ({
      id: event.id,
      code: event.code,
      at: event.at,
      actor: storableJson(event.actor),
      account_id: event.accountId,
      system_id: storableOrNull(event.systemId),
      session_reference: storableOrNull(event.sessionReference),
      request_id: storableOrNull(event.requestId),
      client_address: storableOrNull(event.clientAddress),
      facts: storableJson(event.facts),
    }));
    await transaction.insertInto('events').values(rows).execute();
  }
}

export class EventLog implements EventReader {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  /** @throws RangeError unless `limit` is between 1 and 1,000 */
  async listEvents(filter: {
    readonly accountId?: string;
    readonly code?: string;
    readonly limit: number;
  }): Promise<AuditEvent[]> {
    const { accountId, code, limit } = filter;
    if (!Number.isInteger(limit) || limit < 1 || limit > LIST_LIMIT)
      throw new RangeError('A list has 1 to 1,000 rows.');
    let query = this.#database.selectFrom('events').selectAll();
    if (accountId !== undefined) {
      if (!isUuid(accountId)) return [];
      query = query.where('account_id', '=', accountId);
    }
    if (code !== undefined) {
      if (!isEventCode(code)) return [];
      query = query.where('code', '=', code);
    }
    const rows = await query.orderBy('at', 'desc').orderBy('position', 'desc').limit(limit).execute();
    return rows.map(toEvent);
  }
}

function toEvent(row: Selectable<Tables['events']>): AuditEvent {
  return {
    id: row.id,
    code: row.code,
    at: row.at,
    actor: row.actor,
    accountId: row.account_id,
    systemId: row.system_id,
    sessionReference: row.session_reference,
    requestId: row.request_id,
    clientAddress: row.client_address,
    facts: row.facts,
  };
}

function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}

function isEventCode(code: string): code is EventCode {
  return Object.hasOwn(EVENT_CATALOGUE, code);
}
