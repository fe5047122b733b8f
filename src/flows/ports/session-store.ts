import type { Declaration } from '../../policy/purpose.ts';
import type { AuthenticationMethod, Replacement, Session, SessionEndReason } from '../../sessions/session.ts';

/** A session found alive at a check. */
export interface LiveSession {
  readonly session: Session;
  /** Milliseconds until it ends if nobody touches it. */
  readonly idleRemainingMs: number;
  /** Milliseconds until it ends however active the person is; never less than `idleRemainingMs`. */
  readonly fixedRemainingMs: number;
  /** What the person has declared on the host that was asked about, as long as it counts. */
  readonly declaration: Declaration | null;
}

export type SessionCheck =
  | { readonly alive: true; readonly live: LiveSession }
  | {
      readonly alive: false;
      /** Known for an hour after the end. */
      readonly endedBecause: SessionEndReason | null;
      /** Where a login elsewhere took its place. */
      readonly replacedBy?: Replacement;
    };

export interface SessionPage {
  readonly sessions: readonly Session[];
  /** Null: this was the last. */
  readonly next: string | null;
}

/** How a live session stands. */
export interface SessionStanding {
  readonly idleMs: number;
  /** Milliseconds until it ends if nobody touches it. */
  readonly idleRemainingMs: number;
}

/**
 * Sessions and the cookies that lead to them; holds hashes of cookie values only.
 *
 * Concurrency: every operation is atomic, also among nodes; a check that overlaps an end never revives the session. One
 * clock, the store's own, which may end sessions early when it jumps and never prolongs one. Throws `StoreFault`
 * when it cannot tell; the caller then refuses.
 *
 * What it knows of ends is not durable: what must outlive it stands in the database ({@link SessionRecordChanges}).
 */
export interface SessionStore {
  /**
   * Opens a session whose first cookie is the portal's. The login event must be committed before.
   *
   * @returns the sessions that had to give way to it ({@link SessionLimits}), ended as `replaced`
   */
  open(session: Session, portalCookieHash: string): Promise<Session[]>;
  /**
   * Adds a host's cookie to a live session; false when the session is over.
   *
   * @param idleMs the host's own idle limit, if any: from now on it holds for the session wherever it is shorter
   */
  addHostCookie(reference: string, host: string, cookieHash: string, idleMs: number | null): Promise<boolean>;
  /**
   * Keeps what a person has declared on a host, in place of what was declared there before, and gives the host a further
   * cookie; false when the session is over. Answers to the new cookie have it from the first, on every node; those to older
   * ones, where they are kept, within a second.
   *
   * @param validMs how long it counts; null: as long as the session
   */
  declare(
    reference: string,
    host: string,
    cookieHash: string,
    declared: { readonly declaration: Declaration; readonly validMs: number | null },
  ): Promise<boolean>;
  /**
   * Judges the session behind a cookie of `host`; a person's activity (`touch`) moves its idle limit, atomically. At once where
   * nobody has to be asked; what it throws is always a promise's.
   */
  check(host: string, cookieHash: string, touch: boolean): SessionCheck | Promise<SessionCheck>;
  /**
   * Judges a session itself, as a check of a cookie of `host` would without touching it: for what goes on for hours in it, while the
   * cookie that it began with gave way to newer ones. Why it is over may be unknown.
   */
  checkAgain(host: string, reference: string): SessionCheck | Promise<SessionCheck>;
  /**
   * The session behind a cookie, to end it and for nothing else: answers as long as the store itself can be asked,
   * whatever else is not known of it.
   */
  findToEnd(host: string, cookieHash: string): Promise<Session | undefined>;
  /** Ends a session; false when it was over already. */
  end(reference: string, reason: SessionEndReason): Promise<boolean>;
  /** Ends all sessions of an account, or those of one method, and returns them. */
  endAllOf(accountId: string, reason: SessionEndReason, method?: AuthenticationMethod): Promise<Session[]>;
  /** The sessions of an account that stand, oldest first. */
  listLiveOf(accountId: string): Promise<Session[]>;
  /**
   * All sessions that stand, in pages of no order and no fixed size; one that stands from the first page to the last is in one of them, and
   * may be in two.
   *
   * @param after what the page before has named as `next`; null for the first
   */
  listLive(after: string | null): Promise<SessionPage>;
  /** How those that stand do, by reference; at most 1,000 at once. */
  describe(references: readonly string[]): Promise<ReadonlyMap<string, SessionStanding>>;
  /** Is called on every node for every session that ends, whoever ended it, once; used to close its open streams. */
  onEnd(listener: (reference: string, reason: SessionEndReason) => void): void;
  /** Is called on one node for every session whose time is over, once; used to record it. */
  onExpiry(listener: (session: Session, reason: 'idle' | 'lifetime' | 'day-over') => void): void;
  /**
   * Whether every end that is older than 2 s is known here. While it is not, nothing that has been judged before may go on for ever:
   * open streams are closed. A store within the process always knows.
   */
  isCurrent(): boolean;
  /** Throws unless the store answers. */
  ping(): Promise<void>;
  /** The state of a portal browser session (before and after login), kept by express-session; JSON text. */
  readonly browserSessions: BrowserSessionStore;
}

export interface BrowserSessionStore {
  load(cookieHash: string): Promise<string | undefined>;
  save(cookieHash: string, state: string, expiresAt: Date): Promise<void>;
  destroy(cookieHash: string): Promise<void>;
}
