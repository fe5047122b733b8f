import { beforeAll, describe, expect, it } from 'vitest';
import { chainOf, createAuthority, type Authority, type AuthorityId } from './authority.ts';
import { reinstate, revoke } from './certificate-authority.ts';
import { withExtension, withoutExtension, type Certificate } from './certificate.ts';
import { issueBusinessCertificate, issueCitizenCertificate, type Issuance } from './end-entity.ts';
import { basicConstraints, EXTENSION_OIDS } from './extensions.ts';
import { issueCrl } from './crl.ts';
import { generateEcKeyPair, generateRsaKeyPair } from './key-pair.ts';
import { openssl } from './openssl.ts';

const ORIGIN = 'http://127.0.0.1:8089';
const HOLDER = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority({ origin: ORIGIN });
});

async function textOf(certificate: Certificate): Promise<string> {
  const run = await openssl(['x509', '-in', '{c.pem}', '-noout', '-text', '-nameopt', 'utf8'], {
    'c.pem': certificate.pem,
  });
  expect(run.exitCode).toBe(0);
  return run.output.replace(/\s+/g, ' ');
}

describe('CA certificates have the names, terms and extensions of the real ones', () => {
  const rows: [AuthorityId, string[]][] = [
    [
      'grca-g1',
      ['Subject: C=TW, O=Government Root Certification Authority', 'sha1With', 'X509v3 Basic Constraints: CA:TRUE'],
    ],
    [
      'grca-g2',
      [
        'Issuer: C=TW, O=Government Root Certification Authority',
        'Basic Constraints: critical CA:TRUE',
        'Key Usage: critical Certificate Sign, CRL Sign',
        'Not After : Dec 31 15:59:59 2037 GMT',
      ],
    ],
    [
      'grca-g3',
      [
        'Subject: C=TW, O=行政院, CN=Government Root Certification Authority - G3',
        'Key Usage: critical Digital Signature, Certificate Sign, CRL Sign',
      ],
    ],
    [
      'moica-g1',
      ['Subject: C=TW, O=行政院, OU=內政部憑證管理中心', 'sha1With', 'Not After : Apr 21 09:12:51 2023 GMT'],
    ],
    [
      'moica-g2',
      [
        'Issuer: C=TW, O=Government Root Certification Authority',
        'Subject: C=TW, O=行政院, OU=內政部憑證管理中心',
        'CA:TRUE, pathlen:0',
        'Policy: 2.16.886.101.0.3.3',
        'Key Usage: critical Certificate Sign, CRL Sign',
        `URI:${ORIGIN}/repository/CRL2/CA.crl`,
      ],
    ],
    [
      'moica-g3',
      [
        'Issuer: C=TW, O=行政院, CN=Government Root Certification Authority - G3',
        'Subject: C=TW, O=行政院, OU=內政部憑證管理中心',
        'Digital Signature, Certificate Sign, CRL Sign',
        `OCSP - URI:${ORIGIN}/OCSP`,
      ],
    ],
    ['moeaca-g2', ['Subject: C=TW, O=行政院, OU=工商憑證管理中心']],
    ['gca-g2', ['Subject: C=TW, O=行政院, OU=政府憑證管理中心']],
  ];
  it.each(rows)('%s', async (id, facts) => {
    const text = await textOf(authority.cas[id].certificate);
    for (const fact of facts) expect(text).toContain(fact);
  });

  it('the first root has no keyUsage, the second CA generation no OCSP address', async () => {
    expect(await textOf(authority.cas['grca-g1'].certificate)).not.toContain('Key Usage');
    expect(await textOf(authority.cas['moica-g2'].certificate)).not.toContain('OCSP');
  });

  it.each([
    ['moica-g1', 'moica-g2'],
    ['moica-g2', 'moica-g3'],
    ['grca-g1', 'grca-g2'],
  ] as const)('%s and %s have one name, byte for byte, and different keys', (one, other) => {
    const [a, b] = [authority.cas[one], authority.cas[other]];
    expect(a.certificate.subject.equals(b.certificate.subject)).toBe(true);
    expect(a.keyPair.keyIdentifier.equals(b.keyPair.keyIdentifier)).toBe(false);
  });
});

