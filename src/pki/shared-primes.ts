import { toHex } from './bytes.ts';

/**
 * Whether an RSA modulus shares a prime with any of many others: then both private keys can be computed from the public
 * ones (Heninger et al., "Mining Your Ps and Qs", 2012: keys made with too little randomness). The product of the others
 * is carried modulo the one in question, so one greatest common divisor answers for all of them; time grows with their
 * number (about 5 µs each for 2048 bits), memory does not.
 */
export class SharedPrimeSearch {
  readonly #modulus: bigint;
  #product = 1n;

  /** @param modulus big-endian, of a key that `weaknessOf` found nothing against */
  constructor(modulus: Uint8Array) {
    this.#modulus = toInteger(modulus);
  }

  /** Takes in one more; the same modulus again shares both primes. */
  include(other: Uint8Array): void {
    this.#product = (this.#product * toInteger(other)) % this.#modulus;
  }

  /** Whether any modulus taken in shares a prime with the one in question. */
  get isFound(): boolean {
    return greatestCommonDivisor(this.#modulus, this.#product) !== 1n;
  }
}

function toInteger(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${toHex(octets)}`);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
