import { randomSerialNumber, signCertificate, type IssuedCertificate } from './certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  dnsAltNames,
  extendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from './extensions.ts';
import { generateEcKeyPair } from './key-pair.ts';
import { distinguishedName } from './names.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const DAY_MS = 86_400_000;

/** A root for the demo's HTTPS listeners, of no kinship with the government's CAs. Valid ten years from `now`. */
export async function createTlsAuthority(now: Date): Promise<IssuedCertificate> {
  const keyPair = await generateEcKeyPair();
  const name = distinguishedName({ type: 'commonName', value: 'moica-gateway demo TLS CA' });
  const certificate = signCertificate({
    serialNumber: randomSerialNumber(),
    digest: 'sha256',
    issuer: name,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + 3650 * DAY_MS),
    subject: name,
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [
      basicConstraints({ ca: true, pathLength: 0 }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyPair.keyIdentifier),
    ],
    signingKey: keyPair,
  });
  return { certificate, keyPair };
}

/** A server certificate for exactly these DNS names; 397 days, the longest that browsers accept of public CAs. */
export function issueServerCertificate(
  authority: IssuedCertificate,
  dnsNames: readonly [string, ...string[]],
  now: Date,
): Promise<IssuedCertificate> {
  return issue(authority, dnsNames, SERVER_AUTH, now);
}

/** What a program shows to a server. */
export function issueClientCertificate(
  authority: IssuedCertificate,
  dnsNames: readonly [string, ...string[]],
  now: Date,
): Promise<IssuedCertificate> {
  return issue(authority, dnsNames, CLIENT_AUTH, now);
}

async function issue(
  authority: IssuedCertificate,
  dnsNames: readonly [string, ...string[]],
  purpose: string,
  now: Date,
): Promise<IssuedCertificate> {
  const keyPair = await generateEcKeyPair();
  const certificate = signCertificate({
    serialNumber: randomSerialNumber(),
    digest: 'sha256',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + 396 * DAY_MS),
    subject: distinguishedName({ type: 'commonName', value: dnsNames[0] }),
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [
      authorityKeyIdentifier(authority.keyPair.keyIdentifier),
      subjectKeyIdentifier(keyPair.keyIdentifier),
      basicConstraints({ ca: false }),
      keyUsage(['digitalSignature']),
      extendedKeyUsage([purpose]),
      dnsAltNames(dnsNames),
    ],
    signingKey: authority.keyPair,
  });
  return { certificate, keyPair };
}
