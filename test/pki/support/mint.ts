import { randomSerialNumber, signCertificate, type CertificateTemplate } from '../../authority/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
  type Extension,
} from '../../authority/extensions.ts';
import { generateEcKeyPair, type KeyPair } from '../../authority/key-pair.ts';
import { distinguishedName } from '../../authority/names.ts';
import { parseCertificate, type Certificate } from '../../../src/pki/certificate.ts';

/** A certificate as the product parsed it, with the key that may issue the next one. */
export interface Minted {
  readonly certificate: Certificate;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPair: KeyPair;
  /** DER Name. */
  readonly name: Buffer;
}

export interface Minting {
  readonly issuer?: Minted;
  readonly name?: Buffer;
  readonly keyPair?: KeyPair;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Added to, or put in place of, the extensions of the kind that is minted. */
  readonly extensions?: readonly Extension[];
  /** OIDs of extensions to leave out. */
  readonly without?: readonly string[];
  readonly change?: (template: CertificateTemplate) => CertificateTemplate;
}

/** All tests judge at this instant. */
export const TIME = new Date('2026-06-01T00:00:00Z');

export const named = (commonName: string): Buffer => distinguishedName({ type: 'commonName', value: commonName });

/** A self-signed root with P-256, which is quick to make. */
export async function mintRoot(minting: Minting = {}): Promise<Minted> {
  const name = minting.name ?? named('Root');
  return mint(name, [basicConstraints({ ca: true }), keyUsage(['keyCertSign', 'cRLSign'])], minting);
}

export async function mintCa(issuer: Minted, minting: Minting = {}): Promise<Minted> {
  const name = minting.name ?? named('CA');
  const extensions = [basicConstraints({ ca: true }), keyUsage(['keyCertSign', 'cRLSign'])];
  return mint(name, extensions, { issuer, ...minting });
}

export async function mintLeaf(issuer: Minted, minting: Minting = {}): Promise<Minted> {
  return mint(minting.name ?? named('Leaf'), [keyUsage(['digitalSignature'])], { issuer, ...minting });
}

async function mint(name: Buffer, profile: readonly Extension[], minting: Minting): Promise<Minted> {
  const keyPair = minting.keyPair ?? (await generateEcKeyPair());
  const issuerKey = minting.issuer?.keyPair ?? keyPair;
  const identifiers = [authorityKeyIdentifier(issuerKey.keyIdentifier), subjectKeyIdentifier(keyPair.keyIdentifier)];
  const replaced = new Set([...(minting.extensions ?? []).map(({ oid }) => oid), ...(minting.without ?? [])]);
  const kept = [...identifiers, ...profile].filter(({ oid }) => !replaced.has(oid));
  const template: CertificateTemplate = {
    serialNumber: randomSerialNumber(),
    digest: 'sha256',
    issuer: minting.issuer?.name ?? name,
    notBefore: minting.notBefore ?? new Date('2025-01-01T00:00:00Z'),
    notAfter: minting.notAfter ?? new Date('2045-01-01T00:00:00Z'),
    subject: name,
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [...kept, ...(minting.extensions ?? [])],
    signingKey: issuerKey,
  };
  const { der, pem } = signCertificate(minting.change?.(template) ?? template);
  return { certificate: parsed(der), der, pem, keyPair, name };
}

/** For certificates that are meant to parse. */
export function parsed(der: Uint8Array): Certificate {
  const result = parseCertificate(der);
  if (!result.ok) throw new Error(`not parsed: ${result.failure.reason} at ${result.failure.offset}`);
  return result.certificate;
}
