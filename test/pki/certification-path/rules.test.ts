import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateTemplate } from '../../authority/certificate.ts';
import { basicConstraints, extendedKeyUsage, keyUsage, type Extension } from '../../authority/extensions.ts';
import { nullValue } from '../../authority/der.ts';
import { generateEcKeyPair, generateRsaKeyPair, type KeyPair } from '../../authority/key-pair.ts';
import type { PathInputs } from '../../../src/pki/certification-path/path-inputs.ts';
import { mintCa, mintLeaf, mintRoot, named, TIME, type Minted } from '../support/mint.ts';
import { codeOf, judgeChain } from '../support/path-question.ts';

const at = (iso: string) => ({ time: new Date(iso).getTime() });
const unknownCritical: Extension = { oid: '1.2.3.4', critical: true, value: nullValue() };
const unknownNonCritical: Extension = { ...unknownCritical, critical: false };

let root: Minted;
let ca: Minted;
let leaf: Minted;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  leaf = await mintLeaf(ca);
});

/** Judges root, CA and leaf, any of them replaced; a replaced issuer issues the ones below it anew. */
async function verdictOf(
  parts: {
    root?: Parameters<typeof mintRoot>[0];
    ca?: Parameters<typeof mintCa>[1];
    leaf?: Parameters<typeof mintLeaf>[1];
  },
  inputs: Partial<PathInputs> = {},
): Promise<string> {
  const anchor = parts.root === undefined ? root : await mintRoot(parts.root);
  const issuer = anchor === root && parts.ca === undefined ? ca : await mintCa(anchor, parts.ca);
  const end = issuer === ca && parts.leaf === undefined ? leaf : await mintLeaf(issuer, parts.leaf);
  return codeOf(judgeChain([anchor, issuer, end], inputs));
}

test('a sound path validates', async () => {
  expect(await verdictOf({})).toBe('ok');
});

describe('validity holds from the first to the last second (RFC 5280 4.1.2.5, 6.1.3 a 2)', () => {
  const term = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2026-12-31T23:59:59Z') };
  test.each([
    ['2025-12-31T23:59:59.999Z', 'certificate-not-yet-valid'],
    ['2026-01-01T00:00:00Z', 'ok'],
    ['2026-12-31T23:59:59.999Z', 'ok'],
    ['2027-01-01T00:00:00Z', 'certificate-expired'],
  ])('at %s: %s, whether leaf, CA or anchor', async (instant, expected) => {
    expect(await verdictOf({ leaf: term }, at(instant))).toBe(expected);
    expect(await verdictOf({ ca: term }, at(instant))).toBe(expected);
    expect(await verdictOf({ root: term }, at(instant))).toBe(expected);
  });

  test('the failure names certificate and instants', async () => {
    const expired = await mintLeaf(ca, { notAfter: new Date('2025-06-01T00:00:00Z') });
    expect(judgeChain([root, ca, expired])).toEqual({
      ok: false,
      failure: {
        code: 'certificate-expired',
        certificate: expired.certificate.sha256,
        notAfter: new Date('2025-06-01T00:00:00Z'),
        validationTime: TIME,
      },
    });
  });
});

describe('whoever issues is a CA that may sign certificates (6.1.4 k, n)', () => {
  const noBasicConstraints = { without: ['2.5.29.19'] };
  const notCa = { extensions: [basicConstraints({ ca: false })] };
  const cannotSign = { extensions: [keyUsage(['cRLSign', 'digitalSignature'])] };
  const noKeyUsage = { without: ['2.5.29.15'] };
  test.each([
    ['no basicConstraints', noBasicConstraints, 'issuer-not-a-ca'],
    ['cA false', notCa, 'issuer-not-a-ca'],
    ['keyUsage without keyCertSign', cannotSign, 'key-usage-not-allowed'],
    ['no keyUsage', noKeyUsage, 'ok'],
  ])('%s', async (_, minting, expected) => {
    expect(await verdictOf({ ca: minting })).toBe(expected);
    expect(await verdictOf({ root: minting })).toBe(expected);
  });

  test('a leaf with keyCertSign that is no CA contradicts itself (4.2.1.9)', async () => {
    expect(await verdictOf({ leaf: { extensions: [keyUsage(['digitalSignature', 'keyCertSign'])] } })).toBe(
      'key-usage-not-allowed',
    );
  });
});

describe('what the leaf must be fit for (4.2.1.3, 4.2.1.12)', () => {
  const clientAuth = '1.3.6.1.5.5.7.3.2';
  const serverAuth = '1.3.6.1.5.5.7.3.1';
  test.each<[string, Partial<PathInputs>, readonly Extension[], string]>([
    ['digitalSignature is there', { keyUsage: ['digitalSignature'] }, [], 'ok'],
    ['keyEncipherment is not', { keyUsage: ['digitalSignature', 'keyEncipherment'] }, [], 'key-usage-not-allowed'],
    ['the purpose is there', { extendedKeyUsage: [clientAuth] }, [extendedKeyUsage([serverAuth, clientAuth])], 'ok'],
    ['any purpose', { extendedKeyUsage: [clientAuth] }, [extendedKeyUsage(['2.5.29.37.0'])], 'ok'],
    ['no extension sets no limit', { extendedKeyUsage: [clientAuth] }, [], 'ok'],
    [
      'another purpose',
      { extendedKeyUsage: [clientAuth] },
      [extendedKeyUsage([serverAuth])],
      'extended-key-usage-not-allowed',
    ],
    ['critical, nothing asked', {}, [extendedKeyUsage([serverAuth], true)], 'ok'],
  ])('%s', async (_, inputs, extensions, expected) => {
    expect(await verdictOf({ leaf: { extensions } }, inputs)).toBe(expected);
  });

  test("a CA's extended key usage limits what it issues", async () => {
    const inputs = { extendedKeyUsage: [clientAuth] };
    expect(await verdictOf({ ca: { extensions: [extendedKeyUsage([clientAuth])] } }, inputs)).toBe('ok');
    expect(await verdictOf({ ca: { extensions: [extendedKeyUsage([serverAuth])] } }, inputs)).toBe(
      'extended-key-usage-not-allowed',
    );
    expect(await verdictOf({ root: { extensions: [extendedKeyUsage([serverAuth])] } }, inputs)).toBe(
      'extended-key-usage-not-allowed',
    );
  });
});

