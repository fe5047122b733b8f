import { toHex } from './bytes.ts';
import type { KeyWeakness } from './failures.ts';
import type { PublicKey } from './public-key.ts';
import type { AlgorithmPolicy } from './algorithms.ts';

/** NIST SP 800-57 part 1: 112 bits of security. 1024 only where old vectors are judged. */
const MIN_MODULUS_BITS = { current: 2048, legacy: 1024 } as const;

/**
 * The largest in this PKI is 4096; verification time grows with the square, and a hostile certificate chooses the size.
 */
const MAX_MODULUS_BITS = 8192;

/** RFC 8017 allows more; OpenSSL refuses more for long moduli, and e decides how long a verification takes. */
const MAX_EXPONENT_OCTETS = 8;

/** Odd primes up to 751, the bound of the CA/Browser Forum's baseline requirements section 6.1.6. */
const SMALL_PRIMES = primesUpTo(751).slice(1);

/** Products of small primes that still fit a double exactly, so that one big division serves several primes. */
const PRODUCTS = productsBelow(2 ** 53, SMALL_PRIMES);
const ALL = PRODUCTS.reduce((all, { product }) => all * product, 1n);

/**
 * Moduli of the ROCA generator (CVE-2017-15361) are powers of 65537 modulo each of these primes; a random modulus is so
 * for all of them with probability 2^-28 or so.
 */
const ROCA_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
const ROCA_RESIDUES = new Map(ROCA_PRIMES.map(prime => [prime, powersOf65537(prime)]));

const verdicts = {
  current: new WeakMap<PublicKey, KeyWeakness | 'none'>(),
  legacy: new WeakMap<PublicKey, KeyWeakness | 'none'>(),
};

/**
 * Says why a key may not be relied on, or `undefined` for a sound one: RSA of 2048 to 8192 bits with an odd exponent
 * from 65537 on, no small factor, not of the ROCA pattern; or a point on P-256, P-384 or P-521. Remembered for each key
 * object.
 */
export function weaknessOf(key: PublicKey, policy: AlgorithmPolicy): KeyWeakness | undefined {
  const known = verdicts[policy].get(key);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const weakness = judge(key, policy) ?? (key.keyObject === undefined ? 'key-malformed' : undefined);
  verdicts[policy].set(key, weakness ?? 'none');
  return weakness;
}

function judge(key: PublicKey, policy: AlgorithmPolicy): KeyWeakness | undefined {
  const { material } = key;
  switch (material.kind) {
    case 'rsa':
      return judgeRsa(material.modulus, material.exponent, policy);
    case 'ec':
      return undefined;
    case 'dsa':
      return policy === 'legacy' ? undefined : 'unsupported-key-type';
    case 'unsupported':
      return 'unsupported-key-type';
  }
}

function judgeRsa(modulus: Uint8Array, exponent: Uint8Array, policy: AlgorithmPolicy): KeyWeakness | undefined {
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < MIN_MODULUS_BITS[policy]) return 'key-too-short';
  if (bits > MAX_MODULUS_BITS) return 'key-too-long';
  if (((exponent[exponent.length - 1] ?? 0) & 1) === 0) return 'exponent-even';
  if (exponent.length > MAX_EXPONENT_OCTETS) return 'exponent-too-large';
  if (BigInt(`0x${toHex(exponent)}`) < 65537n) return 'exponent-too-small';
  if (((modulus[modulus.length - 1] ?? 0) & 1) === 0) return 'small-factor';
  const rest = BigInt(`0x${toHex(modulus)}`) % ALL;
  let looksLikeRoca = true;
  for (const { product, primes } of PRODUCTS) {
    const part = Number(rest % product);
    for (const prime of primes) {
      const residue = part % prime;
      if (residue === 0) return 'small-factor';
      if (ROCA_RESIDUES.get(prime)?.has(residue) === false) looksLikeRoca = false;
    }
  }
  return looksLikeRoca ? 'roca' : undefined;
}

function primesUpTo(limit: number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; n <= limit; n++) if (primes.every(prime => n % prime !== 0)) primes.push(n);
  return primes;
}

function productsBelow(limit: number, primes: readonly number[]): readonly { product: bigint; primes: number[] }[] {
  const groups: { product: number; primes: number[] }[] = [];
  for (const prime of primes) {
    const last = groups.at(-1);
    if (last === undefined || last.product * prime >= limit) groups.push({ product: prime, primes: [prime] });
    else {
      last.product *= prime;
      last.primes.push(prime);
    }
  }
  return groups.map(({ product, primes: members }) => ({ product: BigInt(product), primes: members }));
}

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power);
  return powers;
}
