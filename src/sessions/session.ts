/** How a card was shown: it signed a challenge, or it was the client certificate of a TLS handshake. */
export type CardMethod = 'card' | 'card-tls';

/** How the person was recognised; `amr` and `acr` of the assertion follow from it. */
export type AuthenticationMethod = CardMethod | 'one-day-password';

/** Why a session is over. */
export type SessionEndReason =
  'logout' | 'idle' | 'lifetime' | 'day-over' | 'account-changed' | 'card-blocked' | 'replaced' | 'administrator';

/** One person's login: one master session, however many hosts it is used on. */
export interface Session {
  /** Internal name; never leaves the gateway. */
  readonly id: string;
  /** Public name (`sid` in the assertion, shown to people and in records). */
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
  limits: SessionLimits,
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
