import { Readable } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import { certificatePolicies, keyUsage } from '../authority/extensions.ts';
import { issueCrl } from '../authority/crl.ts';
import { issueCitizenCertificate } from '../authority/end-entity.ts';
import { distinguishedName } from '../authority/names.ts';
import { certIdOf, signOcspResponse } from '../authority/ocsp-response.ts';
import type { CertificateStatus } from '../authority/certificate-authority.ts';
import { foundGovernment } from '../pki/support/government.ts';
import { validateLines, type ValidationAnswer } from '../../src/cli/validate-certificates.ts';
import { mintCrl } from '../pki/support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, named, TIME, type Minted } from '../pki/support/mint.ts';

const POLICY = '1.2.3.4';

let root: Minted;
let ca: Minted;
let leaf: Minted;
let rootCrl: string;
let caCrl: string;
beforeAll(async () => {
  const extensions = [certificatePolicies([POLICY])];
  root = await mintRoot();
  ca = await mintCa(root, { extensions });
  const name = distinguishedName(
    { type: 'countryName', value: 'TW' },
    { type: 'commonName', value: '示範, "甲"=乙\n' },
    { type: 'serialNumber', value: '0000000000000001' },
  );
  leaf = await mintLeaf(ca, { name, extensions });
  rootCrl = mintCrl(root).toString('base64');
  caCrl = mintCrl(ca).toString('base64');
});

/** The question that is answered with ok; tables change single fields. */
function question(change: object = {}): object {
  return {
    id: 'q',
    trust_anchors: [root.pem],
    intermediates: [ca.pem],
    leaf: leaf.pem,
    crls: [rootCrl, caCrl],
    time: '2026-06-01T08:00:00+08:00',
    ...change,
  };
}

async function ask(...lines: readonly (object | string)[]): Promise<ValidationAnswer[]> {
  const texts = lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  const answers: ValidationAnswer[] = [];
  for await (const answer of validateLines(Readable.from(texts.map(each => Buffer.from(each))))) answers.push(answer);
  return answers;
}

const ok = { id: 'q', ok: true };
const no = (code: string) => ({ id: 'q', ok: false, code });

test('the answer names the path from leaf to anchor by RFC 4514, and the policies', async () => {
  expect(await ask(question())).toEqual([
    {
      ...ok,
      path: [String.raw`serialNumber=0000000000000001,CN=示範\, \"甲\"=乙\0a,C=TW`, 'CN=CA', 'CN=Root'],
      policies: [POLICY],
    },
  ]);
});

describe('each field is heard', () => {
  test.each<[string, () => object, object]>([
    ['revocation is required unless told', () => ({ crls: [] }), no('revocation-status-unavailable')],
    ['of the leaf alone', () => ({ revocation: 'leaf', crls: [caCrl] }), ok],
    [
      'of the leaf alone, missing',
      () => ({ revocation: 'leaf', crls: [rootCrl] }),
      no('revocation-status-unavailable'),
    ],
    ['not at all', () => ({ revocation: 'none', crls: [] }), ok],
    ['a CRL that lists the leaf', () => ({ crls: [rootCrl, revoking()] }), no('certificate-revoked')],
    ['time before', () => ({ time: '2020-01-01T00:00:00Z' }), no('certificate-not-yet-valid')],
    ['time after', () => ({ time: '2050-01-01T00:00:00Z' }), no('certificate-expired')],
    ['no intermediates', () => ({ intermediates: [] }), no('no-path-to-anchor')],
    ['depth 1: one intermediate', () => ({ max_depth: 1 }), ok],
    ['depth 0: none', () => ({ max_depth: 0 }), no('no-path-to-anchor')],
    ['depth null: no limit', () => ({ max_depth: null }), ok],
    ['a policy that is there', () => ({ initial_policies: [POLICY], require_explicit_policy: true }), ok],
    ['another', () => ({ initial_policies: ['1.2.3.5'], require_explicit_policy: true }), no('policy-not-allowed')],
    ['key usage it has', () => ({ key_usage: ['digitalSignature'] }), ok],
    ['key usage it lacks', () => ({ key_usage: ['nonRepudiation'] }), no('key-usage-not-allowed')],
    ['purposes, none stated', () => ({ extended_key_usage: ['1.3.6.1.5.5.7.3.2'] }), ok],
    ['the citizen profile on top', () => ({ profile: 'citizen' }), no('policy-not-allowed')],
    ['an intermediate that cannot be read', () => ({ intermediates: ['?', ca.pem] }), ok],
    ['an anchor that cannot be read beside one', () => ({ trust_anchors: ['?', root.pem] }), ok],
    ['no anchor that can be read', () => ({ trust_anchors: ['?'] }), no('certificate-malformed')],
    ['a leaf that cannot be read', () => ({ leaf: '?' }), no('certificate-malformed')],
    ['a leaf with octets after its end', () => ({ leaf: withTrailingOctet(leaf) }), no('certificate-malformed')],
    ['a CRL that cannot be read', () => ({ crls: ['AAAA', rootCrl, caCrl] }), ok],
  ])('%s', async (_name, change, expected) => {
    expect(await ask(question(change()))).toEqual([expect.objectContaining(expected)]);
  });

  test('a certificate of another family is named before anything is verified, in the citizen profile only', async () => {
    const name = distinguishedName(
      { type: 'countryName', value: 'TW' },
      { type: 'organizationalUnitName', value: '工商憑證管理中心' },
    );
    const family = await mintCa(root, { name });
    const card = await mintLeaf(family, { name: named('Company'), extensions: [keyUsage(['digitalSignature'])] });
    const asked = question({ leaf: card.pem, intermediates: [family.pem], revocation: 'none' });
    expect(await ask(asked, { ...asked, profile: 'citizen' })).toMatchObject([ok, no('moeaca-certificate')]);
  });
});

