import type { ChallengeFailure } from './challenge.ts';

/** A browser on its way from the portal to the card host, where its TLS handshake asks for the card. */
export interface TlsTicket {
  /** SHA-256 of the portal cookie of the browser that set out, base64url. */
  readonly browserSessionHash: string;
  /** The trip to a business system that the login is part of. */
  readonly tripId: string | null;
  /** Where the browser set out from. */
  readonly clientAddress: string;
}

/** Long enough to find the card, choose the certificate and type the PIN; as long as a challenge. */
export const TLS_TICKET_LIFETIME_MS = 300_000;

/** A browser on its way back, its certificate shown and judged good; the portal judges it once more. */
export interface TlsReturn extends Pick<TlsTicket, 'browserSessionHash' | 'tripId'> {
  /** DER, base64. */
  readonly certificate: string;
}

/** A redirect takes no time; a minute is for bad lines. */
export const TLS_RETURN_LIFETIME_MS = 60_000;

/** Judges a return that has just been taken from its store; null when its certificate may open a session here. */
export function judgeTlsReturn(
  found: TlsReturn | undefined,
  browserSessionHash: string | undefined,
): ChallengeFailure | null {
  if (found === undefined) return { code: 'challenge-unknown' };
  return found.browserSessionHash === browserSessionHash ? null : { code: 'challenge-of-another-session' };
}
