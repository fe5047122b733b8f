import { sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuthorityId } from '../authority/authority.ts';
import { withoutExtension, type CertificateTemplate } from '../authority/certificate.ts';
import { reinstate, revoke } from '../authority/certificate-authority.ts';
import { issueCitizenCertificate } from '../authority/end-entity.ts';
import { generateRsaKeyPair } from '../authority/key-pair.ts';
import { fileByOpenssl } from '../authority/openssl.ts';
import type { Card } from '../authority/soft-card.ts';
import { judgeCitizenCertificate, type CardProof } from '../../src/pki/card-proof.ts';
import { holder, pkcs1, prepareLogin, TBS, type CardLogin } from './support/card-login.ts';
import { mintSignedData } from './support/cms-mint.ts';
import { currentCrls, foundGovernment, type Government } from './support/government.ts';
import { TIME } from './support/mint.ts';
import { codeOf } from './support/path-question.ts';

let login: CardLogin;
let government: Government;
let card: Required<Card>;
beforeAll(async () => {
  login = await prepareLogin();
  ({ government, card } = login);
});

const judge: CardLogin['judge'] = (...question) => login.judge(...question);
const issue: CardLogin['issue'] = (...issuance) => login.issue(...issuance);

describe('a citizen card logs in', () => {
  test('and the verdict names its holder', () => {
    const verdict = judge(pkcs1(card.sign));
    if (!verdict.ok) throw new Error(verdict.failure.code);
    const { cardHolder } = verdict;
    const moica = government.trustStore.intermediates[0];
    expect(cardHolder.name).toBe('示範王小明');
    expect(cardHolder.subjectSerialNumber).toBe('0000000123456789');
    expect(cardHolder.subjectSerialNumberHex).toBe(Buffer.from('0000000123456789').toString('hex'));
    expect(cardHolder.idLastFour).toBe('6789');
    expect(cardHolder.issuerKeyIdentifier).toBe(moica?.subjectKeyIdentifierHex);
    expect(Buffer.from(cardHolder.certificateDer)).toEqual(card.sign.certificate.der);
    expect(cardHolder.certificateSerialNumber.replace(/^00/, '').toUpperCase()).toBe(
      card.sign.certificate.serialNumber,
    );
    expect(cardHolder.spkiSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(cardHolder.certificateSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(cardHolder.notBefore).toEqual(new Date('2025-01-01T00:00:00Z'));
    expect(cardHolder.notAfter).toEqual(new Date('2030-01-01T15:59:59Z'));
    expect(verdict.usedGrace).toBe(false);
  });

  test('of the third generation, and without the last four characters', async () => {
    const change = (template: CertificateTemplate) => withoutExtension(template, '2.5.29.9');
    const verdict = judge(pkcs1(await issue({ change }, 'moica-g3')));
    expect(verdict.ok && verdict.cardHolder.idLastFour).toBeUndefined();
    expect(verdict.ok).toBe(true);
  });

  test('whose name is composed differently', async () => {
    const issued = await issueCitizenCertificate(
      government.authority.cas['moica-g2'],
      { ...holder, name: 'Rene\u0301' },
      'sign',
    );
    const verdict = judge(pkcs1(issued));
    expect(verdict.ok && verdict.cardHolder.name).toBe('Ren\u00e9');
  });

  test.each([
    ['attached', { attached: true }],
    ['detached', { attached: false }],
    ['attached, without signed attributes', { attached: true, withAttributes: false }],
    ['detached, without signed attributes', { attached: false, withAttributes: false }],
  ])('with SignedData, %s', (_, minting) => {
    const { certificate, keyPair } = card.sign;
    const signedData = mintSignedData({ content: TBS, certificate: certificate.der, keyPair, ...minting });
    expect(codeOf(judge({ kind: 'cms', signedData }))).toBe('ok');
  });

  test.each([
    ['attached', ['-nodetach']],
    ['detached', []],
    ['without attributes', ['-noattr']],
    ['identified by the key', ['-keyid']],
    ['with SHA-512', ['-md', 'sha512']],
    [
      'with PSS',
      ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest', '-keyopt', 'rsa_mgf1_md:sha256'],
    ],
  ])('with SignedData made by openssl, %s', async (_, options) => {
    const { certificate, keyPair } = card.sign;
    const key = keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const args = [
      'cms',
      '-sign',
      '-binary',
      '-outform',
      'DER',
      '-in',
      '{tbs}',
      '-signer',
      '{cert}',
      '-inkey',
      '{key}',
      '-out',
      '{cms}',
    ];
    const signedData = await fileByOpenssl('cms', [...args, ...options], { tbs: TBS, cert: certificate.pem, key });
    expect(codeOf(judge({ kind: 'cms', signedData }))).toBe('ok');
    expect(codeOf(judge({ kind: 'cms', signedData }, { tbs: Buffer.from('another challenge') }))).toBe(
      options.includes('-noattr') && !options.includes('-nodetach')
        ? 'signature-invalid'
        : 'signed-data-content-mismatch',
    );
  });
});

describe('the signature is by this card over this challenge', () => {
  test('another challenge', () => {
    expect(codeOf(judge(pkcs1(card.sign), { tbs: Buffer.from(`${TBS.toString()}x`) }))).toBe('signature-invalid');
  });

  test("another card's signature", async () => {
    const other = await issue({ keyPair: await generateRsaKeyPair() });
    const proof = { ...pkcs1(other), certificate: card.sign.certificate.der } as CardProof;
    expect(codeOf(judge(proof))).toBe('signature-invalid');
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['zero', Buffer.alloc(256)],
    ['one octet short', Buffer.alloc(255, 1)],
  ])('%s', (_, signature) => {
    expect(codeOf(judge({ kind: 'pkcs1', signature, certificate: card.sign.certificate.der }))).toBe(
      'signature-invalid',
    );
  });

  test('a SHA-1 or SHA-512 signature is not what was asked for', () => {
    for (const digest of ['sha1', 'sha512']) {
      const signature = sign(digest, TBS, card.sign.keyPair.privateKey);
      expect(codeOf(judge({ kind: 'pkcs1', signature, certificate: card.sign.certificate.der }))).toBe(
        'signature-invalid',
      );
    }
  });
});

describe('the path ends in a pinned anchor (RFC 5280 6.1)', () => {
  test('a stranger with the same CA name', async () => {
    const stranger = await foundGovernment();
    const issued = await issueCitizenCertificate(stranger.authority.cas['moica-g2'], holder, 'sign');
    expect(codeOf(judge(pkcs1(issued)))).toBe('no-path-to-anchor');
  });

  test('the first generation is not pinned', async () => {
    expect(codeOf(judge(pkcs1(await issue({}, 'moica-g1'))))).toBe('no-path-to-anchor');
  });

  test('forged under the pinned name and key identifier', async () => {
    const forger = await generateRsaKeyPair();
    const change = (template: CertificateTemplate) => ({ ...template, signingKey: forger });
    expect(codeOf(judge(pkcs1(await issue({ change }))))).toBe('certificate-signature-invalid');
  });

  test('expired, not yet valid', async () => {
    expect(codeOf(judge(pkcs1(await issue({ notAfter: new Date('2026-05-31T15:59:59Z') }))))).toBe(
      'certificate-expired',
    );
    expect(codeOf(judge(pkcs1(await issue({ notBefore: new Date('2026-06-02T00:00:00Z') }))))).toBe(
      'certificate-not-yet-valid',
    );
  });

  test('after the CA has ended, its certificates have too', () => {
    expect(codeOf(judge(pkcs1(card.sign), { time: new Date('2035-01-01T00:00:00Z') }))).toBe('certificate-expired');
  });
});

describe('revocation', () => {
  test('revoked and suspended cards are refused until the CA lifts it', async () => {
    const moica = government.authority.cas['moica-g2'];
    const issued = await issue({});
    const { serialNumber } = issued.certificate;
    const at = new Date('2026-05-01T00:00:00Z');
    revoke(moica, serialNumber, { at, reason: 'certificateHold' });
    expect(judge(pkcs1(issued), { crls: currentCrls(government) })).toMatchObject({
      failure: { code: 'certificate-revoked', revokedAt: at, reason: 'certificateHold' },
    });
    reinstate(moica, serialNumber);
    expect(codeOf(judge(pkcs1(issued), { crls: currentCrls(government) }))).toBe('ok');
  });

  test.each<[string, readonly AuthorityId[]]>([
    ['no CRL', []],
    ["the root's alone", ['grca-g2']],
    ["the CA's alone", ['moica-g2']],
    ['those of the other generation, of the same name', ['grca-g2', 'grca-g3', 'moica-g3']],
  ])('is unknown and denied with %s', (_, ids) => {
    expect(codeOf(judge(pkcs1(card.sign), { crls: currentCrls(government, ids) }))).toBe(
      'revocation-status-unavailable',
    );
  });

  test('an outdated CRL denies, and grace is said', () => {
    const time = new Date('2026-06-02T10:00:00Z');
    expect(codeOf(judge(pkcs1(card.sign), { time }))).toBe('crl-expired');
    const policy = { require: 'every-certificate', graceMs: 6 * 3_600_000 } as const;
    expect(judge(pkcs1(card.sign), { time, policy })).toMatchObject({ ok: true, usedGrace: true });
  });
});

describe('malformed proofs are failures, never faults', () => {
  test.each<[string, CardProof, string]>([
    [
      'no certificate',
      { kind: 'pkcs1', signature: Buffer.alloc(256), certificate: Buffer.alloc(0) },
      'certificate-malformed',
    ],
    [
      'text',
      { kind: 'pkcs1', signature: Buffer.alloc(256), certificate: Buffer.from('certificate') },
      'certificate-malformed',
    ],
    ['no message', { kind: 'cms', signedData: Buffer.alloc(0) }, 'signed-data-malformed'],
    ['a megabyte of zeros', { kind: 'cms', signedData: Buffer.alloc(1 << 20) }, 'signed-data-malformed'],
  ])('%s', (_, proof, code) => {
    expect(codeOf(judge(proof))).toBe(code);
  });

  test('no octet of a good proof can be changed', () => {
    const { certificate, keyPair } = card.sign;
    const proof = pkcs1(card.sign);
    if (proof.kind !== 'pkcs1') throw new Error('a plain signature');
    const signedData = mintSignedData({ content: TBS, certificate: certificate.der, keyPair, attached: true });
    const changed = (bytes: Uint8Array, at: number, difference: number) => {
      const mutant = Buffer.from(bytes);
      mutant[at % mutant.length] = mutant[at % mutant.length]! ^ difference;
      return mutant;
    };
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('certificate', 'signature', 'tbs', 'cms'),
        (at, difference, part) => {
          const mutate = (bytes: Uint8Array) => changed(bytes, at, difference);
          const changes = part === 'tbs' ? { tbs: mutate(TBS) } : {};
          const message = mutate(signedData);
          const mutant: CardProof =
            part === 'cms'
              ? { kind: 'cms', signedData: message }
              : {
                  ...proof,
                  ...(part === 'certificate'
                    ? { certificate: mutate(proof.certificate) }
                    : part === 'signature'
                      ? { signature: mutate(proof.signature) }
                      : {}),
                };
          const verdict = judge(mutant, changes);
          // Of a message, only what is not signed and not used may differ: version numbers and the list of digests.
          if (part === 'cms' && verdict.ok)
            expect(Buffer.from(verdict.cardHolder.certificateDer)).toEqual(certificate.der);
          else expect(verdict.ok).toBe(false);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

test('a certificate alone is judged by the same steps, but a signature', async () => {
  const { trustStore } = government;
  const criteria = {
    trustStore,
    crls: currentCrls(government),
    time: TIME,
    policy: { require: 'every-certificate', graceMs: 0 } as const,
  };
  expect(codeOf(judgeCitizenCertificate({ ...criteria, certificate: card.sign.certificate.der }))).toBe('ok');
  expect(codeOf(judgeCitizenCertificate({ ...criteria, certificate: card.encrypt.certificate.der }))).toBe(
    'encryption-certificate',
  );
  expect(codeOf(judgeCitizenCertificate({ ...criteria, crls: [], certificate: card.sign.certificate.der }))).toBe(
    'revocation-status-unavailable',
  );
  const foreign = await issue({}, 'moica-g1');
  expect(codeOf(judgeCitizenCertificate({ ...criteria, certificate: foreign.certificate.der }))).toBe(
    'no-path-to-anchor',
  );
});
