import { beforeAll, describe, expect, test } from 'vitest';
import { CertificatePool } from '../../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs } from '../../../src/pki/certification-path/path-inputs.ts';
import type { ValidatedPath } from '../../../src/pki/certification-path/validate.ts';
import { judgeCertificate } from '../../../src/pki/judge-certificate.ts';
import { checkRevocation, openStatuses } from '../../../src/pki/revocation/check-revocation.ts';
import type { RevocationPolicy } from '../../../src/pki/revocation/revocation-policy.ts';
import { readOcspEvidence } from '../../../src/pki/revocation/status-from-ocsp.ts';
import type { TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { authorityInfoAccess, crlDistributionPoints, EXTENSION_OIDS } from '../../authority/extensions.ts';
import type { OcspResponseTemplate } from '../../authority/ocsp-response.ts';
import { mintCrl, parsedCrl, trustedCrl } from '../support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, TIME, type Minted } from '../support/mint.ts';
import { hours, mintOcsp, mintResponder, signedBy, single } from '../support/ocsp-mint.ts';
import { codeOf, judgeChain } from '../support/path-question.ts';

const LEAF: RevocationPolicy = { require: 'leaf', graceMs: 0 };
const REVOKED = { status: 'revoked', revokedAt: new Date('2026-05-02T00:00:00Z') } as const;

let root: Minted;
let ca: Minted;
let leaf: Minted;
let path: ValidatedPath;
let crls: Record<'good' | 'revoked' | 'expired' | 'late', readonly TrustedCrl[]>;
let answers: Record<'good' | 'revoked' | 'unknown' | 'forged' | 'malformed' | 'expired', Buffer>;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  leaf = await mintLeaf(ca);
  const verdict = judgeChain([root, ca, leaf]);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  path = verdict.path;
  crls = {
    good: [trustedCrl(ca)],
    revoked: [trustedCrl(ca, { revoked: [{ who: leaf }] })],
    expired: [trustedCrl(ca, { nextUpdate: hours(-10) })],
    late: [trustedCrl(ca, { nextUpdate: hours(-1) })],
  };
  const says = (changes: Partial<OcspResponseTemplate['responses'][number]>) =>
    mintOcsp(ca, leaf, { responses: [single(ca, leaf, changes)] });
  answers = {
    good: says({}),
    revoked: says({ status: REVOKED }),
    unknown: says({ status: { status: 'unknown' } }),
    forged: mintOcsp(ca, leaf, { signingKey: leaf.keyPair, responderId: { byName: ca.name } }),
    malformed: Buffer.from('3003', 'hex'),
    expired: says({ nextUpdate: hours(-1) }),
  };
});

type Crls = keyof typeof crls | 'none';
type Answer = keyof typeof answers | 'none';

function check(crl: Crls, answer: Answer | readonly Answer[], policy: Partial<RevocationPolicy> = {}) {
  const given = (Array.isArray(answer) ? answer : [answer]) as readonly Answer[];
  const ocsp = given.flatMap(each => (each === 'none' ? [] : readOcspEvidence(answers[each])));
  return checkRevocation(path, crl === 'none' ? [] : crls[crl], { time: TIME, policy: { ...LEAF, ...policy }, ocsp });
}

describe('CRLs and OCSP answers about one certificate', () => {
  test.each<[Crls, Answer, string, string]>([
    ['good', 'none', 'ok', 'ok'],
    ['none', 'good', 'ok', 'ok'],
    ['good', 'good', 'ok', 'ok'],
    // Revoked is sticky: whichever says so is believed.
    ['revoked', 'good', 'certificate-revoked', 'certificate-revoked'],
    ['good', 'revoked', 'certificate-revoked', 'certificate-revoked'],
    ['none', 'revoked', 'certificate-revoked', 'certificate-revoked'],
    ['expired', 'revoked', 'certificate-revoked', 'certificate-revoked'],
    ['revoked', 'forged', 'certificate-revoked', 'certificate-revoked'],
    // One falls back to the other where it has no answer.
    ['good', 'unknown', 'ok', 'ok'],
    ['good', 'forged', 'ok', 'ok'],
    ['good', 'malformed', 'ok', 'ok'],
    ['good', 'expired', 'ok', 'ok'],
    ['expired', 'good', 'ok', 'ok'],
    // No answer at all is denied; the first source that can tell why is named.
    ['none', 'none', 'revocation-status-unavailable', 'revocation-status-unavailable'],
    ['none', 'unknown', 'ocsp-status-unknown', 'ocsp-status-unknown'],
    ['none', 'forged', 'ocsp-signature-invalid', 'ocsp-signature-invalid'],
    ['none', 'malformed', 'ocsp-malformed', 'ocsp-malformed'],
    ['none', 'expired', 'ocsp-expired', 'ocsp-expired'],
    ['expired', 'unknown', 'crl-expired', 'ocsp-status-unknown'],
    ['expired', 'none', 'crl-expired', 'crl-expired'],
  ])('CRL %s, OCSP %s: %s, with ocsp-first %s', (crl, answer, crlFirst, ocspFirst) => {
    expect(codeOf(check(crl, answer))).toBe(crlFirst);
    expect(codeOf(check(crl, answer, { order: 'ocsp-first' }))).toBe(ocspFirst);
  });

  test.each<[readonly Answer[], string]>([
    [['good', 'revoked'], 'certificate-revoked'],
    [['good', 'unknown'], 'ocsp-status-unknown'],
    [['good', 'forged'], 'ok'],
    [['malformed', 'good'], 'ok'],
  ])('of several trusted answers the worst counts: %s', (several, code) => {
    expect(codeOf(check('none', several))).toBe(code);
  });

  test('the evidence names what the verdict rests on', () => {
    const byCrl = check('good', 'good');
    expect(byCrl.ok && [byCrl.checked.reliedOn.length, byCrl.checked.ocspAnswers.length]).toEqual([1, 0]);
    const byOcsp = check('good', 'good', { order: 'ocsp-first' });
    expect(byOcsp.ok && [byOcsp.checked.reliedOn.length, byOcsp.checked.ocspAnswers.length]).toEqual([0, 1]);
  });

  test('a CRL in its grace serves last, and says so', () => {
    const sixHours = { graceMs: 6 * 3_600_000 };
    const late = check('late', 'none', sixHours);
    expect(late.ok && late.checked.usedGrace).toBe(true);
    const settled = check('late', 'good', sixHours);
    expect(settled.ok && settled.checked.usedGrace).toBe(false);
    expect(codeOf(check('expired', 'none', sixHours))).toBe('crl-expired');
    expect(codeOf(check('late', 'none'))).toBe('crl-expired');
  });

  test.each<[string, Crls, Partial<RevocationPolicy>, readonly string[]]>([
    ['what no CRL settles', 'none', {}, ['leaf']],
    ['nothing that a CRL settles', 'good', {}, []],
    ['what only a CRL in its grace settles', 'late', { graceMs: 6 * 3_600_000 }, ['leaf']],
    ['with ocsp-first, what a CRL settles too', 'good', { order: 'ocsp-first' }, ['leaf']],
    ['never what a CRL revokes', 'revoked', { order: 'ocsp-first' }, []],
    ['every certificate where each is required', 'good', { require: 'every-certificate' }, ['ca']],
    ['nothing where nothing is required', 'none', { require: 'none', order: 'ocsp-first' }, []],
  ])('a responder is asked about %s', (_, crl, policy, asked) => {
    const open = openStatuses(path, crl === 'none' ? [] : crls[crl], { time: TIME, policy: { ...LEAF, ...policy } });
    const names = new Map([
      [ca.certificate, 'ca'],
      [leaf.certificate, 'leaf'],
    ]);
    expect(open.map(({ certificate }) => names.get(certificate))).toEqual(asked);
  });
});

