import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, type Authority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { withoutExtension } from './certificate.ts';
import { revoke } from './certificate-authority.ts';
import { issueCitizenCertificate } from './end-entity.ts';
import { EXTENSION_OIDS } from './extensions.ts';
import { parseOcspRequest } from './ocsp-request.ts';
import { issueOcspResponder } from './ocsp-responder.ts';
import { answerOcspRequest, certIdOf, ocspError, signOcspResponse } from './ocsp-response.ts';
import { fileByOpenssl, openssl } from './openssl.ts';

const HOLDER = { name: '示範林美玲', serialNumber: '1234567890123456', idLastFour: '0001' };

let authority: Authority;
let good: Certificate;
let revoked: Certificate;
beforeAll(async () => {
  authority = await createAuthority({ origin: 'http://127.0.0.1:8089' });
  const moica = authority.cas['moica-g2'];
  good = (await issueCitizenCertificate(moica, HOLDER, 'sign')).certificate;
  revoked = (await issueCitizenCertificate(moica, HOLDER, 'sign')).certificate;
  revoke(moica, revoked.serialNumber, { at: new Date('2026-05-01T00:00:00Z'), reason: 'affiliationChanged' });
});

/** A request as openssl writes it. */
async function requestBy(
  subject: { certificate: Certificate } | { serial: string },
  hash: 'sha1' | 'sha256' = 'sha1',
): Promise<Buffer> {
  const issuer = authority.cas['moica-g2'].certificate.pem;
  const about = 'serial' in subject ? ['-serial', `0x${subject.serial}`] : ['-cert', '{leaf.pem}'];
  const leaf = 'serial' in subject ? issuer : subject.certificate.pem;
  const args = ['ocsp', `-${hash}`, '-issuer', '{ca.pem}', ...about, '-reqout', '{request.der}'];
  return fileByOpenssl('request.der', args, { 'ca.pem': issuer, 'leaf.pem': leaf });
}

/** What `openssl ocsp` says about a response. */
async function verdictOn(
  response: Buffer,
  certificate: Certificate,
  request?: Buffer,
  hash: 'sha1' | 'sha256' = 'sha1',
): Promise<string> {
  const { cas } = authority;
  const files = {
    'root.pem': cas['grca-g2'].certificate.pem,
    'ca.pem': cas['moica-g2'].certificate.pem,
    'leaf.pem': certificate.pem,
    'response.der': response,
    ...(request === undefined ? {} : { 'request.der': request }),
  };
  const asked = request === undefined ? [`-${hash}`, '-no_nonce', '-cert', '{leaf.pem}'] : ['-reqin', '{request.der}'];
  const args = ['-issuer', '{ca.pem}', ...asked, '-respin', '{response.der}', '-CAfile', '{root.pem}'];
  const run = await openssl(['ocsp', ...args, '-verify_other', '{ca.pem}'], files);
  return run.output;
}

const now = new Date();
const parsed = (der: Buffer) => parseOcspRequest(der)!;