describe('citizen certificates (moica profile)', () => {
  it('names the holder with country, name and 16 digits, in these string types', async () => {
    const { certificate } = await issueCitizenCertificate(authority.cas['moica-g2'], HOLDER, 'sign');
    const { output } = await openssl(['asn1parse', '-in', '{c.pem}'], { 'c.pem': certificate.pem });
    const strings = output.split('\n').filter(line => /STRING +:/.test(line) && !line.includes('BIT'));
    const named = strings.map(line => line.replace(/^.*prim: (\w+) *:/, '$1 '));
    expect(named.slice(3, 6)).toEqual([
      'PRINTABLESTRING TW',
      'UTF8STRING 示範王小明',
      'PRINTABLESTRING 0000000123456789',
    ]);
    expect(await textOf(certificate)).toContain(
      'Subject: C=TW, CN=示範王小明, serialNumber=0000000123456789 Subject Public',
    );
  });

  it.each([
    ['sign', 'Key Usage: critical Digital Signature X509v3'],
    ['encrypt', 'Key Usage: critical Key Encipherment, Data Encipherment X509v3'],
  ] as const)('%s certificate: %s', async (purpose, usage) => {
    const { certificate } = await issueCitizenCertificate(authority.cas['moica-g2'], HOLDER, purpose);
    const text = await textOf(certificate);
    expect(text).toContain(usage);
    expect(text).toContain('Policy: 2.16.886.101.0.3.3');
    expect(text).toMatch(/Not After : \w+ +\d+ 15:59:59 2030 GMT/);
    expect(text).toMatch(/MOICA-10-31\.crl Full Name: URI:\S+MOICA-complete\.crl/);
    expect(text).toMatch(/CA Issuers - URI:\S+IssuedToThisCA\.p7b OCSP - URI:\S+\/OCSP/);
    expect(text).not.toMatch(/Basic Constraints|Extended Key Usage|Alternative Name/);
  });

  it('says in SubjectDirectoryAttributes: a citizen, and the last four of the ID as UTF8String', async () => {
    const { certificate } = await issueCitizenCertificate(authority.cas['moica-g3'], HOLDER, 'sign');
    const { output } = await openssl(['asn1parse', '-in', '{c.pem}'], { 'c.pem': certificate.pem });
    const value = /Subject Directory Attributes[\s\S]*?HEX DUMP\]:([0-9A-F]+)/.exec(output)?.[1] ?? '';
    const inner = await openssl(['asn1parse', '-inform', 'DER', '-in', '{v.der}'], {
      'v.der': Buffer.from(value, 'hex'),
    });
    const leaves = Array.from(inner.output.matchAll(/prim: (\w+) *:(.*)/g), ([, type, text]) => `${type!} ${text!}`);
    expect(leaves).toEqual([
      'OBJECT 2.16.886.1.100.2.1',
      'OBJECT 2.16.886.1.100.3.1.1',
      'OBJECT 2.16.886.1.100.2.51',
      'UTF8STRING 6789',
    ]);
  });

  it('serial numbers are positive, 16 octets, and never the same', async () => {
    const issued = await Promise.all(
      Array.from({ length: 8 }, () => issueCitizenCertificate(authority.cas['moica-g2'], HOLDER, 'sign')),
    );
    const serials = issued.map(({ certificate }) => certificate.serialNumber);
    for (const serial of serials) expect(serial).toMatch(/^(?!00)[0-9A-F]{32}$/);
    expect(new Set(serials).size).toBe(8);
  });

  it('a business certificate names an organisation and its number, no person', async () => {
    const { certificate } = await issueBusinessCertificate(
      authority.cas['moeaca-g2'],
      { name: '示範股份有限公司', identifier: '00000000' },
      'sign',
    );
    const text = await textOf(certificate);
    expect(text).toContain('Subject: C=TW, O=示範股份有限公司 Subject Public');
    expect(text).toContain('Issuer: C=TW, O=行政院, OU=工商憑證管理中心');
  });
});

