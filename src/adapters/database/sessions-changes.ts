import { sql, type Transaction } from 'kysely';
import type { RecordedEnd, SessionRecordChanges } from '../../flows/ports/session-records.ts';
import type { Session } from '../../sessions/session.ts';
import type { Tables } from './schema.ts';
import { isOneOf } from './sessions-filter.ts';
import { SessionReads } from './sessions.ts';
import { storable, storableJson } from './storable-text.ts';

/** So many go within the deadline of a statement, with the systems they had entered. */
const DELETED_AT_ONCE = 5_000;

/** Writes of the records of sessions, in one transaction. */
export class SessionWrites extends SessionReads implements SessionRecordChanges {
  readonly #transaction: Transaction<Tables>;

  constructor(transaction: Transaction<Tables>) {
    super(transaction);
    this.#transaction = transaction;
  }

  async insertSession(session: Session): Promise<void> {
    await this.#transaction
      .insertInto('sessions')
      .values({
        reference: session.reference,
        account_id: session.accountId,
        method: session.method,
        authenticated_at: session.authenticatedAt,
        ends_at: session.endsAt,
        certificate_sha256: session.certificateSha256,
        client_address: storable(session.clientAddress),
      })
      .execute();
  }

  async insertEntry(reference: string, systemId: string, at: Date): Promise<void> {
    await this.#transaction
      .insertInto('session_systems')
      .values({ reference, system_id: systemId, entered_at: at })
      .onConflict(conflict => conflict.columns(['reference', 'system_id']).doNothing())
      .execute();
  }

  async insertEnds(references: readonly string[], end: RecordedEnd): Promise<string[]> {
    const rows = await this.#transaction
      .updateTable('sessions')
      .set({
        ended_at: end.at,
        end_reason: end.reason,
        ended_by: storableJson({ ...end.by }),
        // An end is recorded whatever its note is worth.
        end_note: storable(end.note?.trim() ?? '') || null,
        end_transaction: sql<string>`pg_current_xact_id()`,
      })
      .where(isOneOf(references))
      .where('ended_at', 'is', null)
      .returning('reference')
      .execute();
    return rows.map(({ reference }) => reference);
  }

  async deleteEndedBefore(instant: Date): Promise<number> {
    const { numDeletedRows } = await this.#transaction
      .deleteFrom('sessions')
      .where('reference', 'in', of =>
        of
          .selectFrom('sessions as over')
          .select('over.reference')
          .where('over.ended_at', '<', instant)
          .orderBy('over.ended_at')
          .limit(DELETED_AT_ONCE),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}
