/** How the person was recognised; `amr` and `acr` of the assertion follow from it. */
export type AuthenticationMethod = 'card';

/** Why a session is over. */
export type SessionEndReason =
  'logout' | 'idle' | 'lifetime' | 'account-changed' | 'card-blocked' | 'replaced' | 'administrator';

/** One person's login: one master session, however many hosts it is used on. */
export interface Session {
  /** Internal name; never leaves the gateway. */
  readonly id: string;
  /** Public name (`sid` in the assertion, shown to people and in records). */
  readonly reference: string;
  readonly accountId: string;
  readonly method: AuthenticationMethod;
  /** Moment of the card's signature. */
  readonly authenticatedAt: Date;
  /** SHA-256 of the certificate, hex: `cnf.x5t#S256` of the assertion is its base64url. */
  readonly certificateSha256: string;
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
  times: { readonly openedMs: number; readonly lastActivityMs: number; readonly nowMs: number },
  limits: SessionLimits,
): 'idle' | 'lifetime' | null {
  if (times.nowMs - times.openedMs > limits.lifetimeMs) return 'lifetime';
  if (times.nowMs - times.lastActivityMs > limits.idleMs) return 'idle';
  return null;
}
