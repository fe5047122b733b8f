import { describe, expect, test } from 'vitest';
import { SharedPrimeSearch } from '../../src/pki/shared-primes.ts';
import { octetsOf, rsaPrime } from './support/rsa-of-primes.ts';

const [p, q, r, s, t, u] = [rsaPrime(), rsaPrime(), rsaPrime(), rsaPrime(), rsaPrime(), rsaPrime()] as const;

describe('an RSA key beside others (their greatest common divisors, taken at once)', () => {
  test.each<[string, readonly bigint[], boolean]>([
    ['alone', [], false],
    ['among strangers', [r * s, t * u, r * t], false],
    ['one shares the first prime', [r * s, p * t, t * u], true],
    ['one shares the second prime', [r * q], true],
    ['two share one each', [p * r, q * s], true],
    ['two share the same one', [p * r, p * s], true],
    ['the same modulus', [p * q], true],
    ['the same modulus after strangers, and strangers after it', [r * s, p * q, t * u], true],
    ['a shared prime far from the end', [p * r, ...Array.from({ length: 200 }, () => t * u)], true],
    ['a square of a stranger', [r * r], false],
  ])('%s: %s', (_name, others, isFound) => {
    const search = new SharedPrimeSearch(octetsOf(p * q));
    for (const other of others) search.include(octetsOf(other));
    expect(search.isFound).toBe(isFound);
  });
});