describe('a delegated responder’s own standing (RFC 6960 4.2.2.2.1)', () => {
  const WAYS = [
    crlDistributionPoints(['http://crl.example.tw/ca.crl']),
    authorityInfoAccess({ caIssuers: 'http://ca.example.tw/ca.cer', ocsp: 'http://ocsp.example.tw/' }),
  ];
  test.each<[string, 'none' | 'clean' | 'lists it', { nocheck: boolean; way?: 0 | 1 }, string]>([
    ['waived by its CA', 'none', { nocheck: true }, 'ok'],
    ['waived, but listed', 'lists it', { nocheck: true }, 'ocsp-responder-not-authorized'],
    ['no way named', 'none', { nocheck: false }, 'ok'],
    ['no way named, but listed', 'lists it', { nocheck: false }, 'ocsp-responder-not-authorized'],
    ['CRL named, none at hand', 'none', { nocheck: false, way: 0 }, 'ocsp-responder-not-authorized'],
    ['OCSP named, no CRL at hand', 'none', { nocheck: false, way: 1 }, 'ocsp-responder-not-authorized'],
    ['CRL named and clean', 'clean', { nocheck: false, way: 0 }, 'ok'],
  ])('%s', async (_, at, { nocheck, way }, code) => {
    const responder = await mintResponder(ca, {
      without: nocheck ? [] : [EXTENSION_OIDS.ocspNoCheck],
      extensions: way === undefined ? [] : [WAYS[way]!],
    });
    const target = at === 'none' ? [] : [trustedCrl(ca, { revoked: at === 'clean' ? [] : [{ who: responder }] })];
    const ocsp = [readOcspEvidence(mintOcsp(ca, leaf, signedBy(responder)))];
    const policy = { ...LEAF, order: 'ocsp-first' } as const;
    // A CRL of the CA would settle the leaf as well: what is asked is whether the answer was relied on.
    const verdict = checkRevocation(path, target, { time: TIME, policy, ocsp });
    const reliedOnAnswer = verdict.ok && verdict.checked.ocspAnswers.length === 1;
    expect(reliedOnAnswer ? 'ok' : 'ocsp-responder-not-authorized').toBe(code);
    if (at === 'none') expect(codeOf(verdict)).toBe(code);
  });
});

describe('any certificate, from material that nobody vouches for', () => {
  const judge = (ocspResponses: readonly Uint8Array[], withCrls = false) =>
    judgeCertificate({
      leaf: leaf.certificate,
      material: {
        anchors: new CertificatePool([root.certificate]),
        intermediates: new CertificatePool([ca.certificate]),
      },
      crls: withCrls ? [parsedCrl(mintCrl(root)), parsedCrl(mintCrl(ca))] : [],
      ocspResponses,
      inputs: defaultPathInputs(TIME),
      policy: { require: 'every-certificate', graceMs: 0 },
    });

  test('each certificate finds its answer among several', () => {
    expect(codeOf(judge([mintOcsp(ca, leaf), mintOcsp(root, ca)]))).toBe('ok');
    expect(codeOf(judge([mintOcsp(ca, leaf)]))).toBe('revocation-status-unavailable');
    expect(codeOf(judge([answers.revoked], true))).toBe('certificate-revoked');
    expect(codeOf(judge([answers.forged], true))).toBe('ok');
  });

  test('a thousand junk answers are read over or refused within the budget', () => {
    const junk = Array.from({ length: 1_000 }, () => answers.forged);
    expect(codeOf(judge([mintOcsp(root, ca), ...junk]))).toBe('revocation-work-budget-exceeded');
  });
});
