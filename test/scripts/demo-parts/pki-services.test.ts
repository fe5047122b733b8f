import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPkiServices, type PkiServices } from '../../../scripts/demo-parts/pki-services.ts';
import { createAuthority, type Authority } from '../../authority/authority.ts';
import type { Certificate } from '../../authority/certificate.ts';
import { issueCitizenCertificate } from '../../authority/end-entity.ts';
import { fileByOpenssl, openssl } from '../../authority/openssl.ts';

const HOLDER = { name: '示範林美玲', serialNumber: '0000000999990000', idLastFour: '0001' };

/** Half an hour back, so that the clock may go on without leaving openssl's behind. */
let clock = new Date(Date.now() - 30 * 60_000);
let authority: Authority;
let services: PkiServices;
let leaf: Certificate;
beforeAll(async () => {
  authority = await createAuthority({ origin: 'http://127.0.0.1:1' });
  leaf = (await issueCitizenCertificate(authority.cas['moica-g2'], HOLDER, 'sign')).certificate;
  services = await startPkiServices({ authority, host: '127.0.0.1', port: 0, now: () => clock });
});
afterAll(() => services.close());

const pathIn = (address: string): string => services.origin + new URL(address).pathname;
const bytesAt = async (url: string): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer());

async function crlTextAt(url: string): Promise<string> {
  const args = ['crl', '-inform', 'DER', '-in', '{c.crl}', '-noout', '-text'];
  return (await openssl(args, { 'c.crl': await bytesAt(url) })).output.replace(/\s+/g, ' ');
}

function numberIn(text: string): number {
  return Number(/CRL Number: (\d+)/.exec(text)?.[1]);
}

/** Asks the responder as a relying party would: openssl over HTTP, verification of the answer included. */
async function ocspVerdict(certificate: Certificate): Promise<string> {
  const files = {
    'root.pem': authority.cas['grca-g2'].certificate.pem,
    'ca.pem': authority.cas['moica-g2'].certificate.pem,
    'leaf.pem': certificate.pem,
  };
  const trust = ['-CAfile', '{root.pem}', '-verify_other', '{ca.pem}'];
  const args = ['ocsp', '-issuer', '{ca.pem}', '-cert', '{leaf.pem}', '-url', services.ocspUrl, ...trust];
  return (await openssl(args, files)).output;
}

