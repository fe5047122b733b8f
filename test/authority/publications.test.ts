import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, type Authority } from './authority.ts';
import { encodeCertificateBundle } from './certificate-bundle.ts';
import { revoke } from './certificate-authority.ts';
import { issueCrl, type RevokedEntry } from './crl.ts';
import { openssl } from './openssl.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority({ origin: 'http://127.0.0.1:8089' });
  const moica = authority.cas['moica-g2'];
  revoke(moica, 'AB00000000000000000000000000CD01', { at: new Date('2026-05-01T01:02:03Z'), reason: 'keyCompromise' });
  revoke(moica, '01', { at: new Date('2026-05-02T00:00:00Z'), reason: 'certificateHold' });
  revoke(moica, '02', { at: new Date('2026-05-03T00:00:00Z') });
});

const thisUpdate = new Date('2026-06-01T08:30:00Z');

async function crlText(crl: Buffer): Promise<string> {
  const run = await openssl(['crl', '-inform', 'DER', '-in', '{c.crl}', '-noout', '-text'], { 'c.crl': crl });
  expect(run.exitCode).toBe(0);
  return run.output.replace(/\s+/g, ' ');
}

async function crlSignatureVerdict(crl: Buffer, issuerPem: string): Promise<string> {
  const args = ['crl', '-inform', 'DER', '-in', '{c.crl}', '-noout', '-CAfile', '{ca.pem}'];
  return (await openssl(args, { 'c.crl': crl, 'ca.pem': issuerPem })).output.trim();
}

describe('CRLs (RFC 5280 §5), read by openssl', () => {
  it('a complete CRL: version 2, entries with reasons, number, key identifier, no scope', async () => {
    const text = await crlText(issueCrl(authority.cas['moica-g2'], { thisUpdate }));
    expect(text).toContain('Version 2 (0x1)');
    expect(text).toContain('Last Update: Jun 1 08:30:00 2026 GMT Next Update: Jun 2 20:30:00 2026 GMT');
    expect(text).toContain('X509v3 CRL Number: 2026060108');
    expect(text).toContain('Serial Number: AB00000000000000000000000000CD01 Revocation Date: May 1 01:02:03 2026 GMT');
    expect(text).toMatch(/Key Compromise.*Certificate Hold/);
    expect(text).toMatch(/Serial Number: 02 Revocation Date: May 3 00:00:00 2026 GMT Signature/);
    expect(text).not.toContain('Issuing Distribution Point');
  });

  it('a partition CRL names its address in a critical issuingDistributionPoint (§5.2.5)', async () => {
    const { address } = authority.cas['moica-g2'].publication.crls[0]!;
    const text = await crlText(issueCrl(authority.cas['moica-g2'], { thisUpdate, address }));
    expect(text).toContain(`Issuing Distribution Point: critical Full Name: URI:${address}`);
  });

  it('with nothing revoked, revokedCertificates is absent (§5.1.2.6)', async () => {
    const crl = issueCrl(authority.cas['moica-g3'], { thisUpdate });
    expect(await crlText(crl)).toContain('No Revoked Certificates');
    const { output } = await openssl(['asn1parse', '-inform', 'DER', '-in', '{c.crl}'], { 'c.crl': crl });
    expect(output).not.toMatch(/l= +0 cons: SEQUENCE/);
  });

  it('verifies with the key of its own generation only', async () => {
    const crl = issueCrl(authority.cas['moica-g2'], { thisUpdate });
    const wrongKey = issueCrl(authority.cas['moica-g2'], {
      thisUpdate,
      change: template => ({ ...template, signingKey: authority.cas['moica-g3'].keyPair }),
    });
    const { pem } = authority.cas['moica-g2'].certificate;
    expect(await crlSignatureVerdict(crl, pem)).toBe('verify OK');
    expect(await crlSignatureVerdict(wrongKey, pem)).toBe('verify failure');
  });

  it('defects: no nextUpdate, unknown critical extensions of the list and of an entry', async () => {
    const unknown = { oid: '1.2.3.4', critical: true, value: Buffer.from([5, 0]) };
    const text = await crlText(
      issueCrl(authority.cas['moica-g2'], {
        thisUpdate,
        nextUpdate: null,
        entries: [{ serialNumber: '05', revokedAt: thisUpdate, extensions: [unknown] }],
        change: template => ({ ...template, extensions: [...template.extensions, unknown] }),
      }),
    );
    expect(text).toContain('Next Update: NONE');
    expect(text.match(/1\.2\.3\.4: critical/g)).toHaveLength(2);
  });

  it('120,000 entries: all are there, the signature holds', async () => {
    const entries = function* (): Generator<RevokedEntry> {
      for (let n = 0; n < 120_000; n++) {
        yield { serialNumber: (0x10_0000 + n).toString(16).padStart(32, 'C'), revokedAt: thisUpdate };
      }
    };
    const crl = issueCrl(authority.cas['moica-g2'], { thisUpdate, entries: entries() });
    expect(await crlSignatureVerdict(crl, authority.cas['moica-g2'].certificate.pem)).toBe('verify OK');
    expect((await crlText(crl)).match(/Serial Number/g)).toHaveLength(120_000);
  });
});

describe('certificate bundle (certs-only SignedData, RFC 5280 §4.2.2.1)', () => {
  it('holds exactly the given certificates', async () => {
    const two = [authority.cas['moica-g2'].certificate, authority.cas['moeaca-g2'].certificate];
    const args = ['pkcs7', '-inform', 'DER', '-in', '{b.p7b}', '-print_certs'];
    const run = await openssl(args, { 'b.p7b': encodeCertificateBundle(two) });
    const found = run.output.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g);
    expect(found?.toSorted()).toEqual(two.map(({ pem }) => pem).toSorted());
  });
});
