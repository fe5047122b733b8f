import { randomBytes, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { integer, sequence, tagged, time } from './der.ts';
import { encodeExtension, type Extension } from './extensions.ts';
import { signatureAlgorithm, signedFrame, type Digest, type KeyPair } from './key-pair.ts';

/** Everything that goes into a certificate; nothing is filled in or corrected when it is signed. */
export interface CertificateTemplate {
  /** Upper-case hexadecimal of the positive number, as `X509Certificate.serialNumber` prints it. */
  readonly serialNumber: string;
  readonly digest: Digest;
  /** DER Name. */
  readonly issuer: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER Name. */
  readonly subject: Buffer;
  readonly subjectPublicKeyInfo: Buffer;
  readonly extensions: readonly Extension[];
  readonly signingKey: KeyPair;
}

/** A signed certificate, with the two facts that CRLs, OCSP and PKCS#12 ask of it. */
export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly serialNumber: string;
  readonly subject: Buffer;
}

/** A certificate with its private key. */
export interface IssuedCertificate {
  readonly certificate: Certificate;
  readonly keyPair: KeyPair;
}

/** Version 3 where there are extensions, version 1 otherwise (RFC 5280 §4.1.2.1). */
export function signCertificate(template: CertificateTemplate): Certificate {
  const { serialNumber, digest, signingKey, extensions, subject } = template;
  const toBeSigned = sequence(
    ...(extensions.length === 0 ? [] : [tagged(0, integer(2))]),
    integer(serialNumber),
    signatureAlgorithm(signingKey, digest),
    template.issuer,
    sequence(time(template.notBefore), time(template.notAfter)),
    subject,
    template.subjectPublicKeyInfo,
    ...(extensions.length === 0 ? [] : [tagged(3, sequence(...extensions.map(encodeExtension)))]),
  );
  return { ...encoded(signedFrame(toBeSigned, signingKey, digest)), serialNumber, subject };
}

function encoded(der: Buffer): { der: Buffer; pem: string } {
  return { der, pem: pemBlock('CERTIFICATE', der) };
}

/** A certificate that was saved as PEM; only for certificates made here. */
export function parseCertificate(pem: string): Certificate {
  const { raw: der, serialNumber } = new X509Certificate(pem);
  const [toBeSigned] = elements(forge.asn1.fromDer(der.toString('binary')));
  const fields = toBeSigned === undefined ? [] : elements(toBeSigned);
  const isVersioned = fields[0]?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC;
  const subject = fields[isVersioned ? 5 : 4];
  if (subject === undefined) throw new Error('The PEM block holds no certificate');
  return { der, pem, serialNumber, subject: Buffer.from(forge.asn1.toDer(subject).getBytes(), 'binary') };
}

function elements(node: forge.asn1.Asn1): readonly forge.asn1.Asn1[] {
  return Array.isArray(node.value) ? node.value : [];
}

/** RFC 7468 text of one DER value. */
function pemBlock(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** 16 random octets without a leading zero octet: the GPKI's form of serial number. */
export function randomSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = bytes[0] === 0 ? 1 : bytes[0]!;
  return bytes.toString('hex').toUpperCase();
}

/** The template with the extension of that OID gone; every one of them if there are several. */
export function withoutExtension(template: CertificateTemplate, oid: string): CertificateTemplate {
  return { ...template, extensions: template.extensions.filter(extension => extension.oid !== oid) };
}

/** The template with its extension of the same OID replaced in place, or with a new one at the end. */
export function withExtension(template: CertificateTemplate, added: Extension): CertificateTemplate {
  const isThere = template.extensions.some(extension => extension.oid === added.oid);
  const extensions = isThere
    ? template.extensions.map(extension => (extension.oid === added.oid ? added : extension))
    : [...template.extensions, added];
  return { ...template, extensions };
}
