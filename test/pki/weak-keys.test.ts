import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DerReader } from '../../src/pki/der/reader.ts';
import { readPublicKey, type PublicKey } from '../../src/pki/public-key.ts';
import { weaknessOf } from '../../src/pki/weak-keys.ts';
import { bitString, integer, nullValue, objectIdentifier, sequence } from '../authority/der.ts';

const spki = (algorithm: Buffer, bits: Buffer): PublicKey =>
  readPublicKey(new DerReader(sequence(algorithm, bitString(bits))));
const rsa = (modulus: bigint, exponent: bigint | string): PublicKey => {
  const e = typeof exponent === 'string' ? exponent : exponent.toString(16);
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue());
  return spki(algorithm, sequence(integer(modulus.toString(16)), integer(e)));
};

/** A sound modulus: two primes by OpenSSL. */
const sound = BigInt(
  `0x${Buffer.from(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }).n ?? '',
    'base64url',
  ).toString('hex')}`,
);

/** A number of 2048 bits that is a power of 65537 modulo the first 39 odd primes, as ROCA's primes are, and prime to all up to 751. */
function rocaModulus(): bigint {
  const primes: bigint[] = [];
  for (let n = 3n; n <= 751n; n += 2n) if (primes.every(prime => n % prime !== 0n)) primes.push(n);
  const product = primes.slice(0, 39).reduce((all, prime) => all * prime, 1n);
  let power = 1n;
  for (let i = 0; i < 1234; i++) power = (power * 65537n) % product;
  for (let k = (1n << 2047n) / product + 1n; ; k++) {
    const candidate = k * product + power;
    if (candidate % 2n === 1n && primes.every(prime => candidate % prime !== 0n)) return candidate;
  }
}

describe('RSA keys (NIST SP 800-57, CA/Browser Forum baseline requirements 6.1.6)', () => {
  test.each<[string, () => PublicKey, string | undefined]>([
    ['sound', () => rsa(sound, 65537n), undefined],
    ['2047 bits', () => rsa((sound >> 1n) | 1n, 65537n), 'key-too-short'],
    ['8200 bits', () => rsa((sound << 6152n) | 1n, 65537n), 'key-too-long'],
    ['exponent 3', () => rsa(sound, 3n), 'exponent-too-small'],
    ['exponent 65535', () => rsa(sound, 65535n), 'exponent-too-small'],
    ['an even exponent', () => rsa(sound, 65538n), 'exponent-even'],
    ['an exponent of 72 bits', () => rsa(sound, (1n << 71n) | 1n), 'exponent-too-large'],
    ['an even modulus', () => rsa(sound - 1n, 65537n), 'small-factor'],
    [
      'a factor of 751',
      () => rsa((sound / 751n) * 751n + (((sound / 751n) * 751n) % 2n === 0n ? 751n : 0n), 65537n),
      'small-factor',
    ],
    ['the pattern of ROCA (CVE-2017-15361)', () => rsa(rocaModulus(), 65537n), 'roca'],
  ])('%s', (_, key, expected) => {
    expect(weaknessOf(key(), 'current')).toBe(expected);
  });

  test('old vectors may have 1024 bits, and less never', () => {
    const bits = (length: number) => {
      const jwk = generateKeyPairSync('rsa', { modulusLength: length }).publicKey.export({ format: 'jwk' });
      return rsa(BigInt(`0x${Buffer.from(jwk.n ?? '', 'base64url').toString('hex')}`), 65537n);
    };
    expect(weaknessOf(bits(1024), 'legacy')).toBeUndefined();
    expect(weaknessOf(bits(1024), 'current')).toBe('key-too-short');
    expect(weaknessOf(bits(768), 'legacy')).toBe('key-too-short');
  });
});

describe('other keys', () => {
  const curve = (oid: string) => sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier(oid));
  const P256 = '1.2.840.10045.3.1.7';

  test('a point on P-256', () => {
    const der = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
    expect(weaknessOf(readPublicKey(new DerReader(der)), 'current')).toBeUndefined();
  });

  test('a point off the curve', () => {
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]);
    expect(weaknessOf(spki(curve(P256), point), 'current')).toBe('key-malformed');
  });

  test.each([
    ['compressed', Buffer.concat([Buffer.from([2]), Buffer.alloc(32, 1)])],
    ['too short', Buffer.concat([Buffer.from([4]), Buffer.alloc(63, 1)])],
    ['infinity', Buffer.from([0])],
  ])('a point that is %s is not read', (_, point) => {
    expect(() => spki(curve(P256), point)).toThrow('structure-invalid');
  });

  test.each([
    [
      'another curve (secp256k1)',
      () => spki(curve('1.3.132.0.10'), Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])),
    ],
    ['Ed25519', () => spki(sequence(objectIdentifier('1.3.101.112')), Buffer.alloc(32, 1))],
    ['DSA', () => spki(sequence(objectIdentifier('1.2.840.10040.4.1')), integer(5))],
  ])('%s is not used here', (_, key) => {
    expect(weaknessOf(key(), 'current')).toBe('unsupported-key-type');
  });

  test('an RSA key that is no RSAPublicKey is not read', () => {
    const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue());
    expect(() => spki(algorithm, sequence(integer(5)))).toThrow('structure-invalid');
    expect(() => spki(algorithm, sequence(integer(0), integer(5)))).toThrow('structure-invalid');
  });
});
