import type { MarkKey } from '../audit/named-values.ts';
import type { Actor, AuditEvent, EventCode, Fact } from '../audit/event.ts';
import type { BusinessSystem, Clock, Database, Randomness, TrustData } from './ports.ts';
import type { AccountPolicies } from './accounts/account-policies.ts';
import type { DocumentPrinter, TableWriter } from './ports/files.ts';
import type { MailSender } from './ports/mail.ts';
import type { AssertionCache } from './login/assertion-cache.ts';
import type { AssertionSigner } from './keys/assertion-signer.ts';
import type { AccessRecorder } from './ports/access-records.ts';
import type { AddressLimiter } from './ports/address-limiter.ts';
import type { KeyVault } from './ports/assertion-keys.ts';
import type { EphemeralStore } from './ports/ephemeral-store.ts';
import type { PendingEnds } from './ports/pending-ends.ts';
import type { RequestMeter } from './ports/request-meter.ts';
import type { SessionStore } from './ports/session-store.ts';
import type { PasswordHasher } from './ports/passwords.ts';

/** Everything a journey works with; made once, by the composition root. */
export interface GatewayContext {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly database: Database;
  readonly ephemeral: EphemeralStore;
  readonly sessions: SessionStore;
  readonly pendingEnds: PendingEnds;
  readonly vault: KeyVault;
  readonly signer: AssertionSigner;
  readonly assertions: AssertionCache;
  /** After so many days the next key is made; null: never by itself. */
  readonly keyDays: number | null;
  /** Takes the records of requests to business systems. */
  readonly access: AccessRecorder;
  readonly meter: RequestMeter;
  /** By which values in those records are found again. */
  readonly markKey: MarkKey;
  /** Calendar months for which those records are kept. */
  readonly accessRecordMonths: number;
  readonly trust: TrustData;
  readonly passwords: PasswordHasher;
  readonly limits: AddressLimiter;
  /** Version of the rules of use that everybody must have acknowledged (D1-095). */
  readonly rulesVersion: string;
  readonly accountPolicies: AccountPolicies;
  readonly tables: TableWriter;
  readonly documents: DocumentPrinter;
  /** Absent: notices stay in the outbox. */
  readonly mail?: MailSender | undefined;
  readonly portal: PortalAddress;
  /** Where browsers show their card in the TLS handshake; absent: there is no such way in. */
  readonly cardHost?: Pick<PortalAddress, 'host' | 'origin'> | undefined;
  readonly systems: ReadonlyMap<string, BusinessSystem>;
}

export interface PortalAddress {
  /** Host name without port, lower case. */
  readonly host: string;
  /** `https://host[:port]` as browsers see it: the assertion's `iss`. */
  readonly origin: string;
  /** Port as browsers see it; written into every challenge. */
  readonly port: number;
}

/** Where a request came from, for records. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly clientAddress: string;
}

/** Completes an event with its id, its time and where its request came from. */
export function composeEvent(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  code: EventCode,
  details: {
    readonly actor: Actor;
    readonly accountId?: string | undefined;
    readonly systemId?: string;
    readonly sessionReference?: string;
    readonly origin?: RequestOrigin;
    readonly facts?: Readonly<Record<string, Fact>>;
  },
): AuditEvent {
  return {
    id: context.randomness.uuid(),
    code,
    at: context.clock.now(),
    actor: details.actor,
    accountId: details.accountId ?? null,
    systemId: details.systemId ?? null,
    sessionReference: details.sessionReference ?? null,
    requestId: details.origin?.requestId ?? null,
    clientAddress: details.origin?.clientAddress ?? null,
    facts: details.facts ?? {},
  };
}

/** A fresh cookie value or one-time code: 256 random bits, base64url. Stores hold only its hash. */
export function mintSecret(context: Pick<GatewayContext, 'randomness'>): string {
  return Buffer.from(context.randomness.bytes(32)).toString('base64url');
}
