import { createHash } from 'node:crypto';
import { hasNoParameters, readAlgorithmIdentifier, type AlgorithmIdentifier } from '../../algorithm-identifier.ts';
import { bytesEqual } from '../../bytes.ts';
import type { Certificate } from '../../certificate.ts';
import type { DerReader } from '../../der/reader.ts';
import { DIGEST } from '../../object-identifiers.ts';

/** Hashes of a CertID. SHA-1 only names a certificate here; no trust rests on it (RFC 6960 section 4.3). */
export type CertIdDigest = 'sha1' | 'sha256';

const DIGESTS: Readonly<Record<string, CertIdDigest>> = { [DIGEST.sha1]: 'sha1', [DIGEST.sha256]: 'sha256' };

/** CertID (RFC 6960 section 4.1.1) as it was read. */
export interface CertId {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export function readCertId(reader: DerReader): CertId {
  const sequence = reader.sequence();
  const hashAlgorithm = readAlgorithmIdentifier(sequence);
  const issuerNameHash = sequence.octetString();
  const issuerKeyHash = sequence.octetString();
  const serialNumber = sequence.integer();
  sequence.finish();
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

/** Hashes of the issuer's name, as the certificate spells it, and of the issuer's key without its algorithm. */
export function issuerHashes(
  certificate: Certificate,
  issuer: Certificate,
  digest: CertIdDigest,
): { readonly name: Uint8Array; readonly key: Uint8Array } {
  return {
    name: createHash(digest).update(certificate.issuer.der).digest(),
    key: createHash(digest).update(issuer.publicKey.subjectPublicKey).digest(),
  };
}

/** Whether a CertID names this certificate of this issuer; one with an unknown hash names none. */
export function namesCertificate(certId: CertId, certificate: Certificate, issuer: Certificate): boolean {
  if (!bytesEqual(certId.serialNumber, certificate.serialNumber)) return false;
  const digest = hasNoParameters(certId.hashAlgorithm) ? DIGESTS[certId.hashAlgorithm.algorithm] : undefined;
  if (digest === undefined) return false;
  const { name, key } = issuerHashes(certificate, issuer, digest);
  return bytesEqual(certId.issuerNameHash, name) && bytesEqual(certId.issuerKeyHash, key);
}