test('a citizen card passes the citizen profile; the encryption certificate of the same card does not', async () => {
  const { authority } = await foundGovernment();
  const moica = authority.cas['moica-g2'];
  const holder = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };
  const [sign, encrypt] = await Promise.all([
    issueCitizenCertificate(moica, holder, 'sign'),
    issueCitizenCertificate(moica, holder, 'encrypt'),
  ]);
  const crl = (id: 'grca-g2' | 'moica-g2') =>
    issueCrl(authority.cas[id], { thisUpdate: new Date('2026-05-31T20:00:00Z') }).toString('base64');
  const asked = question({
    trust_anchors: [authority.cas['grca-g2'].certificate.pem],
    intermediates: [moica.certificate.pem],
    crls: [crl('grca-g2'), crl('moica-g2')],
    profile: 'citizen',
  });
  const cards = [sign, encrypt].map(({ certificate }) => ({ ...asked, leaf: certificate.pem }));
  expect(await ask(...cards)).toMatchObject([
    { ...ok, policies: ['2.16.886.101.0.3.3'] },
    no('encryption-certificate'),
  ]);
});

test('an OCSP answer of the CA stands in for its CRL; one that is revoked, or cannot be read, does not', async () => {
  const asked = (...ocsp: readonly Buffer[]) =>
    question({ crls: [rootCrl], ocsp: ocsp.map(der => der.toString('base64')) });
  const revoked = ocspAnswer({ status: 'revoked', revokedAt: new Date('2026-05-01T00:00:00Z') });
  const good = ocspAnswer({ status: 'good' });
  expect(await ask(asked(good), asked(revoked), asked(good, revoked), asked(Buffer.of(0x30, 0)))).toMatchObject([
    ok,
    no('certificate-revoked'),
    no('certificate-revoked'),
    { ok: false },
  ]);
});

describe('a line that is no question is answered, and the next one too', () => {
  test.each<[string, () => object | string, string | number | null]>([
    ['not JSON', () => '{', null],
    ['not an object', () => '[]', null],
    ['no leaf', () => question({ leaf: undefined }), 'q'],
    ['no anchors', () => question({ trust_anchors: [] }), 'q'],
    ['no time', () => question({ time: undefined }), 'q'],
    ['time without zone', () => question({ time: '2026-06-01T00:00:00' }), 'q'],
    ['a day that is none', () => question({ time: '2026-02-30T00:00:00Z' }), 'q'],
    ['an unknown field', () => question({ revocaton: 'none' }), 'q'],
    ['an unknown key usage', () => question({ key_usage: ['digitalSignatur'] }), 'q'],
    ['a policy that is no OID', () => question({ initial_policies: ['01.2'] }), 'q'],
    ['a truth as text', () => question({ require_explicit_policy: 'true' }), 'q'],
    ['a negative depth', () => question({ max_depth: -1 }), 'q'],
    ['a CRL that is not base64', () => question({ crls: ['%'] }), 'q'],
    ['id as a number', () => question({ id: 7, leaf: 7 }), 7],
    ['an id that is none', () => question({ id: {} }), null],
  ])('%s', async (_name, line, id) => {
    expect(await ask(line(), question())).toMatchObject([{ id, ok: false, code: 'input-malformed' }, ok]);
  });

  test('an id may be missing', async () => {
    expect(await ask(question({ id: undefined }))).toMatchObject([{ id: null, ok: true }]);
  });
});

function revoking(): string {
  return mintCrl(ca, { revoked: [{ who: leaf }], thisUpdate: new Date(TIME.getTime() - 1000) }).toString('base64');
}

function withTrailingOctet({ der }: Minted): string {
  const base64 = Buffer.concat([der, Buffer.of(0)]).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function ocspAnswer(status: CertificateStatus): Buffer {
  const serialNumber = Buffer.from(leaf.certificate.serialNumber).toString('hex');
  const issuer = { certificate: { der: ca.der, pem: ca.pem, serialNumber: '', subject: ca.name }, keyPair: ca.keyPair };
  const thisUpdate = new Date(TIME.getTime() - 3_600_000);
  const nextUpdate = new Date(TIME.getTime() + 3_600_000);
  return signOcspResponse({
    responderId: { byKey: ca.keyPair.keyIdentifier },
    producedAt: thisUpdate,
    responses: [{ certId: certIdOf(issuer, serialNumber, 'sha256'), status, thisUpdate, nextUpdate }],
    extensions: [],
    digest: 'sha256',
    signingKey: ca.keyPair,
    certificates: [],
  });
}
