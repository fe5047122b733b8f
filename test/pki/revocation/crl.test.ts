import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { integer, nullValue, sequence, utf8String } from '../../authority/der.ts';
import { keyUsage, reasonCode, type Extension } from '../../authority/extensions.ts';
import { generateEcKeyPair } from '../../authority/key-pair.ts';
import { openssl } from '../../authority/openssl.ts';
import { parseCrl } from '../../../src/pki/revocation/crl.ts';
import { verifyCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import {
  certificateIssuer,
  issuingDistributionPoint,
  mintCrl,
  parsedCrl,
  type CrlMinting,
} from '../support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, named, type Minted } from '../support/mint.ts';
import { codeOf } from '../support/path-question.ts';

let root: Minted;
let ca: Minted;
let leaf: Minted;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  leaf = await mintLeaf(ca);
});

const reasonOf = (der: Uint8Array) => {
  const result = parseCrl(der);
  return result.ok ? 'ok' : result.failure.reason;
};
const verify = (minting: CrlMinting, signer: Minted = ca) =>
  codeOf(verifyCrl(parsedCrl(mintCrl(ca, minting)), signer.certificate));

/** Content octets of the INTEGER with this magnitude. */
const contentOctets = (hex: string) => Buffer.from(/^[89A-F]/.test(hex) ? `00${hex}` : hex, 'hex');

const unknown = (critical: boolean): Extension => ({ oid: '1.2.3.4', critical, value: nullValue() });

