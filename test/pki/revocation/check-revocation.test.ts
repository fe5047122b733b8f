import { beforeAll, describe, expect, test } from 'vitest';
import { checkRevocation, type RevocationVerdict } from '../../../src/pki/revocation/check-revocation.ts';
import type { RevocationPolicy } from '../../../src/pki/revocation/revocation-policy.ts';
import type { TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import type { ValidatedPath } from '../../../src/pki/certification-path/validate.ts';
import {
  ALL_BUT_COMPROMISE,
  COMPROMISE_ONLY,
  deltaIndicator,
  distributionPoints,
  issuingDistributionPoint,
  trustedCrl,
} from '../support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, TIME, type Minted } from '../support/mint.ts';
import { codeOf, judgeChain } from '../support/path-question.ts';

const REQUIRE: RevocationPolicy = { require: 'every-certificate', graceMs: 0 };
const PARTITION = 'http://crl.example.tw/10-31.crl';

let root: Minted;
let ca: Minted;
let leaf: Minted;
let partitioned: Minted;
let rootCrl: TrustedCrl;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  leaf = await mintLeaf(ca);
  partitioned = await mintLeaf(ca, {
    extensions: [distributionPoints({ address: PARTITION }, { address: 'http://crl.example.tw/complete.crl' })],
  });
  rootCrl = trustedCrl(root);
});

function pathOf(...chain: readonly Minted[]): ValidatedPath {
  const verdict = judgeChain(chain);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  return verdict.path;
}

function check(
  crls: readonly TrustedCrl[],
  options: { end?: Minted; time?: string; policy?: Partial<RevocationPolicy> } = {},
): RevocationVerdict {
  const time = options.time === undefined ? TIME : new Date(options.time);
  const policy = { ...REQUIRE, ...options.policy };
  return checkRevocation(pathOf(root, ca, options.end ?? leaf), crls, { time, policy });
}

describe('whether a certificate is revoked (RFC 5280 6.3.3)', () => {
  test('no: the evidence names the CRLs it rests on', () => {
    const crls = [rootCrl, trustedCrl(ca)];
    const verdict = check(crls);
    expect(verdict.ok && verdict.checked.reliedOn).toEqual(crls);
    expect(verdict.ok && verdict.checked.usedGrace).toBe(false);
  });

  test('yes: with date and reason', () => {
    const at = new Date('2026-05-20T01:02:03Z');
    const crl = trustedCrl(ca, { revoked: [{ who: leaf, at, reason: 'keyCompromise' }] });
    const certificate = leaf.certificate.sha256;
    expect(check([rootCrl, crl])).toEqual({
      ok: false,
      failure: { code: 'certificate-revoked', certificate, revokedAt: at, reason: 'keyCompromise' },
    });
  });

  test.each(['certificateHold', 'removeFromCRL', undefined] as const)(
    'a complete CRL that lists it revokes it, reason %s',
    reason => {
      const entry = reason === undefined ? { who: leaf } : { who: leaf, reason };
      expect(codeOf(check([rootCrl, trustedCrl(ca, { revoked: [entry] })]))).toBe('certificate-revoked');
    },
  );

  test('the CA itself is looked up too', () => {
    const crls = [trustedCrl(root, { revoked: [{ who: ca }] }), trustedCrl(ca)];
    expect(codeOf(check(crls))).toBe('certificate-revoked');
    expect(codeOf(check(crls, { policy: { require: 'leaf' } }))).toBe('ok');
  });

  test('other serial numbers and duplicates do no harm', () => {
    const revoked = ['01', '02', '02', '7f'.repeat(16), '7f'.repeat(16)].map(who => ({ who }));
    expect(codeOf(check([rootCrl, trustedCrl(ca, { revoked })]))).toBe('ok');
  });

  test('listed in any current CRL is revoked, whatever the others say', () => {
    const [clean, listing] = [trustedCrl(ca, { number: 2 }), trustedCrl(ca, { revoked: [{ who: leaf }] })];
    expect(codeOf(check([rootCrl, clean, listing]))).toBe('certificate-revoked');
    expect(codeOf(check([rootCrl, listing, clean]))).toBe('certificate-revoked');
  });
});

