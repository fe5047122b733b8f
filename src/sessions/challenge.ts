import { hash } from 'node:crypto';

/** What a signature is asked for; part of the signed bytes, so that one can never serve as another. */
export type ChallengePurpose = 'login' | 'bind' | 'apply' | 'sign';

/** An outstanding challenge: what was handed to one browser session to be signed, once. */
export interface Challenge {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  /** For `sign`: SHA-256 of the sheet that is signed, hex; part of the signed bytes. */
  readonly sheet?: string;
  /** The exact bytes to sign, ASCII `[A-Za-z0-9._-]`, at most 512. */
  readonly tbs: string;
  /** SHA-256 of the browser session's cookie value, base64url. */
  readonly browserSessionHash: string;
  readonly expiresAt: Date;
}

export type ChallengeFailure =
  | { readonly code: 'challenge-unknown' }
  | { readonly code: 'challenge-expired'; readonly expiredAt: Date }
  | { readonly code: 'challenge-of-another-session' }
  | { readonly code: 'challenge-of-another-purpose' };

/** 5 minutes: long enough to find the card, put it in and type a PIN twice. */
export const CHALLENGE_LIFETIME_MS = 300_000;

/**
 * Composes the text that the card signs: version, purpose, the service that asks, nonce, expiry and the browser
 * session, so that a signature made for another site, purpose or browser never verifies here.
 *
 * @param input.sheet   SHA-256 of the sheet that is signed, hex; for `sign`, and only then
 * @param input.portal  host and port of the portal, `host:port` (the port is always written)
 * @param input.nonce   at least 16 random bytes
 */
export function composeTbs(input: {
  readonly purpose: ChallengePurpose;
  readonly sheet?: string;
  readonly portal: string;
  readonly nonce: Uint8Array;
  readonly expiresAt: Date;
  readonly browserSessionHash: string;
}): string {
  if (input.nonce.length < 16) throw new RangeError('A challenge needs a nonce of at least 128 bits.');
  if ((input.purpose === 'sign') !== (input.sheet !== undefined)) throw new Error('A signature is on one sheet.');
  const expiry = Math.floor(input.expiresAt.getTime() / 1000);
  const tbs = [
    'moica-gw.v1',
    input.purpose,
    ...(input.sheet === undefined ? [] : [input.sheet]),
    input.portal.replace(':', '_'),
    Buffer.from(input.nonce).toString('base64url'),
    String(expiry),
    input.browserSessionHash,
  ].join('.');
  // The component escapes other characters differently from version to version; a longer text it passes by file.
  if (tbs.length > 512 || !/^[A-Za-z0-9._-]+$/.test(tbs)) throw new RangeError('The challenge text is out of bounds.');
  return tbs;
}

/** SHA-256 of a cookie value or code, base64url: the only form in which stores hold them. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Judges a challenge that has just been taken from its store; null when the signature may be judged. */
export function judgeChallenge(
  challenge: Challenge | undefined,
  expected: {
    readonly purpose: ChallengePurpose;
    readonly sheet?: string;
    readonly browserSessionHash: string;
    readonly now: Date;
  },
): ChallengeFailure | null {
  if (challenge === undefined) return { code: 'challenge-unknown' };
  if (challenge.purpose !== expected.purpose || challenge.sheet !== expected.sheet)
    return { code: 'challenge-of-another-purpose' };
  if (challenge.browserSessionHash !== expected.browserSessionHash) return { code: 'challenge-of-another-session' };
  if (expected.now > challenge.expiresAt) return { code: 'challenge-expired', expiredAt: challenge.expiresAt };
  return null;
}