describe('no critical extension goes unhandled (4.2)', () => {
  test.each(['root', 'ca', 'leaf'] as const)('in the %s', async where => {
    expect(await verdictOf({ [where]: { extensions: [unknownNonCritical] } })).toBe('ok');
    expect(await verdictOf({ [where]: { extensions: [unknownCritical] } })).toBe('unknown-critical-extension');
  });

  test('critical and known but enforced by no rule', async () => {
    const freshest = {
      oid: '2.5.29.9',
      critical: true,
      value: Buffer.from('300e300c06032a0304310502030102 03'.replace(' ', ''), 'hex'),
    };
    expect(await verdictOf({ leaf: { extensions: [freshest] } })).toBe('unknown-critical-extension');
  });
});

describe('path length (6.1.4 l, m)', () => {
  const limited = (pathLength: number) => ({ extensions: [basicConstraints({ ca: true, pathLength })] });

  test.each([
    [0, 1, 'path-length-exceeded'],
    [1, 1, 'ok'],
    [1, 2, 'path-length-exceeded'],
    [2, 2, 'ok'],
  ])('a root with %d and %d CAs below it: %s', async (pathLength, cas, expected) => {
    const chain = [await mintRoot(limited(pathLength))];
    for (let i = 0; i < cas; i++) chain.push(await mintCa(chain.at(-1)!, { name: named(`CA ${i}`) }));
    chain.push(await mintLeaf(chain.at(-1)!));
    expect(codeOf(judgeChain(chain))).toBe(expected);
  });

  test('self-issued certificates do not count', async () => {
    const anchor = await mintRoot(limited(1));
    const first = await mintCa(anchor);
    const rollover = await mintCa(first, { name: first.name });
    const end = await mintLeaf(rollover);
    expect(codeOf(judgeChain([anchor, first, rollover, end]))).toBe('ok');
    expect(codeOf(judgeChain([anchor, first, rollover, end], { maxIntermediates: 1 }))).toBe('no-path-to-anchor');
  });

  test('an anchor binds by its own limit alone, not by those above it', async () => {
    const first = await mintCa(await mintRoot(limited(1)), limited(5));
    const second = await mintCa(first, { name: named('Second') });
    const end = await mintLeaf(second);
    expect(codeOf(judgeChain([first, second, end]))).toBe('ok');
  });

  test("the leaf's own limit says nothing about itself", async () => {
    const end = { extensions: [basicConstraints({ ca: true, pathLength: 0 }), keyUsage(['keyCertSign'])] };
    expect(await verdictOf({ leaf: end })).toBe('ok');
  });

  test('the caller may set a limit of intermediates', async () => {
    expect(await verdictOf({}, { maxIntermediates: 1 })).toBe('ok');
    expect(await verdictOf({}, { maxIntermediates: 0 })).toBe('no-path-to-anchor');
  });
});

describe('signatures (6.1.3 a 1)', () => {
  test('a forged signature under the right name and key identifier', async () => {
    const stranger = await generateEcKeyPair();
    const verdict = await verdictOf({ leaf: { change: template => ({ ...template, signingKey: stranger }) } });
    expect(verdict).toBe('certificate-signature-invalid');
  });

  test('SHA-1 is not allowed', async () => {
    expect(await verdictOf({ leaf: { change: template => ({ ...template, digest: 'sha1' }) } })).toBe(
      'algorithm-not-allowed',
    );
  });

  test.each<[number, string]>([
    [1024, 'weak-key'],
    [2048, 'ok'],
  ])('RSA with %d bits: %s, for the leaf and for its issuer', async (bits, expected) => {
    const keyPair: KeyPair = await generateRsaKeyPair(bits);
    expect(await verdictOf({ leaf: { keyPair } })).toBe(expected);
    expect(await verdictOf({ ca: { keyPair } })).toBe(expected);
  });

  test('RSA-1024 and SHA-1 only under legacy algorithms', async () => {
    const keyPair = await generateRsaKeyPair(1024);
    const change = (template: CertificateTemplate) => ({ ...template, digest: 'sha1' as const });
    expect(await verdictOf({ ca: { keyPair }, leaf: { change } }, { algorithms: 'legacy' })).toBe('ok');
  });
});

test('names chain from issuer to subject (6.1.3 a 4)', async () => {
  const verdict = await verdictOf({ leaf: { change: template => ({ ...template, issuer: named('Somebody') }) } });
  expect(verdict).toBe('no-path-to-anchor');
});
