/**
 * Every way in which this room says no, as data: a code and the facts that an officer or an auditor needs. No message,
 * no HTTP status, no certificate. The `switch` over a code is exhaustive wherever it is translated, so that a new code
 * cannot be forgotten.
 */

/** A refusal: the other half of every result in this room. */
export interface Refused<Failure> {
  readonly ok: false;
  readonly failure: Failure;
}

/** Turns a failure into a result; keeps the literal type of its code. */
export function refuse<Failure extends { readonly code: string }>(failure: Failure): Refused<Failure> {
  return { ok: false, failure };
}

/**
 * The certification path does not hold (RFC 5280 section 6.1). `certificate` is the SHA-256 of the one that failed, in
 * hex.
 */
export type PathFailure =
  | {
      readonly code: 'no-path-to-anchor';
      readonly certificate: string;
      readonly authorityKeyIdentifier: string | undefined;
    }
  | {
      readonly code: 'path-work-budget-exceeded';
      readonly work: 'signatures' | 'steps' | 'name-comparisons';
      readonly limit: number;
    }
  | { readonly code: 'certificate-signature-invalid'; readonly certificate: string }
  | { readonly code: 'algorithm-not-allowed'; readonly certificate: string; readonly algorithm: string }
  | { readonly code: 'weak-key'; readonly certificate: string; readonly weakness: KeyWeakness }
  | {
      readonly code: 'certificate-expired';
      readonly certificate: string;
      readonly notAfter: Date;
      readonly validationTime: Date;
    }
  | {
      readonly code: 'certificate-not-yet-valid';
      readonly certificate: string;
      readonly notBefore: Date;
      readonly validationTime: Date;
    }
  | { readonly code: 'issuer-name-mismatch'; readonly certificate: string }
  | { readonly code: 'issuer-not-a-ca'; readonly certificate: string }
  | { readonly code: 'path-length-exceeded'; readonly certificate: string; readonly limit: number }
  | { readonly code: 'key-usage-not-allowed'; readonly certificate: string; readonly required: string }
  | { readonly code: 'extended-key-usage-not-allowed'; readonly certificate: string; readonly required: string }
  | { readonly code: 'policy-not-allowed'; readonly certificate: string }
  | { readonly code: 'policy-mapping-invalid'; readonly certificate: string }
  | { readonly code: 'name-not-permitted'; readonly certificate: string; readonly nameForm: string }
  | { readonly code: 'unknown-critical-extension'; readonly certificate: string; readonly extension: string };

/** Why a public key may not be relied on. */
export type KeyWeakness =
  | 'unsupported-key-type'
  | 'key-too-short'
  | 'key-too-long'
  | 'exponent-too-small'
  | 'exponent-even'
  | 'exponent-too-large'
  | 'small-factor'
  | 'roca'
  | 'key-malformed';

/** A CRL cannot be relied on (RFC 5280 sections 5 and 6.3). */
export type CrlFailure =
  | { readonly code: 'crl-malformed'; readonly reason: string; readonly offset: number }
  | { readonly code: 'crl-issuer-mismatch' }
  | { readonly code: 'crl-without-next-update' }
  | { readonly code: 'crl-issuer-not-allowed'; readonly certificate: string }
  | { readonly code: 'crl-signature-invalid'; readonly certificate: string }
  | { readonly code: 'crl-algorithm-not-allowed'; readonly algorithm: string }
  | { readonly code: 'crl-unknown-critical-extension'; readonly extension: string };

/**
 * An OCSP answer is not one that a status can be taken from (RFC 6960 sections 2.3, 3.2 and 4.2). `certificate` is the
 * one that was asked about.
 */
export type OcspFailure =
  | { readonly code: 'ocsp-malformed'; readonly reason: string; readonly offset: number }
  | { readonly code: 'ocsp-responder-error'; readonly status: OcspErrorStatus }
  | { readonly code: 'ocsp-unknown-critical-extension'; readonly extension: string }
  | { readonly code: 'ocsp-certificate-mismatch'; readonly certificate: string }
  | { readonly code: 'ocsp-nonce-mismatch'; readonly certificate: string }
  | { readonly code: 'ocsp-algorithm-not-allowed'; readonly algorithm: string }
  | { readonly code: 'ocsp-signature-invalid'; readonly certificate: string }
  | { readonly code: 'ocsp-responder-mismatch'; readonly certificate: string }
  | { readonly code: 'ocsp-responder-not-authorized'; readonly certificate: string; readonly because: string }
  | {
      readonly code: 'ocsp-not-yet-valid';
      readonly certificate: string;
      readonly thisUpdate: Date;
      readonly validationTime: Date;
    }
  | {
      readonly code: 'ocsp-expired';
      readonly certificate: string;
      /** nextUpdate, or thisUpdate with the age that the policy allows where the answer has none. */
      readonly validUntil: Date;
      readonly validationTime: Date;
    }
  | { readonly code: 'ocsp-status-unknown'; readonly certificate: string };