describe('what the CAs publish', () => {
  it.each(['moica-g2', 'moica-g3', 'grca-g2', 'grca-g3', 'moeaca-g2'] as const)(
    '%s: its complete CRL, at the address in its certificates, verifies with its key',
    async id => {
      const complete = authority.cas[id].publication.crls.at(-1)!.address;
      expect(services.crlUrls[id]).toBe(pathIn(complete));
      const response = await fetch(services.crlUrls[id]);
      expect(response.headers.get('content-type')).toBe('application/pkix-crl');
      const args = ['crl', '-inform', 'DER', '-in', '{c.crl}', '-noout', '-CAfile', '{ca.pem}'];
      const files = { 'c.crl': Buffer.from(await response.arrayBuffer()), 'ca.pem': authority.cas[id].certificate.pem };
      expect((await openssl(args, files)).output.trim()).toBe('verify OK');
    },
  );

  it('the partition CRL names itself as its scope, with the address of the certificates', async () => {
    const [partition] = authority.cas['moica-g2'].publication.crls;
    expect(await crlTextAt(pathIn(partition!.address))).toContain(`critical Full Name: URI:${partition!.address}`);
  });

  it('CA certificates: one as DER, one as a bundle', async () => {
    const root = authority.cas['grca-g3'];
    expect((await bytesAt(pathIn(root.publication.caIssuers))).equals(root.certificate.der)).toBe(true);
    const moica = authority.cas['moica-g2'];
    const bundle = await bytesAt(pathIn(moica.publication.caIssuers));
    const printed = await openssl(['pkcs7', '-inform', 'DER', '-in', '{b}', '-print_certs'], { b: bundle });
    expect(printed.output).toContain(moica.certificate.pem.trim());
  });

  it('a list is kept for ten minutes, then issued again with a greater number; its ETag saves the transfer', async () => {
    const url = services.crlUrls['moica-g3'];
    const first = await fetch(url);
    const etag = first.headers.get('etag')!;
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const before = numberIn(await crlTextAt(url));
    clock = new Date(clock.getTime() + 11 * 60_000);
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).toBe(200);
    expect(numberIn(await crlTextAt(url))).toBeGreaterThan(before);
  });

  it('anything else is not there, and nothing can be posted to a CRL', async () => {
    expect((await fetch(`${services.origin}/crl/`)).status).toBe(404);
    expect((await fetch(`${services.origin}/`)).status).toBe(404);
    const posted = await fetch(services.crlUrls['moica-g2'], { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(services.crlUrls['moica-g2'], { method: 'HEAD' });
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
  });
});

describe('revocation', () => {
  it('shows in the next CRL and the next OCSP answer, and so does its end', async () => {
    const url = services.crlUrls['moica-g2'];
    const partition = pathIn(authority.cas['moica-g2'].publication.crls[0]!.address);
    expect(await ocspVerdict(leaf)).toMatch(/: good[\s\S]*Response verify OK/);
    const before = await crlTextAt(url);
    expect(before).not.toContain(leaf.serialNumber);

    services.revoke('moica-g2', leaf.serialNumber, 'certificateHold');
    const after = await crlTextAt(url);
    expect(after).toContain(leaf.serialNumber);
    expect(numberIn(after)).toBeGreaterThan(numberIn(before));
    expect(await crlTextAt(partition)).toContain(leaf.serialNumber);
    expect(await ocspVerdict(leaf)).toMatch(/: revoked[\s\S]*certificateHold[\s\S]*Response verify OK/);

    services.reinstate('moica-g2', leaf.serialNumber);
    expect(await crlTextAt(url)).not.toContain(leaf.serialNumber);
    expect(await ocspVerdict(leaf)).toContain(': good');
  });
});

describe('OCSP over HTTP (RFC 6960 Appendix A)', () => {
  const request = (): Promise<Buffer> =>
    fileByOpenssl('r.der', ['ocsp', '-issuer', '{ca.pem}', '-cert', '{leaf.pem}', '-reqout', '{r.der}'], {
      'ca.pem': authority.cas['moica-g2'].certificate.pem,
      'leaf.pem': leaf.pem,
    });
  const textOf = async (response: Buffer): Promise<string> =>
    (await openssl(['ocsp', '-respin', '{r.der}', '-resp_text', '-noverify'], { 'r.der': response })).output;

  it('by GET: base64 in the path, percent-encoded or not', async () => {
    const base64 = (await request()).toString('base64');
    const encoded = await bytesAt(`${services.ocspUrl}/${encodeURIComponent(base64)}`);
    expect(await textOf(encoded)).toContain('Cert Status: good');
    expect(await textOf(await bytesAt(`${services.ocspUrl}/${base64}`))).toContain('Cert Status: good');
  });

  it.each(['', 'AAAA', '%%%', '%ZZ'])('GET of %j is answered with malformedRequest', async path => {
    const response = await fetch(`${services.ocspUrl}/${path}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/ocsp-response']);
    expect(await textOf(Buffer.from(await response.arrayBuffer()))).toContain('malformedrequest (1)');
  });

  it('a request over the limit is cut off, and the responder goes on', async () => {
    const tooLong = fetch(services.ocspUrl, { method: 'POST', body: Buffer.alloc(70_000) });
    await expect(tooLong).rejects.toThrow();
    expect((await fetch(services.ocspUrl, { method: 'PUT', body: 'x' })).status).toBe(405);
    expect(await ocspVerdict(leaf)).toContain(': good');
  });
});

describe('the port', () => {
  it('a busy one is said so', async () => {
    const port = Number(new URL(services.origin).port);
    await expect(startPkiServices({ authority, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
