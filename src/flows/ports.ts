import type { ActivationTicket } from '../accounts/activation.ts';
import type { DayPasswordTicket } from '../accounts/one-day-password.ts';
import type { ApplicantTicket } from '../applications/applicant-ticket.ts';
import type { PendingDecision } from '../applications/pending-decision.ts';
import type { AuditEvent } from '../audit/event.ts';
import type { AssertionClaims } from '../http-fields/identity-assertion.ts';
import type { BlockList } from '../pki/revocation/block-list.ts';
import type { OpenStatus } from '../pki/revocation/check-revocation.ts';
import type { RevocationPolicy } from '../pki/revocation/revocation-policy.ts';
import type { OcspEvidence } from '../pki/revocation/status-from-ocsp.ts';
import type { TrustedCrl } from '../pki/revocation/trusted-crl.ts';
import type { TrustStore } from '../pki/trust-store.ts';
import type { DenyReason } from '../policy/decision.ts';
import type { Challenge } from '../sessions/challenge.ts';
import type { AuthenticationMethod, Session, SessionEndReason } from '../sessions/session.ts';
import type { TlsReturn, TlsTicket } from '../sessions/tls-login.ts';
import type { EntryCode, EntryFailure, Trip } from '../sessions/trip.ts';
import type { AccountReader, AccountWriter } from './ports/accounts.ts';
import type { ApplicationChanges, ApplicationReader } from './ports/applications.ts';
import type { CredentialChanges, CredentialReader } from './ports/credentials.ts';
import type { JobLeases, OperationChanges, OperationReader } from './ports/operations.ts';

/** Wall clock, UTC: for records, certificates, assertions. Sessions are reckoned by their store's own clock. */
export interface Clock {
  now(): Date;
}

/** Cryptographically strong randomness. */
export interface Randomness {
  bytes(length: number): Uint8Array;
  uuid(): string;
}

/** What a unit of work did: its result with at least one event, or nothing at all (then it is rolled back). */
export type Change<T> =
  | { readonly result: T; readonly events: readonly [AuditEvent, ...AuditEvent[]] }
  | { readonly result: T; readonly unchanged: true };

/**
 * The relational store: PGlite or PostgreSQL, the same SQL and the same contract suite.
 *
 * Durability: what `change` has returned is committed (PGlite: survives `kill -9`, not power loss).
 * Consistency: reads see every committed change of every node. Concurrency: a change runs in one transaction at
 * `serializable`; a serialisation conflict is retried by the adapter (so `work` may run more than once), other faults
 * are thrown. Deadline: 5 s a statement.
 */
export interface Database {
  /**
   * Runs `work` and records its events in the same transaction: both are there afterwards, or neither. Inside, read
   * through `changes` only: the embedded store has one connection, and the change holds it.
   */
  change<T>(work: (changes: DatabaseChanges) => Promise<Change<T>>): Promise<T>;
  /** Records events that change nothing else. */
  record(events: readonly [AuditEvent, ...AuditEvent[]]): Promise<void>;
  readonly accounts: AccountReader;
  readonly applications: ApplicationReader;
  readonly credentials: CredentialReader;
  readonly operations: OperationReader;
  readonly jobs: JobLeases;
  readonly events: EventReader;
  /** Throws unless the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Writes, inside {@link Database.change} only. A broken uniqueness rule throws {@link UniquenessFault}. */
export interface DatabaseChanges extends AccountReader, AccountWriter {
  readonly applications: ApplicationChanges;
  readonly credentials: CredentialChanges;
  readonly operations: OperationChanges;
  readonly events: EventReader;
}

/** A rule such as "one live account a person" was broken; `constraint` is its name in the schema. */
export class UniquenessFault extends Error {
  override readonly name = 'UniquenessFault';
  readonly constraint: string;

