import type { ColumnType } from 'kysely';
import type { Actor } from '../../audit/event.ts';
import type { AuthenticationMethod, SessionEndReason } from '../../sessions/session.ts';

/** Tables of sessions, as the newest migration leaves them. */
export interface SessionTables {
  sessions: {
    reference: string;
    account_id: string;
    method: AuthenticationMethod;
    authenticated_at: Date;
    ends_at: Date | null;
    certificate_sha256: string | null;
    client_address: string;
    /** These, or none of them but the note. */
    ended_at: ColumnType<Date | null, never, Date>;
    end_reason: ColumnType<SessionEndReason | null, never, SessionEndReason>;
    ended_by: ColumnType<Actor | null, never, string>;
    end_note: ColumnType<string | null, never, string | null>;
    /** Of PostgreSQL, 64 bits, as text. */
    end_transaction: ColumnType<string | null, never, string>;
  };
  session_systems: { reference: string; system_id: string; entered_at: Date };
}
