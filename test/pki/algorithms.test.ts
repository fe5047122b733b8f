import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readAlgorithmIdentifier } from '../../src/pki/algorithm-identifier.ts';
import { signatureScheme, verifySignature } from '../../src/pki/algorithms.ts';
import { DerReader } from '../../src/pki/der/reader.ts';
import { readPublicKey } from '../../src/pki/public-key.ts';
import { integer, nullValue, objectIdentifier, sequence, tagged } from '../authority/der.ts';

const read = (der: Buffer) => readAlgorithmIdentifier(new DerReader(der));
const SHA = { 1: '1.3.14.3.2.26', 256: '2.16.840.1.101.3.4.2.1', 512: '2.16.840.1.101.3.4.2.3' } as const;
const hash = (bits: keyof typeof SHA) => sequence(objectIdentifier(SHA[bits]), nullValue());
const mgf1 = (bits: keyof typeof SHA) => sequence(objectIdentifier('1.2.840.113549.1.1.8'), hash(bits));
const PSS = objectIdentifier('1.2.840.113549.1.1.10');
const pss = (...fields: readonly Buffer[]) => sequence(PSS, sequence(...fields));

describe('what may sign is on a list (RFC 4055, RFC 5758)', () => {
  test.each<[string, Buffer, string | undefined]>([
    ['sha256WithRSA', sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue()), 'rsa-pkcs1'],
    ['sha256WithRSA without NULL', sequence(objectIdentifier('1.2.840.113549.1.1.11')), 'rsa-pkcs1'],
    ['sha256WithRSA with other parameters', sequence(objectIdentifier('1.2.840.113549.1.1.11'), integer(1)), undefined],
    ['sha512WithRSA', sequence(objectIdentifier('1.2.840.113549.1.1.13'), nullValue()), 'rsa-pkcs1'],
    ['sha1WithRSA', sequence(objectIdentifier('1.2.840.113549.1.1.5'), nullValue()), undefined],
    ['md5WithRSA', sequence(objectIdentifier('1.2.840.113549.1.1.4'), nullValue()), undefined],
    ['sha224WithRSA', sequence(objectIdentifier('1.2.840.113549.1.1.14'), nullValue()), undefined],
    ['ecdsa-with-SHA256', sequence(objectIdentifier('1.2.840.10045.4.3.2')), 'ecdsa'],
    ['ecdsa-with-SHA256 with NULL', sequence(objectIdentifier('1.2.840.10045.4.3.2'), nullValue()), undefined],
    ['ecdsa-with-SHA1', sequence(objectIdentifier('1.2.840.10045.4.1')), undefined],
    ['dsa-with-sha1', sequence(objectIdentifier('1.2.840.10040.4.3')), undefined],
    ['PSS with SHA-256', pss(tagged(0, hash(256)), tagged(1, mgf1(256)), tagged(2, integer(32))), 'rsa-pss'],
    ['PSS with its defaults, which are SHA-1', pss(), undefined],
    ['PSS without parameters', sequence(PSS), undefined],
    ['PSS with SHA-1', pss(tagged(0, hash(1)), tagged(1, mgf1(1)), tagged(2, integer(20))), undefined],
    ['PSS with two hashes', pss(tagged(0, hash(256)), tagged(1, mgf1(512)), tagged(2, integer(32))), undefined],
    ['PSS with a short salt', pss(tagged(0, hash(256)), tagged(1, mgf1(256)), tagged(2, integer(20))), undefined],
    [
      'PSS with its trailer spelt out',
      pss(tagged(0, hash(256)), tagged(1, mgf1(256)), tagged(2, integer(32)), tagged(3, integer(1))),
      undefined,
    ],
  ])('%s: %3$s', (_, der, kind) => {
    expect(signatureScheme(read(der), 'current')?.kind).toBe(kind);
  });

  test('SHA-1 and DSA for old vectors only', () => {
    const sha1 = read(sequence(objectIdentifier('1.2.840.113549.1.1.5'), nullValue()));
    const dsa = read(sequence(objectIdentifier('1.2.840.10040.4.3')));
    expect(signatureScheme(sha1, 'legacy')).toEqual({ kind: 'rsa-pkcs1', digest: 'sha1' });
    expect(signatureScheme(dsa, 'legacy')).toEqual({ kind: 'dsa', digest: 'sha1' });
  });
});

describe('a signature verifies with its own scheme and key type only', () => {
  const data = Buffer.from('data');
  const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ecPair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const pssPair = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
  });
  const keyOf = (pair: { publicKey: KeyObject }) =>
    readPublicKey(new DerReader(pair.publicKey.export({ type: 'spki', format: 'der' })));
  const [rsa, ec, pssOnly] = [keyOf(rsaPair), keyOf(ecPair), keyOf(pssPair)];
  const pkcs1 = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
  const pssScheme = { kind: 'rsa-pss', digest: 'sha256', saltLength: 32 } as const;
  const ecdsa = { kind: 'ecdsa', digest: 'sha384' } as const;
  const pssOptions = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

  test.each([
    ['PKCS #1', pkcs1, rsa, sign('sha256', data, rsaPair.privateKey), true],
    ['PSS', pssScheme, rsa, sign('sha256', data, { key: rsaPair.privateKey, ...pssOptions }), true],
    ['ECDSA', ecdsa, ec, sign('sha384', data, ecPair.privateKey), true],
    [
      'PSS by a key for PSS alone',
      pssScheme,
      pssOnly,
      sign('sha256', data, { key: pssPair.privateKey, ...pssOptions }),
      true,
    ],
    ['PKCS #1 where the key is for PSS alone', pkcs1, pssOnly, sign('sha256', data, rsaPair.privateKey), false],
    [
      'another digest than a key for PSS allows',
      { ...pssScheme, digest: 'sha512', saltLength: 64 } as const,
      pssOnly,
      Buffer.alloc(256),
      false,
    ],
    ['PKCS #1 said, PSS done', pkcs1, rsa, sign('sha256', data, { key: rsaPair.privateKey, ...pssOptions }), false],
    ['PSS said, PKCS #1 done', pssScheme, rsa, sign('sha256', data, rsaPair.privateKey), false],
    [
      'another salt length',
      pssScheme,
      rsa,
      sign('sha256', data, { key: rsaPair.privateKey, ...pssOptions, saltLength: 20 }),
      false,
    ],
    ['another digest', ecdsa, ec, sign('sha256', data, ecPair.privateKey), false],
    ['ECDSA with an RSA key', ecdsa, rsa, sign('sha384', data, ecPair.privateKey), false],
    ['RSA with an EC key', pkcs1, ec, sign('sha256', data, rsaPair.privateKey), false],
    ['no signature', pkcs1, rsa, Buffer.alloc(0), false],
    [
      'ECDSA with octets after it',
      ecdsa,
      ec,
      Buffer.concat([sign('sha384', data, ecPair.privateKey), Buffer.from([0])]),
      false,
    ],
  ] as const)('%s', (_, scheme, key, signature, expected) => {
    expect(verifySignature(scheme, key, data, signature)).toBe(expected);
  });
});