/** OCSPResponseStatus other than successful, by its names in RFC 6960 section 4.2.1. */
export type OcspErrorStatus = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

/** What was sealed cannot be used again, and is made anew from the CRL. */
export type SealedCrlFailure =
  /** Changed, or sealed with another key. */
  | { readonly code: 'crl-seal-broken' }
  /** Sealed by another version of this program, or on a machine of the other byte order. */
  | { readonly code: 'crl-seal-of-another-format' };

/** Whether the certificates of a path are revoked is known to be bad, or not known: both deny. */
export type RevocationFailure =
  | {
      readonly code: 'certificate-revoked';
      readonly certificate: string;
      readonly revokedAt: Date;
      readonly reason: RevocationReason;
    }
  | {
      readonly code: 'revocation-status-unavailable';
      readonly certificate: string;
      readonly issuerKeyIdentifier: string | undefined;
    }
  | {
      readonly code: 'crl-expired';
      readonly certificate: string;
      readonly nextUpdate: Date;
      readonly validationTime: Date;
    }
  | {
      readonly code: 'crl-not-yet-valid';
      readonly certificate: string;
      readonly thisUpdate: Date;
      readonly validationTime: Date;
    }
  | OcspFailure
  | { readonly code: 'revocation-work-budget-exceeded'; readonly limit: number };

/** CRLReason (RFC 5280 section 5.3.1), by its names there. */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise';

/** A CMS SignedData does not prove what it was asked to prove (RFC 5652 section 5). */
export type SignedDataFailure =
  | { readonly code: 'signed-data-malformed'; readonly reason: string; readonly offset: number }
  | { readonly code: 'signed-data-signer-count'; readonly signers: number }
  | { readonly code: 'signed-data-signer-mismatch' }
  | { readonly code: 'signed-data-certificate-missing' }
  | { readonly code: 'signed-data-algorithm-not-allowed'; readonly algorithm: string }
  | { readonly code: 'signed-data-attributes-invalid'; readonly attribute: string }
  | { readonly code: 'signed-data-content-mismatch' };

/** The signature over the challenge does not hold. */
export type SignatureFailure = { readonly code: 'signature-invalid' };

/** The certificate is sound but not one that a citizen logs in with. */
export type ProfileFailure =
  /** Cards of other CAs of the government PKI, which share readers and the client component with the citizen card. */
  | { readonly code: 'moeaca-certificate' | 'gca-certificate' | 'xca-certificate' }
  | { readonly code: 'test-certificate' }
  | { readonly code: 'encryption-certificate' }
  | {
      readonly code: 'not-a-citizen-certificate';
      readonly part:
        'version' | 'basic-constraints' | 'key-usage' | 'public-key' | 'subject' | 'policy' | 'holder-attributes';
    };

/** The union of everything that a card login may be refused for by this room. */
export type PkiFailure =
  | { readonly code: 'certificate-malformed'; readonly reason: string; readonly offset: number }
  | PathFailure
  | RevocationFailure
  | SignedDataFailure
  | SignatureFailure
  | ProfileFailure;

/** The folder of trust anchors is not what its manifest says; `file` names the culprit. */
export type TrustStoreFailure =
  | { readonly code: 'trust-manifest-malformed'; readonly reason: string }
  | { readonly code: 'trust-file-missing'; readonly file: string }
  | { readonly code: 'trust-file-unlisted'; readonly file: string }
  | { readonly code: 'trust-file-private-key'; readonly file: string }
  | { readonly code: 'trust-file-malformed'; readonly file: string; readonly reason: string }
  | {
      readonly code: 'trust-file-changed';
      readonly file: string;
      readonly part: 'sha256' | 'subject' | 'keyIdentifier' | 'validity' | 'role';
    };
