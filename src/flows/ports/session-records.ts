import type { Scope } from '../../accounts/authority.ts';
import type { Actor } from '../../audit/event.ts';
import type { AuthenticationMethod, Session, SessionEndReason } from '../../sessions/session.ts';

/** A session as the database has it: from its login on, and after its end. */
export interface SessionRecord extends Session {
  /** Systems that it has entered. */
  readonly systemIds: readonly string[];
  /** Whose it is. */
  readonly loginName: string;
  readonly name: string;
  readonly organisationId: string;
  readonly unitId: string | null;
  /** Null while nothing says that it is over. */
  readonly end: RecordedEnd | null;
}

export interface RecordedEnd {
  readonly reason: SessionEndReason;
  readonly at: Date;
  readonly by: Actor;
  /** Why, in the words of whoever ended it; null where the reason says it all. */
  readonly note: string | null;
}

/** Which sessions; what is left out does not matter. */
export interface SessionFilter {
  /** On whose behalf: nothing outside is seen, counted or ended. */
  readonly scope: Scope;
  readonly references?: readonly string[];
  /** All but this one. */
  readonly exceptReference?: string;
  readonly accountId?: string;
  readonly organisationId?: string;
  readonly unitId?: string;
  /** Has entered it. */
  readonly systemId?: string;
  readonly method?: AuthenticationMethod;
  /** Exact address that the login came from. */
  readonly clientAddress?: string;
  /** Part of the login name or of the person's name; case does not matter. */
  readonly text?: string;
  /** Left out: those without a recorded end only. */
  readonly withEnded?: true;
}

/** A session that nothing says is over. */
export type OpenSession = Pick<Session, 'reference' | 'authenticatedAt'>;

/** A certificate with which sessions stand, as a binding keeps it. */
export interface CertificateInUse {
  readonly certificateSha256: string;
  readonly certificateDer: Uint8Array;
  /** Of the sessions. */
  readonly references: readonly string[];
}

/** What a reader of ends has seen; opaque. */
export type EndsMark = string;

/** Reads of the records of sessions; also usable inside a change, where they see its own writes. */
export interface SessionRecordReader {
  findSession(reference: string): Promise<SessionRecord | undefined>;
  /** Newest login first. @param page `limit`: 1 to 1,000 */
  findSessions(
    filter: SessionFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly sessions: SessionRecord[]; readonly total: number }>;
  /** Sessions without a recorded end that began before, oldest first, after the last one of the page before. */
  listOpenSessions(before: Date, after: OpenSession | null, limit: number): Promise<OpenSession[]>;
  /** Certificates of sessions without a recorded end, by hash, after the last one of the page before. */
  listCertificatesInUse(after: string | null, limit: number): Promise<CertificateInUse[]>;
  /**
   * Ends that were committed since the reader last looked, each once, in whatever order they were begun: what a node must
   * refuse whatever the session store says.
   *
   * @param mark  what the last look returned; null reads every end at or after `since`
   */
  listEndsAfter(
    mark: EndsMark | null,
    since: Date,
  ): Promise<{
    readonly ends: readonly { readonly reference: string; readonly reason: SessionEndReason }[];
    readonly mark: EndsMark;
  }>;
}

/** Writes, inside a change only. */
export interface SessionRecordChanges extends SessionRecordReader {
  insertSession(session: Session): Promise<void>;
  /** Notes that a session has entered a system; again does no harm. */
  insertEntry(reference: string, systemId: string, at: Date): Promise<void>;
  /** Records the ends of sessions that have none yet; returns those. Unknown references are left out. */
  insertEnds(references: readonly string[], end: RecordedEnd): Promise<string[]>;
  /** Removes records of sessions that ended before, the oldest, at most 5,000, and returns how many. */
  deleteEndedBefore(instant: Date): Promise<number>;
}
