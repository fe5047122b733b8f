import { beforeAll, describe, expect, test } from 'vitest';
import { element, nullValue, objectIdentifier, octetString, sequence, setOf } from '../../authority/der.ts';
import { generateRsaKeyPair } from '../../authority/key-pair.ts';
import { openssl } from '../../authority/openssl.ts';
import { parseSignedData } from '../../../src/pki/signed-data/signed-data.ts';
import { claimedSigner, signedDataFailure } from '../../../src/pki/signed-data/verify-signed-data.ts';
import {
  attribute,
  contentTypeAttribute,
  messageDigestAttribute,
  mintSignedData,
  type CmsMinting,
} from '../support/cms-mint.ts';
import { mintLeaf, mintRoot, type Minted } from '../support/mint.ts';

const CONTENT = Buffer.from('v1.login.portal.example_443.c2FtcGxl');
const OTHER = Buffer.from('v1.login.portal.example_443.b3RoZXI');

let signer: Minted;
let stranger: Minted;
beforeAll(async () => {
  const root = await mintRoot();
  signer = await mintLeaf(root, { keyPair: await generateRsaKeyPair() });
  stranger = await mintLeaf(root);
});

/** `ok`, or the code of the first failure, of parsing, finding the signer and verifying. */
function outcome(der: Uint8Array, content: Uint8Array = CONTENT): string {
  const parsed = parseSignedData(der);
  if (!parsed.ok) return parsed.failure.code;
  const claimed = claimedSigner(parsed.signedData);
  if (!claimed.ok) return claimed.failure.code;
  return signedDataFailure(parsed.signedData, claimed.certificate, content)?.code ?? 'ok';
}

const mint = (minting: Partial<CmsMinting>) =>
  mintSignedData({ content: CONTENT, certificate: signer.der, keyPair: signer.keyPair, ...minting });

describe('one signer over the content that was asked for (RFC 5652 5)', () => {
  const SIGNING_TIME = attribute('1.2.840.113549.1.9.5', element(0x17, Buffer.from('260601000000Z')));
  const usual = [contentTypeAttribute(), messageDigestAttribute(CONTENT)];
  test.each<[string, () => Partial<CmsMinting>, string]>([
    ['as it should be', () => ({}), 'ok'],
    ['detached', () => ({ attached: false }), 'ok'],
    ['more attributes', () => ({ attributes: [...usual, SIGNING_TIME] }), 'ok'],
    [
      'sha256WithRSAEncryption for rsaEncryption',
      () => ({ signatureAlgorithm: sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue()) }),
      'ok',
    ],
    ['no signer', () => ({ signers: 0 }), 'signed-data-signer-count'],
    ['two signers', () => ({ signers: 2 }), 'signed-data-signer-count'],
    ['no certificate', () => ({ certificates: [] }), 'signed-data-certificate-missing'],
    ["a stranger's certificate alone", () => ({ certificates: [stranger.der] }), 'signed-data-signer-mismatch'],
    ["a stranger's certificate before the signer's", () => ({ certificates: [stranger.der, signer.der] }), 'ok'],
    [
      "a certificate that is none beside the signer's",
      () => ({ certificates: [sequence(nullValue()), signer.der] }),
      'ok',
    ],
    ['an identifier with another serial number', () => ({ serialNumber: '01' }), 'signed-data-signer-mismatch'],
    ['other content attached', () => ({ attachedContent: OTHER }), 'signed-data-content-mismatch'],
    ['other content, and its digest', () => ({ content: OTHER }), 'signed-data-content-mismatch'],
    ['other content, detached', () => ({ content: OTHER, attached: false }), 'signed-data-content-mismatch'],
    [
      'other content, detached, without attributes',
      () => ({ content: OTHER, attached: false, withAttributes: false }),
      'signature-invalid',
    ],
    [
      'a content type that is not data',
      () => ({ contentType: '1.2.840.113549.1.7.2' }),
      'signed-data-attributes-invalid',
    ],
    ['SHA-1', () => ({ digest: 'sha1' }), 'signed-data-algorithm-not-allowed'],
    [
      'signature and digest of two minds',
      () => ({ signatureAlgorithm: sequence(objectIdentifier('1.2.840.113549.1.1.13'), nullValue()) }),
      'signed-data-algorithm-not-allowed',
    ],
    [
      'an unknown signature algorithm',
      () => ({ signatureAlgorithm: sequence(objectIdentifier('1.2.3')) }),
      'signed-data-algorithm-not-allowed',
    ],
  ])('%s: %3$s', (_, minting, expected) => {
    expect(outcome(mint(minting()))).toBe(expected);
  });

  test('the signature by another key', async () => {
    expect(outcome(mint({ keyPair: await generateRsaKeyPair() }))).toBe('signature-invalid');
  });
});