describe('OCSP responses (RFC 6960), judged by openssl ocsp', () => {
  it.each([
    ['sha1', 'responder'],
    ['sha256', 'responder'],
    ['sha1', 'authority'],
  ] as const)('%s CertID, signed by the %s: good, nonce echoed', async (hash, signer) => {
    const request = await requestBy({ certificate: good }, hash);
    const response = answerOcspRequest(parsed(request), Object.values(authority.cas), { now, signer });
    expect(await verdictOn(response, good, request)).toBe('Response verify OK\n');
    expect(await verdictOn(response, good, undefined, hash)).toContain(': good\n');
  });

  it('revoked, with time and reason', async () => {
    const request = await requestBy({ certificate: revoked });
    const verdict = await verdictOn(answerOcspRequest(parsed(request), [authority.cas['moica-g2']], { now }), revoked);
    expect(verdict).toContain('Response verify OK');
    expect(verdict).toContain(': revoked');
    expect(verdict).toContain('Reason: affiliationChanged');
    expect(verdict).toContain('Revocation Time: May  1 00:00:00 2026 GMT');
  });

  it('unknown for a number that was never issued (§2.2)', async () => {
    const request = await requestBy({ serial: '7777' });
    const verdict = await responseText(answerOcspRequest(parsed(request), [authority.cas['moica-g2']], { now }));
    expect(verdict).toContain('Cert Status: unknown');
  });

  it('unauthorized where the issuer is none of ours, though it has the same name', async () => {
    const request = await requestBy({ certificate: good });
    const response = answerOcspRequest(parsed(request), [authority.cas['moica-g3']], { now });
    expect(response.equals(ocspError('unauthorized'))).toBe(true);
    expect(await responseText(response)).toContain('Responder Error: unauthorized (6)');
  });

  it("a wrong nonce, and another key under the responder's name: openssl refuses", async () => {
    const request = await requestBy({ certificate: good });
    const cas = [authority.cas['moica-g2']];
    const stale = answerOcspRequest({ ...parsed(request), nonce: Buffer.from('0401aa', 'hex') }, cas, { now });
    expect(await verdictOn(stale, good, request)).toContain('Nonce Verify error');
    const forged = answerOcspRequest(parsed(request), cas, {
      now,
      change: template => ({ ...template, signingKey: authority.cas['moica-g3'].keyPair }),
    });
    expect(await verdictOn(forged, good)).toContain('Response Verify Failure');
  });

  it('a responder without id-kp-OCSPSigning may not speak for the CA (§4.2.2.2)', async () => {
    const request = await requestBy({ certificate: good });
    const moica = authority.cas['moica-g2'];
    const responder = await issueOcspResponder(moica, template =>
      withoutExtension(template, EXTENSION_OIDS.extendedKeyUsage),
    );
    const response = answerOcspRequest(parsed(request), [{ ...moica, responder }], { now });
    expect(await verdictOn(response, good)).toContain('Response Verify Failure');
  });

  it('responder by name, no nextUpdate: read as such', async () => {
    const moica = authority.cas['moica-g2'];
    const response = signOcspResponse({
      responderId: { byName: moica.certificate.subject },
      producedAt: now,
      responses: [
        {
          certId: certIdOf(moica, good.serialNumber, 'sha256'),
          status: { status: 'good' },
          thisUpdate: now,
          nextUpdate: null,
        },
      ],
      extensions: [],
      digest: 'sha256',
      signingKey: moica.keyPair,
      certificates: [],
    });
    const text = await responseText(response);
    expect(text).toContain('Hash Algorithm: sha256');
    expect(text).toContain('Responder Id: C = TW');
    expect(text).not.toContain('Next Update');
    expect(await verdictOn(response, good)).toContain('Response verify OK');
  });
});

describe('OCSP requests', () => {
  it("reads every CertID and the nonce of openssl's request", async () => {
    const request = parsed(await requestBy({ certificate: good }, 'sha256'));
    expect(request.certIds.map(({ serialNumber }) => serialNumber)).toEqual([good.serialNumber]);
    expect(request.certIds[0]!.hashAlgorithm).toBe('2.16.840.1.101.3.4.2.1');
    expect(request.certIds[0]!.der.equals(certIdOf(authority.cas['moica-g2'], good.serialNumber, 'sha256'))).toBe(true);
    expect(request.nonce?.[0]).toBe(0x04);
  });

  it.each([
    ['nothing', ''],
    ['text', Buffer.from('GET / HTTP/1.1').toString('hex')],
    ['an empty sequence', '3000'],
    ['a request without CertIDs', '300430023000'],
    ['a CertID that is an integer', '30083006300430020500'],
    ['a cut request', '3082ffff30'],
  ])('%s is no request', (_, hex) => {
    expect(parseOcspRequest(Buffer.from(hex, 'hex'))).toBeNull();
  });
});

async function responseText(response: Buffer): Promise<string> {
  const args = ['ocsp', '-respin', '{response.der}', '-resp_text', '-noverify'];
  return (await openssl(args, { 'response.der': response })).output;
}
