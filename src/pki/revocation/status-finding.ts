import type { RevocationFailure } from '../failures.ts';
import type { TrustedOcspAnswer } from './ocsp/judge-response.ts';
import type { TrustedCrl } from './trusted-crl.ts';

/** What one source (the CRLs, or the OCSP answers) knows of one certificate. */
export type StatusFinding =
  | {
      readonly status: 'good';
      /** True when a CRL past its nextUpdate was needed. */
      readonly usedGrace: boolean;
      readonly crls: readonly TrustedCrl[];
      readonly answers: readonly TrustedOcspAnswer[];
    }
  | { readonly status: 'revoked'; readonly failure: Extract<RevocationFailure, { code: 'certificate-revoked' }> }
  /** The source has no answer; `failure` says why. */
  | { readonly status: 'not-known'; readonly failure: RevocationFailure };