describe('what is not known is denied', () => {
  test('no CRL at all', () => {
    expect(codeOf(check([]))).toBe('revocation-status-unavailable');
    expect(codeOf(check([trustedCrl(ca)]))).toBe('revocation-status-unavailable');
    expect(codeOf(check([rootCrl]))).toBe('revocation-status-unavailable');
  });

  test('nothing is demanded, so nothing is looked up', () => {
    const listing = trustedCrl(ca, { revoked: [{ who: leaf }] });
    expect(codeOf(check([listing], { policy: { require: 'none' } }))).toBe('ok');
  });

  test('a CRL of the other generation of the CA: same name, other key', async () => {
    const sibling = await mintCa(root);
    expect(codeOf(check([rootCrl, trustedCrl(sibling)]))).toBe('revocation-status-unavailable');
  });

  test('a CRL of the certificate itself, under its own name', async () => {
    const selfSigner = await mintLeaf(ca, { without: ['2.5.29.15'] });
    expect(codeOf(check([rootCrl, trustedCrl(selfSigner)], { end: selfSigner }))).toBe('revocation-status-unavailable');
  });
});

describe('a CRL is current from thisUpdate to nextUpdate', () => {
  const crls = () => [rootCrl, trustedCrl(ca)];
  test.each([
    ['2026-05-30T23:59:59.999Z', 'crl-not-yet-valid'],
    ['2026-05-31T00:00:00Z', 'ok'],
    ['2026-06-02T00:00:00.999Z', 'ok'],
    ['2026-06-02T00:00:01Z', 'crl-expired'],
  ])('at %s: %s', (time, expected) => {
    expect(codeOf(check(crls(), { time }))).toBe(expected);
  });

  test('grace is used when the policy grants it, and said', () => {
    const policy = { graceMs: 6 * 3_600_000 };
    const late = check(crls(), { time: '2026-06-02T05:59:59Z', policy });
    expect(late.ok && late.checked.usedGrace).toBe(true);
    const inTime = check(crls(), { time: '2026-06-01T23:59:59Z', policy });
    expect(inTime.ok && inTime.checked.usedGrace).toBe(false);
    expect(codeOf(check(crls(), { time: '2026-06-02T06:00:01Z', policy }))).toBe('crl-expired');
  });

  test('an outdated CRL beside a current one does no harm', () => {
    const old = trustedCrl(ca, {
      thisUpdate: new Date('2026-05-01T00:00:00Z'),
      nextUpdate: new Date('2026-05-02T00:00:00Z'),
    });
    expect(codeOf(check([rootCrl, old, trustedCrl(ca)]))).toBe('ok');
  });
});

