import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/**
 * `scrypt$<salt>$<hash>`, base64url. It keeps the PIN itself out of the card's file; it cannot keep six digits from
 * somebody who may read that file and try them all, which is one reason why a soft card is for tests and demonstrations.
 */
export function makePinVerifier(pin: Uint8Array): string {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64url')}$${derive(pin, salt).toString('base64url')}`;
}

/** False for a verifier of another form. */
export function verifyPin(pin: Uint8Array, verifier: string): boolean {
  const [scheme, salt, hash] = verifier.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  const actual = derive(pin, Buffer.from(salt, 'base64url'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(pin: Uint8Array, salt: Uint8Array): Buffer {
  return scryptSync(pin, salt, 32);
}
