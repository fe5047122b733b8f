import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ValidatedPath } from '../../../src/pki/certification-path/validate.ts';
import { WorkBudget } from '../../../src/pki/certification-path/work-budget.ts';
import { judgeOcspResponse, type OcspVerdict } from '../../../src/pki/revocation/ocsp/judge-response.ts';
import { composeOcspRequest } from '../../../src/pki/revocation/ocsp/request.ts';
import { parseOcspResponse } from '../../../src/pki/revocation/ocsp/response.ts';
import { DEFAULT_OCSP_FRESHNESS } from '../../../src/pki/revocation/revocation-policy.ts';
import { enumerated, octetString, sequence, tagged } from '../../authority/der.ts';
import { EXTENSION_OIDS, extendedKeyUsage, keyUsage } from '../../authority/extensions.ts';
import { generateEcKeyPair } from '../../authority/key-pair.ts';
import { parseOcspRequest } from '../../authority/ocsp-request.ts';
import { ocspError, type OcspResponseTemplate } from '../../authority/ocsp-response.ts';
import { mintCa, mintLeaf, mintRoot, named, TIME, type Minted } from '../support/mint.ts';
import {
  asIssued,
  certIdFor,
  hours,
  mintOcsp,
  mintResponder,
  NONCE,
  OCSP_SIGNING,
  signedBy,
  single,
} from '../support/ocsp-mint.ts';
import { codeOf, judgeChain } from '../support/path-question.ts';

const ANY_PURPOSE = '2.5.29.37.0';

let root: Minted;
let ca: Minted;
let sameName: Minted;
let leaf: Minted;
let sibling: Minted;
let responder: Minted;
let path: ValidatedPath;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  // Another generation of the CA: the same name, another key.
  sameName = await mintCa(root);
  leaf = await mintLeaf(ca);
  sibling = await mintLeaf(ca);
  responder = await mintResponder(ca);
  const verdict = judgeChain([root, ca, leaf]);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  path = verdict.path;
});

interface Asking {
  readonly nonce?: Buffer | null;
  readonly time?: Date;
  readonly acceptsResponder?: boolean;
  readonly budget?: WorkBudget;
}

function judge(der: Uint8Array, { nonce, time = TIME, acceptsResponder = true, budget }: Asking = {}): OcspVerdict {
  const parsed = parseOcspResponse(der);
  if (!parsed.ok) return parsed;
  return judgeOcspResponse(parsed.response, {
    path,
    index: 1,
    time,
    ...(nonce === null ? {} : { nonce: nonce ?? NONCE }),
    freshness: DEFAULT_OCSP_FRESHNESS,
    acceptsResponder: () => acceptsResponder,
    budget: budget ?? new WorkBudget(),
  });
}

const answer = (changes: Partial<OcspResponseTemplate> = {}) => mintOcsp(ca, leaf, changes);
const about = (...responses: OcspResponseTemplate['responses']) => answer({ responses });
const nonceExtension = (value: Buffer, critical = false) => ({ oid: EXTENSION_OIDS.ocspNonce, critical, value });
const STRANGE = { oid: '1.2.3.4', critical: true, value: octetString(Buffer.alloc(1)) };