describe('partitioned CRLs (issuingDistributionPoint, 5.2.5 and 6.3.3 b, d)', () => {
  const crlFor = (scope: Parameters<typeof issuingDistributionPoint>[0]) =>
    trustedCrl(ca, { extensions: [issuingDistributionPoint(scope)] });

  test.each<[string, Parameters<typeof issuingDistributionPoint>[0], string]>([
    ['the address that the certificate names', { address: PARTITION }, 'ok'],
    ['another address', { address: 'http://crl.example.tw/other.crl' }, 'revocation-status-unavailable'],
    ['user certificates', { address: PARTITION, userCerts: true }, 'ok'],
    ['CA certificates', { address: PARTITION, caCerts: true }, 'revocation-status-unavailable'],
    ['attribute certificates', { address: PARTITION, attributeCerts: true }, 'revocation-status-unavailable'],
    ['some reasons', { address: PARTITION, someReasons: COMPROMISE_ONLY }, 'revocation-status-unavailable'],
  ])('a CRL for %s', (_, scope, expected) => {
    expect(codeOf(check([rootCrl, crlFor(scope)], { end: partitioned }))).toBe(expected);
  });

  test('a partition says nothing about a certificate that does not name it', () => {
    expect(codeOf(check([rootCrl, crlFor({ address: PARTITION })]))).toBe('revocation-status-unavailable');
  });

  test('the complete CRL serves a certificate that names partitions', () => {
    expect(codeOf(check([rootCrl, trustedCrl(ca)], { end: partitioned }))).toBe('ok');
  });

  test('CRLs for some reasons add up to all', () => {
    const parts = [crlFor({ someReasons: COMPROMISE_ONLY }), crlFor({ someReasons: ALL_BUT_COMPROMISE })];
    expect(codeOf(check([rootCrl, ...parts]))).toBe('ok');
    expect(codeOf(check([rootCrl, parts[0]!]))).toBe('revocation-status-unavailable');
  });
});

describe('delta CRLs (5.2.4, 6.3.3 c)', () => {
  const complete = (listed: boolean, number = 5) => trustedCrl(ca, { number, revoked: listed ? [{ who: leaf }] : [] });
  const delta = (base: number, number: number, reason?: 'removeFromCRL' | 'certificateHold') =>
    trustedCrl(ca, {
      number,
      extensions: [deltaIndicator(base)],
      revoked: reason === undefined ? [] : [{ who: leaf, reason }],
    });

  test.each<[string, () => readonly TrustedCrl[], string]>([
    ['nothing new', () => [complete(false), delta(5, 6)], 'ok'],
    ['newly revoked', () => [complete(false), delta(5, 6, 'certificateHold')], 'certificate-revoked'],
    ['hold lifted', () => [complete(true), delta(5, 6, 'removeFromCRL')], 'ok'],
    ['a delta without its complete CRL', () => [delta(5, 6)], 'revocation-status-unavailable'],
    ['a delta to a later base', () => [complete(true), delta(6, 7, 'removeFromCRL')], 'certificate-revoked'],
    [
      'a delta older than the complete CRL',
      () => [complete(true, 7), delta(5, 6, 'removeFromCRL')],
      'certificate-revoked',
    ],
    [
      'the newest delta counts',
      () => [complete(false), delta(5, 7, 'removeFromCRL'), delta(5, 6, 'certificateHold')],
      'ok',
    ],
    [
      'the newest delta counts, in another order',
      () => [complete(false), delta(5, 6, 'certificateHold'), delta(5, 7, 'removeFromCRL')],
      'ok',
    ],
  ])('%s', (_, crls, expected) => {
    expect(codeOf(check([rootCrl, ...crls()]))).toBe(expected);
  });

  test('a delta of another scope or generation is not applied', async () => {
    const sibling = await mintCa(root);
    const foreign = trustedCrl(sibling, {
      number: 6,
      extensions: [deltaIndicator(5)],
      revoked: [{ who: leaf, reason: 'removeFromCRL' }],
    });
    const scoped = trustedCrl(ca, {
      number: 6,
      extensions: [deltaIndicator(5), issuingDistributionPoint({ userCerts: true })],
      revoked: [{ who: leaf, reason: 'removeFromCRL' }],
    });
    expect(codeOf(check([rootCrl, complete(true), foreign, scoped]))).toBe('certificate-revoked');
  });

  test('an outdated delta is not applied', () => {
    const outdated = trustedCrl(ca, {
      number: 6,
      extensions: [deltaIndicator(5)],
      revoked: [{ who: leaf, reason: 'removeFromCRL' }],
      thisUpdate: new Date('2026-05-01T00:00:00Z'),
      nextUpdate: new Date('2026-05-02T00:00:00Z'),
    });
    expect(codeOf(check([rootCrl, complete(true), outdated]))).toBe('certificate-revoked');
  });
});