  constructor(constraint: string, cause: unknown) {
    super(`The store refuses a duplicate (${constraint}).`, { cause });
    this.constraint = constraint;
  }
}

export interface EventReader {
  /** Newest first. */
  listEvents(filter: {
    readonly accountId?: string;
    readonly code?: string;
    readonly limit: number;
  }): Promise<AuditEvent[]>;
}

/** What lives in the ephemeral store, by kind. */
export interface EphemeralRecords {
  trip: Trip;
  challenge: Challenge;
  'entry-code': EntryCode;
  /** Who is on the way in, by his initial secret or permanent password; key: hash of the browser session's cookie. */
  activation: ActivationTicket;
  /** Who must exchange today's secret for a password; key as above. */
  'day-password-change': DayPasswordTicket;
  /** Who applies by card without an account; key as above. */
  applicant: ApplicantTicket;
  /** A decision on an application that is about to be signed; key as above. */
  signing: PendingDecision;
  /** A browser on its way to the card host, and back; keys: hashes of the secrets in the addresses. */
  'tls-ticket': TlsTicket;
  'tls-return': TlsReturn;
  /** How often a browser has entered a system lately, to stop a loop; key: hash of the trip cookie. */
  'entry-count': number;
}
export type EphemeralKind = keyof EphemeralRecords;

/**
 * Records that live for seconds to minutes.
 *
 * `take` is atomic: of any number of concurrent takers of a key, at most one gets the record. A record is absent from
 * its expiry on. Not durable. Full or unreachable: throws, and nothing is given.
 */
export interface EphemeralStore {
  put<K extends EphemeralKind>(kind: K, key: string, value: EphemeralRecords[K], expiresAt: Date): Promise<void>;
  find<K extends EphemeralKind>(kind: K, key: string): Promise<EphemeralRecords[K] | undefined>;
  take<K extends EphemeralKind>(kind: K, key: string): Promise<EphemeralRecords[K] | undefined>;
}

/** A session found alive at a check. */
export interface LiveSession {
  readonly session: Session;
  /** Milliseconds until it ends if nobody touches it. */
  readonly idleRemainingMs: number;
}

export type SessionCheck =
  | { readonly alive: true; readonly live: LiveSession }
  | { readonly alive: false; readonly endedBecause: SessionEndReason | null };

/**
 * Sessions and the cookies that lead to them; holds hashes of cookie values only.
 *
 * Concurrency: every operation is atomic; a check that overlaps an end never revives the session. One clock, the
 * store's own. Throws when it cannot tell; the caller then refuses.
 */
export interface SessionStore {
  /** Opens a session whose first cookie is the portal's. The login event must be committed before. */
  open(session: Session, portalCookieHash: string): Promise<void>;
  /** Adds a host's cookie to a live session; false when the session is over. */
  addHostCookie(sessionId: string, host: string, cookieHash: string): Promise<boolean>;
  /** Judges the session behind a cookie of `host`; a person's activity (`touch`) moves its idle limit, atomically. */
  check(host: string, cookieHash: string, touch: boolean): Promise<SessionCheck>;
  /** Ends a session; false when it was over already. */
  end(sessionId: string, reason: SessionEndReason): Promise<boolean>;
  /** Ends all sessions of an account, or those of one method, and returns them. */
  endAllOf(accountId: string, reason: SessionEndReason, method?: AuthenticationMethod): Promise<Session[]>;
  /** The sessions of an account that stand, oldest first. */
  listLiveOf(accountId: string): Promise<Session[]>;
  /** Is called once for every session that ends, whoever ended it; used to close its open streams. */
  onEnd(listener: (session: Session, reason: SessionEndReason) => void): void;
  /** The state of a portal browser session (before and after login), kept by express-session; JSON text. */
  readonly browserSessions: BrowserSessionStore;
}

export interface BrowserSessionStore {
  load(cookieHash: string): Promise<string | undefined>;
  save(cookieHash: string, state: string, expiresAt: Date): Promise<void>;
  destroy(cookieHash: string): Promise<void>;
}

/** Public keys, as served at `/.well-known/jwks.json`. */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Signs identity assertions; the private key never leaves it. */
export interface AssertionSigner {
  sign(claims: AssertionClaims): Promise<string>;
  jwks(): JsonWebKeySet;
}

/**
 * What certificates are judged by at this moment: anchors as loaded, CRLs as last refreshed. Reads memory only, `askOcsp`
 * apart.
 */
export interface TrustData {
  trustStore(): TrustStore;
  crls(): readonly TrustedCrl[];
  readonly revocationPolicy: RevocationPolicy;
  /** Cards that this gateway itself has stopped accepting; a change of its file is seen within two seconds. */
  blockList(): BlockList;
  /**
   * Asks the responders of certificates that have chained to an anchor. Absent: OCSP is switched off. Resolves within
   * three seconds with what came by then, unjudged; a responder that is away or not allowed brings nothing, and only that.
   */
  readonly askOcsp?: (open: readonly OpenStatus[]) => Promise<readonly OcspEvidence[]>;
}

/** One business system, from `systems.yaml`. */
export interface BusinessSystem {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  /** Host name without port, lower case: `company.<base>`. */
  readonly host: string;
  /** `https://host[:port]` as browsers see it: the assertion's `aud`. */
  readonly origin: string;
  /** Where requests go: an http(s) origin. */
  readonly upstream: string;
  readonly roles: readonly { readonly code: string; readonly name: string; readonly nameEn: string }[];
  /** Other origins whose unsafe requests and upgrades it accepts. */
  readonly allowedOrigins: readonly string[];
}

/** A page of the gateway itself on a business system's host. */
export type SystemPage =
  /** 403: recognised, but policy says no. */
  | { readonly kind: 'denied'; readonly reason: DenyReason }
  /** 403: coming back from the portal failed. */
  | { readonly kind: 'entry-failed'; readonly code: EntryFailure['code'] | 'entry-session-over' }
  /** 401: a form was sent after the session ended; nothing of it was passed on. */
  | { readonly kind: 'session-over'; readonly endedBecause: SessionEndReason | null }
  /** 403: an unsafe request from another origin. */
  | { readonly kind: 'foreign-origin' }
  /** 200: asks before logging out. */
  | { readonly kind: 'ask-logout' }
  /** 502, 504: the system did not answer, or not in time. */
  | { readonly kind: 'upstream-failed'; readonly status: 502 | 504 }
  /** 503: a store of the gateway is down; nothing was passed on. */
  | { readonly kind: 'unavailable' }
  /** 404 below `/.gateway/`. */
  | { readonly kind: 'not-found' };

/** Renders those pages, and serves what they need under `/.gateway/assets/`. */
export interface SystemPages {
  /** A whole HTML document; it loads nothing but `/.gateway/assets/…` and posts nowhere but to `/.gateway/…`. */
  render(
    page: SystemPage,
    facts: {
      readonly system: BusinessSystem;
      readonly requestId: string;
      readonly at: Date;
      /** `Accept-Language` as received. */
      readonly acceptLanguage: string | undefined;
    },
  ): string;
  /** A file by its name below the assets folder; undefined when there is none. */
  asset(name: string): { readonly body: Uint8Array; readonly contentType: string; readonly etag: string } | undefined;
}
