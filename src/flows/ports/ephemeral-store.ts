import type { ActivationTicket } from '../../accounts/activation.ts';
import type { DayPasswordTicket } from '../../accounts/one-day-password.ts';
import type { ApplicantTicket } from '../../applications/applicant-ticket.ts';
import type { PendingDecision } from '../../applications/pending-decision.ts';
import type { Challenge } from '../../sessions/challenge.ts';
import type { TlsReturn, TlsTicket } from '../../sessions/tls-login.ts';
import type { EntryCode, Trip } from '../../sessions/trip.ts';

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