describe('an answer that holds (RFC 6960 3.2)', () => {
  test.each<[string, () => Buffer]>([
    ['by the issuer, named by key', () => answer()],
    ['by the issuer, named by name', () => answer({ responderId: { byName: ca.name } })],
    ['by a delegated responder', () => answer(signedBy(responder))],
    [
      'by a delegated responder, named by name',
      () => answer({ ...signedBy(responder), responderId: { byName: responder.name } }),
    ],
    [
      'with other certificates before the responder’s',
      () => answer({ ...signedBy(responder), certificates: [sibling, ca, responder].map(asIssued) }),
    ],
    ['about several certificates', () => about(single(ca, sibling), single(ca, leaf))],
    ['with a CertID by SHA-256', () => about(single(ca, leaf, { certId: certIdFor(ca, leaf, 'sha256') }))],
    ['without nonce, though one was sent (RFC 9654 2.1)', () => answer({ extensions: [] })],
    [
      'with an unknown extension that is not critical',
      () => answer({ extensions: [nonceExtension(octetString(NONCE)), { ...STRANGE, critical: false }] }),
    ],
    ['at the last second of nextUpdate', () => about(single(ca, leaf, { nextUpdate: TIME }))],
    ['without nextUpdate, a day old', () => about(single(ca, leaf, { nextUpdate: null, thisUpdate: hours(-24) }))],
    ['by a clock a minute ahead', () => about(single(ca, leaf, { thisUpdate: hours(1 / 60) }))],
  ])('%s: good', (_, mint) => {
    const verdict = judge(mint());
    expect(codeOf(verdict)).toBe('ok');
    expect(verdict.ok && verdict.answer.certStatus).toEqual({ status: 'good' });
  });

  test('revoked: with date and reason', () => {
    const revokedAt = new Date('2026-05-20T01:02:03Z');
    const verdict = judge(
      about(single(ca, leaf, { status: { status: 'revoked', revokedAt, reason: 'certificateHold' } })),
    );
    expect(verdict.ok && verdict.answer.certStatus).toEqual({
      status: 'revoked',
      revokedAt: revokedAt.getTime(),
      reason: 'certificateHold',
    });
    expect(verdict.ok && verdict.answer.certificate).toBe(leaf.certificate);
  });

  test('a nonce that nobody sent is not compared', () => {
    expect(codeOf(judge(answer(), { nonce: null }))).toBe('ok');
  });
});

