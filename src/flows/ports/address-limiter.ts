/** What an address may do only so often. */
export type LimitedAct =
  /** Typing a password; counted before anything is looked up. */
  | 'password'
  /** Asking for a text to sign. */
  | 'challenge'
  /** Handing in a card's proof; good ones, and those that fail through no fault of their maker, are not kept in the count. */
  | 'card-proof'
  /** Telling of trouble with reader or card. */
  | 'trouble-report'
  /** Having the refusal of a card recorded; beyond it the refusal goes on, its record does not. */
  | 'refusal-record'
  /** Declaring a purpose, which is recorded each time. */
  | 'purpose';

/**
 * Who is counted: a stranger by his address; by his account whoever has shown that it is his, so that nobody else's acts
 * count against him, wherever they come from.
 */
export type LimitedSubject = { readonly clientAddress: string } | { readonly accountId: string };

/**
 * Holds back whoever does one of these too often, before any work is spent on it. No stranger can have an account held
 * back: whoever is at another address goes on undisturbed.
 *
 * Addresses: an IPv6 address counts for its /64, and for its /48 with four times the limit. Windows: a fixed time from
 * the first act, the rules are the adapter's.
 */
export interface AddressLimiter {
  /** Counts one act, whether or not it may go on. */
  count(
    act: LimitedAct,
    subject: LimitedSubject,
  ): Promise<{
    /** Seconds until the subject may try again; 0 when this act may go on. */
    readonly retryAfterS: number;
    /** This is the first act of the window that is held back: worth a record, the rest are not. */
    readonly isFirstHeldBack: boolean;
  }>;
  /** Takes one act out of the count again. */
  forgive(act: LimitedAct, subject: LimitedSubject): Promise<void>;
}
