import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Certificate as SecondOpinion } from 'pkijs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { decodePem } from '../../src/pki/pem.ts';
import type { CertificateTemplate } from '../authority/certificate.ts';
import {
  bitString,
  boolean,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
  taggedPrimitive,
  utf8String,
} from '../authority/der.ts';
import { EXTENSION_OIDS, type Extension } from '../authority/extensions.ts';
import { signedFrame } from '../authority/key-pair.ts';
import { mintLeaf, mintRoot, type Minted } from './support/mint.ts';

const REAL = ['grca-g2', 'grca-g3', 'moica-g2', 'moica-g3'];

describe('the pinned certificates', () => {
  test.each(REAL)('%s reads as node:crypto reads it', file => {
    const der = decodePem(readFileSync(new URL(`../../certs/${file}.pem`, import.meta.url)), 'CERTIFICATE');
    const result = parseCertificate(der ?? new Uint8Array());
    if (!result.ok || der === undefined) throw new Error('not parsed');
    const { certificate } = result;
    const peer = new X509Certificate(der);
    expect(certificate.sha256).toBe(peer.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(Buffer.from(certificate.serialNumber).toString('hex').replace(/^00/, '').toUpperCase()).toBe(
      peer.serialNumber,
    );
    expect(certificate.notBefore).toBe(Date.parse(peer.validFrom));
    expect(certificate.notAfter).toBe(Date.parse(peer.validTo));
    expect(Buffer.from(certificate.publicKey.der)).toEqual(peer.publicKey.export({ type: 'spki', format: 'der' }));
    expect(certificate.extensions.basicConstraints?.isCa).toBe(peer.ca);
    expect(certificate.isSelfIssued).toBe(peer.subject === peer.issuer);
  });
});

test('pkijs, as a second opinion, finds the same fields', async () => {
  const { certificate, der } = await mintLeaf(await mintRoot());
  const peer = SecondOpinion.fromBER(new Uint8Array(der));
  expect(peer.serialNumber.valueBlock.valueHexView).toEqual(certificate.serialNumber);
  expect(peer.notAfter.value.getTime()).toBe(certificate.notAfter);
  expect(new Uint8Array(peer.subjectPublicKeyInfo.toSchema().toBER())).toEqual(certificate.publicKey.der);
  expect(peer.signatureValue.valueBlock.valueHexView).toEqual(certificate.signature);
  const critical = peer.extensions?.filter(extension => extension.critical).map(extension => extension.extnID);
  expect(critical).toEqual(certificate.extensions.critical);
});

describe('defects', () => {
  let root: Minted;
  let leaf: Minted;
  beforeAll(async () => {
    root = await mintRoot();
    leaf = await mintLeaf(root);
  });

  const reasonOf = (der: Uint8Array) => {
    const result = parseCertificate(der);
    return result.ok ? 'ok' : result.failure.reason;
  };
  const raw = (oid: string, value: Buffer, critical = false): Extension => ({ oid, value, critical });
  const reasonWith = async (...extensions: readonly Extension[]) => {
    const change = (template: CertificateTemplate) => ({
      ...template,
      extensions: [...template.extensions, ...extensions],
    });
    try {
      await mintLeaf(root, { change, without: extensions.map(({ oid }) => oid) });
      return 'ok';
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^not parsed: (\S+) .*/, '$1') : 'thrown';
    }
  };

  test('the certificate without a defect is read', () => {
    expect(reasonOf(leaf.der)).toBe('ok');
  });

  test('an octet after the certificate is refused', () => {
    expect(reasonOf(Buffer.concat([leaf.der, Buffer.from([0])]))).toBe('trailing-bytes');
  });

  test.each(['0', '1'])('an extension twice is refused, critical or not (RFC 5280 4.2): %s', async critical => {
    const twice = raw('1.2.3.4', nullValue(), critical === '1');
    expect(await reasonWith(twice)).toBe('ok');
    expect(await reasonWith(twice, twice)).toBe('structure-invalid');
  });

  const O = EXTENSION_OIDS;
  test.each<[string, string, Buffer, string]>([
    ['keyUsage without a bit (4.2.1.3)', O.keyUsage, bitString(Buffer.alloc(0)), 'structure-invalid'],
    [
      'keyUsage with trailing zero bits (X.690 11.2.2)',
      O.keyUsage,
      bitString(Buffer.from([0x80]), 5),
      'named-bits-not-minimal',
    ],
    ['basicConstraints with cA FALSE spelt out', O.basicConstraints, sequence(boolean(false)), 'default-encoded'],
    ['pathLen without cA (4.2.1.9)', O.basicConstraints, sequence(integer(0)), 'structure-invalid'],
    [
      'negative pathLen',
      O.basicConstraints,
      sequence(boolean(true), element(2, Buffer.from([0xff]))),
      'integer-too-large',
    ],
    ['empty extended key usage', O.extendedKeyUsage, sequence(), 'truncated'],
    [
      'a policy twice (4.2.1.4)',
      O.certificatePolicies,
      sequence(sequence(objectIdentifier('1.2.3')), sequence(objectIdentifier('1.2.3'))),
      'structure-invalid',
    ],
    ['empty policies', O.certificatePolicies, sequence(), 'truncated'],
    ['empty policyConstraints (4.2.1.11)', '2.5.29.36', sequence(), 'structure-invalid'],
    ['empty nameConstraints (4.2.1.10)', '2.5.29.30', sequence(), 'structure-invalid'],
    [
      'nameConstraints with a minimum',
      '2.5.29.30',
      sequence(tagged(0, sequence(taggedPrimitive(2, Buffer.from('a.tw')), taggedPrimitive(0, Buffer.from([1]))))),
      'trailing-bytes',
    ],
    [
      'nameConstraints with a gap in the mask',
      '2.5.29.30',
      sequence(tagged(0, sequence(taggedPrimitive(7, Buffer.from('0a000000ff00ff00', 'hex'))))),
      'structure-invalid',
    ],
    [
      'nameConstraints with a host that is none',
      '2.5.29.30',
      sequence(tagged(0, sequence(taggedPrimitive(2, Buffer.from('.a tw'))))),
      'structure-invalid',
    ],
    ['empty subjectAltName', O.subjectAltName, sequence(), 'structure-invalid'],
    [
      'subjectAltName of an unknown form',
      O.subjectAltName,
      sequence(taggedPrimitive(9, Buffer.from('a'))),
      'structure-invalid',
    ],
    [
      'subjectAltName with eight-bit text',
      O.subjectAltName,
      sequence(taggedPrimitive(2, Buffer.from([0xe9]))),
      'text-invalid',
    ],
    [
      'authority issuer without serial number',
      O.authorityKeyIdentifier,
      sequence(tagged(1, taggedPrimitive(2, Buffer.from('a')))),
      'structure-invalid',
    ],
    [
      'distribution point with reasons alone (4.2.1.13)',
      O.crlDistributionPoints,
      sequence(sequence(taggedPrimitive(1, Buffer.from('0640', 'hex')))),
      'structure-invalid',
    ],
    ['key identifier that is no OCTET STRING', O.subjectKeyIdentifier, utf8String('a'), 'unexpected-tag'],
    [
      'octets after a known extension',
      O.subjectKeyIdentifier,
      Buffer.concat([octetString(Buffer.from('a')), nullValue()]),
      'trailing-bytes',
    ],
  ])('%s', async (_, oid, value, reason) => {
    expect(await reasonWith(raw(oid, value))).toBe(reason);
  });

  test('inner and outer algorithm differ (4.1.1.2)', () => {
    const { der, keyPair } = leaf;
    const body = der.subarray(4, 4 + 4 + der.readUInt16BE(6));
    expect(reasonOf(signedFrame(body, keyPair, 'sha256'))).toBe('ok');
    expect(reasonOf(signedFrame(body, keyPair, 'sha384'))).toBe('structure-invalid');
  });

  test('extensions in a version 1 certificate (4.1.2.9)', () => {
    const versioned = Buffer.from('a003020102', 'hex');
    const body = leaf.der.subarray(8, 8 + leaf.der.readUInt16BE(6));
    expect(body.subarray(0, 5)).toEqual(versioned);
    expect(reasonOf(signedFrame(sequence(body), leaf.keyPair, 'sha256'))).toBe('ok');
    expect(reasonOf(signedFrame(sequence(body.subarray(5)), leaf.keyPair, 'sha256'))).toBe('structure-invalid');
    const version4 = Buffer.from('a003020103', 'hex');
    expect(reasonOf(signedFrame(sequence(version4, body.subarray(5)), leaf.keyPair, 'sha256'))).toBe(
      'structure-invalid',
    );
    const version1 = Buffer.from('a003020100', 'hex');
    expect(reasonOf(signedFrame(sequence(version1, body.subarray(5)), leaf.keyPair, 'sha256'))).toBe(
      'structure-invalid',
    );
  });

  test('the caller may reuse its buffer', () => {
    const buffer = Buffer.from(leaf.der);
    const result = parseCertificate(buffer);
    buffer.fill(0);
    expect(result.ok && result.certificate.subject.toString()).toBe('CN=Leaf');
  });

  test('whatever one changes, reading returns a certificate or a listed failure', () => {
    const mutation = fc.tuple(fc.nat(leaf.der.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), mutations => {
        const der = Buffer.from(leaf.der);
        for (const [at, octet] of mutations) der[at] = octet;
        const result = parseCertificate(der);
        if (!result.ok) expect(result.failure.code).toBe('certificate-malformed');
        // What it reads is what was there: nothing is skipped, so writing it again gives the same octets.
        else expect(Buffer.from(result.certificate.der)).toEqual(der);
      }),
      { numRuns: 3000 },
    );
  });
});