describe('an answer that does not hold', () => {
  const revoked = { status: 'revoked', revokedAt: hours(-100) } as const;
  test.each<[string, string, () => Buffer | Promise<Buffer>]>([
    // 1. the certificate
    ['1: about another certificate', 'ocsp-certificate-mismatch', () => about(single(ca, sibling))],
    ['1: about nothing', 'ocsp-certificate-mismatch', () => about()],
    [
      '1: about another CA name over the same key',
      'ocsp-certificate-mismatch',
      () => about(single({ ...ca, name: named('Other') }, leaf)),
    ],
    ['1: about another key of the same CA name', 'ocsp-certificate-mismatch', () => about(single(sameName, leaf))],
    [
      '1: to another request',
      'ocsp-nonce-mismatch',
      () => answer({ extensions: [nonceExtension(octetString(Buffer.alloc(32, 8)))] }),
    ],
    [
      '1: to another request, with an empty nonce',
      'ocsp-nonce-mismatch',
      () => answer({ extensions: [nonceExtension(Buffer.alloc(0))] }),
    ],
    // 2. the signature
    [
      '2: signed by nobody known',
      'ocsp-signature-invalid',
      async () => answer({ signingKey: await generateEcKeyPair() }),
    ],
    [
      '2: signed by a responder that is not there',
      'ocsp-signature-invalid',
      () => answer({ signingKey: responder.keyPair }),
    ],
    ['2: signed with SHA-1', 'ocsp-algorithm-not-allowed', () => answer({ digest: 'sha1' })],
    // 3. the identity
    [
      '3: names another key',
      'ocsp-responder-mismatch',
      () => answer({ responderId: { byKey: responder.keyPair.keyIdentifier } }),
    ],
    ['3: names another name', 'ocsp-responder-mismatch', () => answer({ responderId: { byName: named('Other') } })],
    [
      '3: a responder that calls itself the CA',
      'ocsp-responder-mismatch',
      () => answer({ ...signedBy(responder), responderId: { byName: ca.name } }),
    ],
    // 4. the authority
    ['4: another leaf of the CA', 'ocsp-responder-not-authorized', () => answer(signedBy(sibling))],
    ['4: the certificate itself', 'ocsp-responder-not-authorized', () => answer(signedBy(leaf))],
    [
      '4: any purpose is not this purpose',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { extensions: [extendedKeyUsage([ANY_PURPOSE])] }))),
    ],
    [
      '4: a responder without purpose',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { without: [EXTENSION_OIDS.extendedKeyUsage] }))),
    ],
    [
      '4: a responder of another key of the same CA name',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(sameName))),
    ],
    [
      '4: a responder of the root',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(root))),
    ],
    [
      '4: a responder of a responder',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(responder))),
    ],
    [
      '4: an expired responder',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { notAfter: hours(-1) }))),
    ],
    [
      '4: a responder not yet valid',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { notBefore: hours(1) }))),
    ],
    [
      '4: a responder whose key may not sign',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { extensions: [keyUsage(['keyAgreement'])] }))),
    ],
    [
      '4: a CA whose key may only certify',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintCa(ca, { extensions: [extendedKeyUsage([OCSP_SIGNING])] }))),
    ],
    [
      '4: a responder with an unknown critical extension',
      'ocsp-responder-not-authorized',
      async () => answer(signedBy(await mintResponder(ca, { extensions: [STRANGE] }))),
    ],
    [
      '4: the CA above the issuer',
      'ocsp-responder-not-authorized',
      () => answer({ signingKey: root.keyPair, certificates: [asIssued(root)] }),
    ],
    // 5. thisUpdate
    ['5: from the future', 'ocsp-not-yet-valid', () => about(single(ca, leaf, { thisUpdate: hours(2 / 60) }))],
    [
      '5: without nextUpdate, over a day old',
      'ocsp-expired',
      () => about(single(ca, leaf, { nextUpdate: null, thisUpdate: hours(-24.01) })),
    ],
    // 6. nextUpdate
    ['6: nextUpdate has passed', 'ocsp-expired', () => about(single(ca, leaf, { nextUpdate: hours(-0.01) }))],
    [
      '6: revoked, but out of date',
      'ocsp-expired',
      () => about(single(ca, leaf, { nextUpdate: hours(-0.01), status: revoked })),
    ],
    // what is said
    ['unknown is not good', 'ocsp-status-unknown', () => about(single(ca, leaf, { status: { status: 'unknown' } }))],
    [
      'good and unknown: unknown',
      'ocsp-status-unknown',
      () => about(single(ca, leaf), single(ca, leaf, { status: { status: 'unknown' } })),
    ],
    [
      'good by SHA-1, unknown by SHA-256: unknown',
      'ocsp-status-unknown',
      () =>
        about(
          single(ca, leaf),
          single(ca, leaf, { certId: certIdFor(ca, leaf, 'sha256'), status: { status: 'unknown' } }),
        ),
    ],
    [
      'good, and good once: out of date',
      'ocsp-expired',
      () => about(single(ca, leaf), single(ca, leaf, { nextUpdate: hours(-1) })),
    ],
    ['an unknown critical extension', 'ocsp-unknown-critical-extension', () => answer({ extensions: [STRANGE] })],
    [
      'the same extension twice',
      'ocsp-malformed',
      () => answer({ extensions: [nonceExtension(octetString(NONCE)), nonceExtension(octetString(NONCE))] }),
    ],
    ['octets after the end', 'ocsp-malformed', () => Buffer.concat([answer(), Buffer.alloc(1)])],
    ['nothing', 'ocsp-malformed', () => Buffer.alloc(0)],
    ['over 64 KiB', 'ocsp-malformed', () => Buffer.alloc(64 * 1024 + 1)],
    [
      'more certificates than a responder has',
      'ocsp-malformed',
      () => answer({ ...signedBy(responder), certificates: Array.from({ length: 9 }, () => asIssued(responder)) }),
    ],
    ['successful, without an answer', 'ocsp-malformed', () => sequence(enumerated(0))],
    ['a status that does not exist', 'ocsp-malformed', () => sequence(enumerated(4))],
    [
      'another kind of response',
      'ocsp-malformed',
      () => sequence(enumerated(0), tagged(0, sequence(Buffer.from('06032a0304', 'hex'), octetString(sequence())))),
    ],
  ])('%s: %s', async (_, code, mint) => {
    expect(codeOf(judge(await mint()))).toBe(code);
  });

  test.each(['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const)(
    'a responder that answers %s is named',
    status => {
      expect(judge(ocspError(status))).toEqual({ ok: false, failure: { code: 'ocsp-responder-error', status } });
    },
  );

  test.each([
    ['good before revoked', [{ status: 'good' }, revoked]],
    ['revoked before good', [revoked, { status: 'good' }]],
    ['unknown before revoked', [{ status: 'unknown' }, revoked]],
  ] as const)('of several answers about one certificate the worst counts: %s', (_, statuses) => {
    const verdict = judge(about(...statuses.map(status => single(ca, leaf, { status }))));
    expect(verdict.ok && verdict.answer.certStatus.status).toBe('revoked');
  });

  test.each([
    ['critical: refused, whichever certificate it is about', true, 'ocsp-unknown-critical-extension'],
    ['not critical: read over', false, 'ok'],
  ])('an unknown extension of one answer, %s', (_, critical, code) => {
    const extensions = [{ ...STRANGE, critical }];
    expect(codeOf(judge(about(single(ca, leaf), single(ca, sibling, { extensions }))))).toBe(code);
  });

  test('a responder that its CA has revoked', () => {
    expect(judge(answer(signedBy(responder)), { acceptsResponder: false })).toMatchObject({
      failure: { code: 'ocsp-responder-not-authorized', because: 'responder-revocation-status' },
    });
  });

  test('no signature is verified beyond the budget', () => {
    const budget = new WorkBudget({ signatures: 0, steps: 1, nameComparisons: 1 });
    expect(codeOf(judge(answer(), { budget }))).toBe('ocsp-signature-invalid');
  });
});