describe('a CRL is read (RFC 5280 5.1)', () => {
  test('header and entries', () => {
    const { header, entries } = parsedCrl(
      mintCrl(ca, { number: 2026060100, revoked: [{ who: leaf, reason: 'superseded' }] }),
    );
    expect(header.issuer.equals(ca.certificate.subject)).toBe(true);
    expect(header.crlNumber).toBe(2026060100n);
    expect(header.nextUpdate).toBe(Date.parse('2026-06-02T00:00:00Z'));
    expect(entries.index.find(leaf.certificate.serialNumber)).toEqual([
      { revokedAt: Date.parse('2026-05-01T00:00:00Z'), reason: 'superseded', issuer: 0 },
    ]);
  });

  test.each<[string, CrlMinting, string]>([
    ['an extension twice', { extensions: [unknown(false), unknown(false)] }, 'structure-invalid'],
    [
      'a CRL number below zero',
      { extensions: [{ oid: '2.5.29.27', critical: true, value: Buffer.from('0201ff', 'hex') }] },
      'structure-invalid',
    ],
    [
      'an entry extension twice',
      { revoked: [{ who: '05', extensions: [reasonCode('superseded'), reasonCode('superseded')] }] },
      'structure-invalid',
    ],
    [
      'reason 7, which does not exist',
      {
        revoked: [
          { who: '05', extensions: [{ oid: '2.5.29.21', critical: false, value: Buffer.from('0a0107', 'hex') }] },
        ],
      },
      'structure-invalid',
    ],
    [
      'a reason that is no ENUMERATED',
      { revoked: [{ who: '05', extensions: [{ oid: '2.5.29.21', critical: false, value: integer(1) }] }] },
      'unexpected-tag',
    ],
    [
      'entries of other issuers in a CRL that is not indirect',
      { revoked: [{ who: '05', extensions: [certificateIssuer(named('Other'))] }] },
      'structure-invalid',
    ],
    [
      'an issuing distribution point with text after it',
      { extensions: [{ oid: '2.5.29.28', critical: true, value: Buffer.concat([sequence(), utf8String('x')]) }] },
      'trailing-bytes',
    ],
  ])('not with %s', (_, minting, reason) => {
    expect(reasonOf(mintCrl(ca, minting))).toBe(reason);
  });

  test('every way to write a reason gives the same entry', () => {
    const critical = { oid: '2.5.29.21', critical: true, value: Buffer.from('0a0101', 'hex') };
    const withDate = {
      oid: '2.5.29.24',
      critical: false,
      value: Buffer.from('180f32303236303530313030303030305a', 'hex'),
    };
    const revoked = [
      { who: '05', reason: 'keyCompromise' as const },
      { who: '05', extensions: [critical] },
      { who: '05', extensions: [withDate, critical] },
    ];
    const { entries } = parsedCrl(mintCrl(ca, { revoked }));
    expect(entries.unknownCritical).toBeUndefined();
    expect(entries.index.find(Buffer.from([5])).map(entry => entry.reason)).toEqual([
      'keyCompromise',
      'keyCompromise',
      'keyCompromise',
    ]);
  });

  test('whatever one changes, reading returns a CRL or a listed failure, and never one that verifies', () => {
    const der = mintCrl(ca, { revoked: [{ who: leaf, reason: 'superseded' }] });
    const mutation = fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(mutation, ([at, difference]) => {
        const mutant = Buffer.from(der);
        mutant[at] = mutant[at]! ^ difference;
        const result = parseCrl(mutant);
        if (!result.ok) expect(result.failure.code).toBe('crl-malformed');
        else expect(verifyCrl(result.crl, ca.certificate).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('openssl reads the same numbers', async () => {
    const revoked = Array.from({ length: 50 }, (_, i) => ({ who: (i * 7 + 1).toString(16).padStart(2, '0') }));
    const der = mintCrl(ca, { revoked });
    const { output } = await openssl(['crl', '-inform', 'DER', '-noout', '-text', '-in', '{crl}'], { crl: der });
    const theirs = [...output.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(match => contentOctets(match[1] ?? ''));
    expect(theirs).toHaveLength(50);
    const { index } = parsedCrl(der).entries;
    expect(theirs.every(serial => index.find(serial).length === 1)).toBe(true);
    expect(index.find(Buffer.from([2]))).toEqual([]);
  });
});

describe('a CRL is verified (RFC 5280 5.2, 5.3, 6.3.3 f, g)', () => {
  test.each<[string, CrlMinting, string]>([
    ['as it should be', {}, 'ok'],
    ['an unknown extension', { extensions: [unknown(false)] }, 'ok'],
    ['an unknown critical extension', { extensions: [unknown(true)] }, 'crl-unknown-critical-extension'],
    ['an unknown entry extension', { revoked: [{ who: '05', extensions: [unknown(false)] }] }, 'ok'],
    [
      'an unknown critical entry extension',
      { revoked: [{ who: '05' }, { who: '06', extensions: [unknown(true)] }] },
      'crl-unknown-critical-extension',
    ],
    ['no nextUpdate', { nextUpdate: null }, 'crl-without-next-update'],
    ['another name', { name: named('Other') }, 'crl-issuer-mismatch'],
    ['SHA-1', { digest: 'sha1' }, 'crl-algorithm-not-allowed'],
    ['an indirect scope', { extensions: [issuingDistributionPoint({ indirect: true })] }, 'ok'],
  ])('%s: %3$s', (_, minting, expected) => {
    expect(verify(minting)).toBe(expected);
  });

  test('by another key under the right name', async () => {
    expect(verify({ signingKey: await generateEcKeyPair() })).toBe('crl-signature-invalid');
    expect(verify({}, await mintCa(root))).toBe('crl-signature-invalid');
  });

  test('by a certificate that may not sign CRLs', async () => {
    const without = await mintCa(root, { extensions: [keyUsage(['keyCertSign'])], keyPair: ca.keyPair });
    const silent = await mintCa(root, { without: ['2.5.29.15'], keyPair: ca.keyPair });
    expect(verify({}, without)).toBe('crl-issuer-not-allowed');
    expect(verify({}, silent)).toBe('ok');
  });

  // A Buffer's slice is a view where a Uint8Array's is a copy.
  test.each([
    ['a Uint8Array', (file: Buffer): Uint8Array => new Uint8Array(file)],
    ['a Buffer', (file: Buffer): Uint8Array => Buffer.from(new Uint8Array(file).buffer)],
  ])('nothing of the file is kept alive by what is kept of it, read as %s', (_, form) => {
    const extensions = [issuingDistributionPoint({ userCerts: true, indirect: true })];
    const revoked = [{ who: '05', extensions: [certificateIssuer(named('Other'))] }];
    const der = form(mintCrl(ca, { extensions, revoked }));
    const verdict = verifyCrl(parsedCrl(der), ca.certificate);
    if (!verdict.ok) throw new Error(verdict.failure.code);
    const { header, frame, signatureAlgorithm, entries } = verdict.crl;
    const { issuer, issuingDistributionPoint: scope, authorityKeyIdentifier } = header;
    const kept = [issuer.der, scope?.der, authorityKeyIdentifier?.keyIdentifier, entries.issuers[0]?.der];
    for (const view of [...kept, frame.head, frame.extensions, signatureAlgorithm.der]) {
      expect(view).toBeDefined();
      expect(view?.buffer).not.toBe(der.buffer);
    }
  });
});
