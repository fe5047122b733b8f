/** What an address may do only so often. */
export type LimitedAct =
  /** Typing a password; counted before anything is looked up. */
  | 'password'
  /** Asking for a text to sign. */
  | 'challenge'
  /** Handing in a card's proof; good ones, and those that fail through no fault of their maker, are not kept in the count. */
  | 'card-proof'
  /** Telling of trouble with reader or card. */
  | 'trouble-report';

/**
 * Holds back an address that does one of these too often, before any work is spent on it. Never an account: whoever is
 * at another address goes on undisturbed.
 *
 * Addresses: an IPv6 address counts for its /64. Windows: a fixed time from the first act, the rules are the adapter's.
 */
export interface AddressLimiter {
  /** Counts one act, whether or not it may go on. */
  count(
    act: LimitedAct,
    clientAddress: string,
  ): Promise<{
    /** Seconds until the address may try again; 0 when this act may go on. */
    readonly retryAfterS: number;
    /** This is the first act of the window that is held back: worth a record, the rest are not. */
    readonly isFirstHeldBack: boolean;
  }>;
  /** Takes one act out of the count again. */
  forgive(act: LimitedAct, clientAddress: string): Promise<void>;
}
