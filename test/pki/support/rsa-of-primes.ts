import { createPrivateKey, generatePrimeSync } from 'node:crypto';
import { keyPairOf, type KeyPair } from '../../authority/key-pair.ts';

const EXPONENT = 65537n;

/** A prime of 1024 bits, with its two highest bits set, that fits the usual public exponent. */
export function rsaPrime(): bigint {
  for (;;) {
    const prime = generatePrimeSync(1024, { bigint: true });
    if ((prime - 1n) % EXPONENT !== 0n && prime >> 1022n === 3n) return prime;
  }
}

/** The RSA key of two chosen primes. */
export function rsaOfPrimes(p: bigint, q: bigint): KeyPair {
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const [n, e] = [p * q, EXPONENT];
  const key = {
    kty: 'RSA',
    ...{ n: base64url(n), e: base64url(e), d: base64url(d), p: base64url(p), q: base64url(q) },
    ...{ dp: base64url(d % (p - 1n)), dq: base64url(d % (q - 1n)), qi: base64url(inverse(q, p)) },
  };
  return keyPairOf(createPrivateKey({ key, format: 'jwk' }));
}

/** Big-endian octets without a leading zero. */
export function octetsOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function base64url(value: bigint): string {
  return Buffer.from(octetsOf(value)).toString('base64url');
}

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, s] = [value % modulus, 1n];
  let [nextR, nextS] = [modulus, 0n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [s, nextS] = [nextS, s - quotient * nextS];
  }
  return ((s % modulus) + modulus) % modulus;
}
