/** How a card was shown: it signed a challenge, or it was the client certificate of a TLS handshake. */
export type CardMethod = 'card' | 'card-tls';

/** How the person was recognised; `amr` and `acr` of the assertion follow from it. */
export type AuthenticationMethod = CardMethod | 'one-day-password';

/** Every reason for which a session ends, as stores, records and events have it. */
export const SESSION_END_REASONS = [
  /** By the person, in the browser that holds it. */
  'logout',
  /** By the person, from the list of his sessions. */
  'logout-elsewhere',
  'idle',
  'lifetime',
  /** A one-day password's day is over. */
  'day-over',
  'account-changed',
  /** The card is on this gateway's own list of cards that it no longer takes. */
  'card-blocked',
  /** The card's CA has revoked its certificate. */
  'card-revoked',
  /** By another login: of the same browser, or one too many of the account. */
  'replaced',
  'administrator',
  /** Its store does not know it any more, and nothing says why: found out afterwards, in records only. */
  'store-lost',
] as const;

/** Why a session is over. */
export type SessionEndReason = (typeof SESSION_END_REASONS)[number];

/** The login that took a session's place, as the person who was pushed out is told. */
export interface Replacement {
  readonly method: AuthenticationMethod;
  readonly clientAddress: string;
  readonly at: Date;
}

/** One person's login: one master session, however many hosts it is used on. */
export interface Session {
  /** Its name, a UUID: in stores, as `sid` in the assertion, for people and in records. Knowing it opens nothing. */
  readonly reference: string;
  readonly accountId: string;
  readonly method: AuthenticationMethod;
  /** Moment of the card's signature, or of the password. */
  readonly authenticatedAt: Date;
  /** SHA-256 of the certificate, hex: `cnf.x5t#S256` of the assertion is its base64url; null without a card. */
  readonly certificateSha256: string | null;
  /** First instant at which it is over, however active: 24:00 in Taipei for a one-day password (decision E8). */
  readonly endsAt: Date | null;
  readonly clientAddress: string;
}

export interface SessionLimits {
  /** A session idle for more than this is over; exactly this long is still alive (decision E4). */
  readonly idleMs: number;
  /** However active, a session is over this long after its login. */
  readonly lifetimeMs: number;
  readonly concurrent: ConcurrencyLimits;
}

/** How many sessions of one account stand side by side: in all, and of each method. One more ends the one unused longest. */
export interface ConcurrencyLimits extends Readonly<Record<AuthenticationMethod, number>> {
  readonly account: number;
}

/**
 * Judges whether a session still stands at `nowMs`.
 *
 * @param times milliseconds on the one clock of the session store
 * @returns null while it stands, else why it is over
 */
export function judgeExpiry(
  times: {
    readonly openedMs: number;
    readonly lastActivityMs: number;
    /** Of the session's absolute end, where it has one. */
    readonly endsAtMs: number | null;
    readonly nowMs: number;
  },
  limits: Pick<SessionLimits, 'idleMs' | 'lifetimeMs'>,
): 'idle' | 'lifetime' | 'day-over' | null {
  if (times.endsAtMs !== null && times.nowMs >= times.endsAtMs) return 'day-over';
  if (times.nowMs - times.openedMs > limits.lifetimeMs) return 'lifetime';
  if (times.nowMs - times.lastActivityMs > limits.idleMs) return 'idle';
  return null;
}

/**
 * Whether a session may approve, execute, enable, bind, sign or export (DESIGN §5.7): one by one-day password may not,
 * whatever roles its account holds. It works in the systems and reads; the card does the rest the day after.
 */
export function mayDecide({ method }: Pick<Session, 'method'>): boolean {
  switch (method) {
    case 'card':
    case 'card-tls':
      return true;
    case 'one-day-password':
      return false;
  }
}