describe('signed attributes (RFC 5652 5.3, 11)', () => {
  const digest = () => messageDigestAttribute(CONTENT);
  test.each<[string, () => readonly Buffer[]]>([
    ['content-type missing', () => [digest()]],
    ['message-digest missing', () => [contentTypeAttribute()]],
    ['content-type twice', () => [contentTypeAttribute(), contentTypeAttribute(), digest()]],
    ['message-digest twice', () => [contentTypeAttribute(), digest(), messageDigestAttribute(OTHER)]],
    [
      'two values of message-digest',
      () => [
        contentTypeAttribute(),
        attribute('1.2.840.113549.1.9.4', octetString(Buffer.alloc(32)), octetString(Buffer.alloc(32, 1))),
      ],
    ],
    ['no value of content-type', () => [sequence(objectIdentifier('1.2.840.113549.1.9.3'), setOf()), digest()]],
    [
      'another attribute twice',
      () => [contentTypeAttribute(), digest(), attribute('1.2.3', nullValue()), attribute('1.2.3', nullValue())],
    ],
    ['another content-type', () => [contentTypeAttribute('1.2.840.113549.1.7.2'), digest()]],
  ])('%s', (_, attributes) => {
    expect(outcome(mint({ attributes: attributes() }))).toBe('signed-data-attributes-invalid');
  });

  test('cannot be offered as the content', () => {
    // A signature over attributes verifies over their SET as content: only what the content is can tell.
    const attributes = setOf(contentTypeAttribute(), messageDigestAttribute(CONTENT));
    const replayed = mint({ content: attributes, withAttributes: false });
    expect(outcome(replayed, attributes)).toBe('signed-data-attributes-invalid');
    expect(outcome(mint({ content: setOf(nullValue()), withAttributes: false }), setOf(nullValue()))).toBe('ok');
  });
});

describe('only DER is read', () => {
  test.each<[string, (der: Buffer) => Buffer]>([
    ['an octet too many', der => Buffer.concat([der, Buffer.from([0])])],
    ['indefinite length', der => Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(4), Buffer.from([0, 0])])],
    ['cut short', der => der.subarray(0, -1)],
    [
      'another content type',
      () => sequence(objectIdentifier('1.2.840.113549.1.7.1'), element(0xa0, octetString(CONTENT))),
    ],
  ])('%s', (_, change) => {
    expect(outcome(change(mint({})))).toBe('signed-data-malformed');
  });

  test('more certificates than a chain has', () => {
    expect(outcome(mint({ certificates: Array.from({ length: 33 }, () => stranger.der) }))).toBe(
      'signed-data-malformed',
    );
  });
});

test('openssl agrees on good and forged messages', async () => {
  const good = mint({});
  const forged = mint({ attachedContent: OTHER });
  for (const [cms, code, expected] of [
    [good, 0, 'ok'],
    [forged, 4, 'signed-data-content-mismatch'],
  ] as const) {
    const args = ['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', '{cms}'];
    const { exitCode } = await openssl(args, { cms });
    expect(exitCode).toBe(code);
    expect(outcome(cms)).toBe(expected);
  }
});