describe('hostile octets', () => {
  test('no changed octet is accepted, none makes it throw', () => {
    const sound = [answer({ extensions: [] }), answer({ ...signedBy(responder), extensions: [] })];
    fc.assert(
      fc.property(fc.constantFrom(...sound), fc.nat(), fc.integer({ min: 1, max: 255 }), (der, at, flip) => {
        const changed = Buffer.from(der);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ flip;
        const verdict = judge(changed, { nonce: null });
        expect(verdict.ok).toBe(false);
      }),
      { numRuns: 3_000, seed: 6960 },
    );
  });

  test('cut short anywhere it is malformed', () => {
    const der = answer();
    for (let length = 0; length < der.length; length++) {
      expect(codeOf(judge(der.subarray(0, length)))).toBe('ocsp-malformed');
    }
  });

  test('random octets are malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        expect(judge(bytes).ok).toBe(false);
      }),
      { seed: 6960 },
    );
  });
});

describe('a request (RFC 6960 4.1)', () => {
  test.each(['sha1', 'sha256'] as const)('names the certificate by %s and carries the nonce', digest => {
    const der = composeOcspRequest({ certificate: leaf.certificate, issuer: ca.certificate, digest, nonce: NONCE });
    const read = parseOcspRequest(Buffer.from(der));
    expect(read?.certIds.map(certId => certId.der)).toEqual([certIdFor(ca, leaf, digest)]);
    expect(read?.nonce).toEqual(octetString(NONCE));
  });

  test.each([15, 33])('a nonce of %d octets is a mistake of ours', length => {
    const nonce = Buffer.alloc(length);
    const ask = { certificate: leaf.certificate, issuer: ca.certificate, digest: 'sha1', nonce } as const;
    expect(() => composeOcspRequest(ask)).toThrow(RangeError);
  });
});
