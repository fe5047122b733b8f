import type { Certificate, IssuedCertificate } from './certificate.ts';
import type { RevocationReason } from './extensions.ts';
import type { KeyPair } from './key-pair.ts';

/** What a CA knows of one certificate that it issued. */
export type CertificateStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revokedAt: Date; readonly reason?: RevocationReason };

/** Addresses that a CA writes into the certificates it issues. */
export interface Publication {
  /** In the order of the certificate: the partition before the complete CRL. */
  readonly crls: readonly CrlPublication[];
  readonly caIssuers: string;
  readonly ocsp?: string;
}

interface CrlPublication {
  readonly address: string;
  /** A partition CRL names its address in a critical issuingDistributionPoint; a complete one has none. */
  readonly scope: 'complete' | 'partition';
}

/** One CA of one generation. Its only mutable part is `statuses`, by certificate serial number. */
export interface CertificateAuthority {
  readonly id: string;
  readonly keyPair: KeyPair;
  readonly certificate: Certificate;
  readonly publication: Publication;
  /** Delegated OCSP responder (RFC 6960 §4.2.2.2), issued by this CA. */
  readonly responder: IssuedCertificate;
  readonly statuses: Map<string, CertificateStatus>;
}

/** Writes a revocation, also of a serial number that was never issued here. A second call replaces the first. */
export function revoke(
  authority: CertificateAuthority,
  serialNumber: string,
  revocation: { readonly at: Date; readonly reason?: RevocationReason },
): void {
  const reason = revocation.reason === undefined ? {} : { reason: revocation.reason };
  authority.statuses.set(serialNumber, { status: 'revoked', revokedAt: revocation.at, ...reason });
}

/** Lifts a suspension (復用): the certificate leaves the CRL. */
export function reinstate(authority: CertificateAuthority, serialNumber: string): void {
  authority.statuses.set(serialNumber, { status: 'good' });
}
