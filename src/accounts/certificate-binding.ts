/**
 * What a certificate is recognised by: the issuer's key (MOICA generations share one DN), the subject's serialNumber
 * and the key itself. A new certificate on the same card keeps all three; a new card changes the key and needs a new
 * binding. All hex, lower case.
 */
export interface BindingKey {
  readonly issuerKeyIdentifier: string;
  /** Exact bytes of the subject's serialNumber attribute value. */
  readonly subjectSerialNumber: string;
  readonly spkiSha256: string;
}

/** A citizen certificate (自然人憑證) that opens one business account; at most one live binding per key. */
export interface CertificateBinding extends BindingKey {
  readonly id: string;
  readonly accountId: string;
  /** Of the newest certificate seen for this key. */
  readonly certificateSha256: string;
  readonly certificateDer: Uint8Array;
  readonly notAfter: Date;
  readonly boundAt: Date;
}

/** Whether `certificateSha256` is a new certificate over the bound key: a renewal (展期), taken up with an event. */
export function isRenewal(binding: CertificateBinding, certificateSha256: string): boolean {
  return binding.certificateSha256 !== certificateSha256;
}