describe('paths, judged by openssl verify -crl_check', () => {
  const at = (instant: string): string => String(Date.parse(instant) / 1000);
  const verify = async (
    id: AuthorityId,
    leaf: Certificate,
    { attime = '2026-06-01T00:00:00Z', extra = [] as string[] } = {},
  ): Promise<string> => {
    const all = Object.values(authority.cas).map(({ certificate }) => certificate.pem);
    const crl = issueCrl(authority.cas[id], { thisUpdate: new Date('2026-05-31T23:00:00Z') });
    const pem = await openssl(['crl', '-inform', 'DER', '-in', '{c.crl}'], { 'c.crl': crl });
    const root = chainOf(authority, id).at(-1)!.certificate.pem;
    const files = { 'root.pem': root, 'cas.pem': all.join(''), 'crl.pem': pem.output, 'leaf.pem': leaf.pem };
    const args = ['-crl_check', '-attime', at(attime), '-CAfile', '{root.pem}', '-untrusted', '{cas.pem}'];
    const run = await openssl(['verify', ...args, ...extra, '-CRLfile', '{crl.pem}', '{leaf.pem}'], files);
    return run.exitCode === 0 ? 'OK' : run.output;
  };
  const moica = (): Authority['cas']['moica-g2'] => authority.cas['moica-g2'];
  const leaf = async (id: AuthorityId, issuance?: Issuance): Promise<Certificate> =>
    (await issueCitizenCertificate(authority.cas[id], HOLDER, 'sign', issuance)).certificate;

  it.each(['moica-g2', 'moica-g3'] as const)('%s: accepted, with all generations of the name at hand', async id => {
    expect(await verify(id, await leaf(id))).toBe('OK');
  });

  it('signed with the key of another generation of the same name: refused', async () => {
    const forged = await leaf('moica-g2', {
      change: template => ({ ...template, signingKey: authority.cas['moica-g3'].keyPair }),
    });
    expect(await verify('moica-g2', forged)).toMatch(/signature failure/);
  });

  it('expired, and not yet valid: refused', async () => {
    const certificate = await leaf('moica-g2', {
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2026-05-31T15:59:59Z'),
    });
    expect(await verify('moica-g2', certificate)).toContain('certificate has expired');
    expect(await verify('moica-g2', certificate, { attime: '2025-12-31T23:59:59Z' })).toContain('not yet valid');
  });

  it('an unknown critical extension: refused; the same, not critical: accepted', async () => {
    const unknown = { oid: '1.2.3.4', value: Buffer.from([5, 0]) };
    const critical = await leaf('moica-g2', { change: t => withExtension(t, { ...unknown, critical: true }) });
    const harmless = await leaf('moica-g2', { change: t => withExtension(t, { ...unknown, critical: false }) });
    expect(await verify('moica-g2', critical)).toContain('unhandled critical extension');
    expect(await verify('moica-g2', harmless)).toBe('OK');
  });

  it('defects are really in the certificate', async () => {
    const withKey = async (issuance: Issuance): Promise<string> => textOf(await leaf('moica-g2', issuance));
    expect(await withKey({ keyPair: await generateRsaKeyPair(1024) })).toContain('Public-Key: (1024 bit)');
    expect(await withKey({ keyPair: await generateEcKeyPair() })).toContain('NIST CURVE: P-256');
    expect(await withKey({ digest: 'sha1' })).toContain('sha1WithRSAEncryption');
    expect(await withKey({ policies: ['2.16.886.101.0.3.0'] })).toContain('Policy: 2.16.886.101.0.3.0');
    expect(await withKey({ keyUsage: ['nonRepudiation'] })).toContain('Key Usage: critical Non Repudiation X509v3');
    expect(await withKey({ change: t => withExtension(t, basicConstraints({ ca: true })) })).toContain('CA:TRUE');
    const aki = EXTENSION_OIDS.authorityKeyIdentifier;
    expect(await withKey({ change: t => withoutExtension(t, aki) })).not.toContain('Authority Key Identifier');
    const twice = await withKey({ change: t => ({ ...t, extensions: [...t.extensions, t.extensions[2]!] }) });
    expect(twice.match(/X509v3 Key Usage/g)).toHaveLength(2);
    const noExtensions = await withKey({ change: t => ({ ...t, extensions: [] }) });
    expect(noExtensions).toContain('Version: 1');
  });

  it('revoked: refused; reinstated: accepted again', async () => {
    const certificate = await leaf('moica-g2');
    revoke(moica(), certificate.serialNumber, { at: new Date('2026-05-01T00:00:00Z'), reason: 'certificateHold' });
    expect(await verify('moica-g2', certificate)).toContain('certificate revoked');
    reinstate(moica(), certificate.serialNumber);
    expect(await verify('moica-g2', certificate)).toBe('OK');
  });

  it('the delegated OCSP responder is a path of its own, for OCSP signing only', async () => {
    const { responder } = moica();
    const text = await textOf(responder.certificate);
    expect(text).toContain('Extended Key Usage: OCSP Signing OCSP No Check');
    expect(await verify('moica-g2', responder.certificate, { extra: ['-purpose', 'ocsphelper'] })).toBe('OK');
    expect(await verify('moica-g2', responder.certificate, { extra: ['-purpose', 'sslserver'] })).toContain('purpose');
  });
});
