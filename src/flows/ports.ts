import type { AuditEvent } from '../audit/event.ts';
import type { NamedParameters } from '../audit/named-values.ts';
import type { BlockList } from '../pki/revocation/block-list.ts';
import type { OpenStatus } from '../pki/revocation/check-revocation.ts';
import type { RevocationPolicy } from '../pki/revocation/revocation-policy.ts';
import type { OcspEvidence } from '../pki/revocation/status-from-ocsp.ts';
import type { TrustedCrl } from '../pki/revocation/trusted-crl.ts';
import type { TrustStore } from '../pki/trust-store.ts';
import type { DenyReason } from '../policy/decision.ts';
import type { FieldProblem } from '../applications/field-problem.ts';
import type { Declaration, Purpose, TypedDeclaration } from '../policy/purpose.ts';
import type { PolicyRule } from '../policy/rule.ts';
import type { Replacement, SessionEndReason } from '../sessions/session.ts';
import type { EntryFailure } from '../sessions/trip.ts';
import type { AccessRecordChanges, AccessRecordStore } from './ports/access-records.ts';
import type { AccountReader, AccountWriter } from './ports/accounts.ts';
import type { ApplicationChanges, ApplicationReader } from './ports/applications.ts';
import type { AssertionKeyChanges, AssertionKeyReader } from './ports/assertion-keys.ts';
import type { CredentialChanges, CredentialReader } from './ports/credentials.ts';
import type { JobLeases, OperationChanges, OperationReader } from './ports/operations.ts';
import type { SessionRecordChanges, SessionRecordReader } from './ports/session-records.ts';
import type { LimitedRoute, UpstreamSettings } from './ports/upstream-settings.ts';

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
  readonly sessions: SessionRecordReader;
  readonly jobs: JobLeases;
  readonly events: EventReader;
  readonly accessRecords: AccessRecordStore;
  readonly assertionKeys: AssertionKeyReader;
  /** Throws unless the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Writes, inside {@link Database.change} only. A broken uniqueness rule throws {@link UniquenessFault}. */
export interface DatabaseChanges extends AccountReader, AccountWriter {
  readonly applications: ApplicationChanges;
  readonly credentials: CredentialChanges;
  readonly operations: OperationChanges;
  readonly sessions: SessionRecordChanges;
  readonly events: EventReader;
  readonly accessRecords: AccessRecordChanges;
  readonly assertionKeys: AssertionKeyChanges;
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
  /** Where requests go; null: only proxies that ask (forward-auth) lead to it, and nothing is passed on from here. */
  readonly upstream: UpstreamSettings | null;
  /** What requests may take: the first whose paths match counts; where none does, all is as the gateway has it. */
  readonly limitedRoutes: readonly LimitedRoute[];
  readonly roles: readonly { readonly code: string; readonly name: string; readonly nameEn: string }[];
  /** Other origins whose unsafe requests and upgrades it accepts. */
  readonly allowedOrigins: readonly string[];
  /** Idle limit of every session that has entered it, where it is shorter than the gateway's own; milliseconds. */
  readonly idleMs: number | null;
  /** Paths that its pages ask for by themselves: no activity of a person (D1-099). `/x/` stands for all below, `/x` for itself. */
  readonly backgroundPaths: readonly string[];
  /** The parameters of its addresses that hold whom was asked about, or in which case. */
  readonly namedParameters: NamedParameters;
  /** strict: no response ends before its access record is durable. batched: within 200 ms, as long as the database answers. */
  readonly audit: 'strict' | 'batched';
  /** Who may do what, in written order: the first rule that is about a request counts. What none is about is denied. */
  readonly policy: readonly PolicyRule[];
  /** For what it may be asked: what people choose from at `/.gateway/purpose`. Empty: nobody is asked. */
  readonly purposes: readonly Purpose[];
  /** How long a declared purpose counts, milliseconds; null: until another is declared, or the session ends. */
  readonly purposeMs: number | null;
  /** What its pages, and the gateway's for it, tell of its data (D2-080). */
  readonly notice: Notice;
}

/** A hint about a system's data, and by what name this wording of it is known. */
export interface Notice {
  readonly text: string;
  readonly textEn: string;
  readonly version: string;
}

/** A page of the gateway itself on a business system's host. */
export type SystemPage =
  /** 403: recognised, but policy says no. */
  | { readonly kind: 'denied'; readonly reason: DenyReason }
  /** 403: coming back from the portal failed. */
  | { readonly kind: 'entry-failed'; readonly code: EntryFailure['code'] | 'entry-session-over' }
  /** 401: a form was sent after the session ended; nothing of it was passed on. */
  | {
      readonly kind: 'session-over';
      readonly endedBecause: SessionEndReason | null;
      /** Where a login elsewhere took its place. Not whence: scripts of the system can read what lies on its host. */
      readonly replacedBy?: Omit<Replacement, 'clientAddress'>;
    }
  /** 403: an unsafe request from another origin. */
  | { readonly kind: 'foreign-origin' }
  /** 200, or 400 with problems: asks why the person asks, and in which case. */
  | {
      readonly kind: 'purpose';
      /** What counts until something else is declared. */
      readonly declared: Declaration | null;
      readonly typed: TypedDeclaration;
      readonly problems: readonly FieldProblem[];
      /** Path and query on this host, where the person goes on. */
      readonly returnPath: string;
    }
  /** 200: asks before logging out. */
  | { readonly kind: 'ask-logout' }
  /** 502, 504: the system did not answer, or not in time. 503: it is known to be away, and nothing was passed on. */
  | { readonly kind: 'upstream-failed'; readonly status: 502 | 503 | 504 }
  /** 413: more content than the system takes; it has not received the whole of it. */
  | { readonly kind: 'content-too-large'; readonly limitBytes: number }
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
  /** The system's notice as a document of its own, to be framed by the system's pages. @param languages like `Accept-Language` */
  renderNotice(system: BusinessSystem, languages: string): string;
  /** Why a session is over, in a sentence for the person. @param languages like `Accept-Language` */
  tellEnd(
    why: Pick<Extract<SystemPage, { kind: 'session-over' }>, 'endedBecause' | 'replacedBy'>,
    languages: string,
  ): string;
  /** A file by its name below the assets folder; undefined when there is none. */
  asset(name: string): SystemAsset | undefined;
  /** What a business system's own pages may include, as `/.gateway/activity.js`. */
  readonly activityScript: SystemAsset;
}

export interface SystemAsset {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
}
