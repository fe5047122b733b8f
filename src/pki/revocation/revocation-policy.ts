import type { OcspFreshness } from './ocsp/judge-response.ts';

/** How strictly revocation is asked for; every relaxation is spelled out by the configuration. */
export interface RevocationPolicy {
  /** Which certificates below the anchor must be shown not to be revoked. */
  readonly require: 'every-certificate' | 'leaf' | 'none';
  /** How long after nextUpdate a CRL may still be used, in milliseconds; 0 refuses at once. */
  readonly graceMs: number;
  /** Which source is asked first, if it is not the CRLs. The other one serves where the first has no answer. */
  readonly order?: 'crl-first' | 'ocsp-first';
  /** Default: `DEFAULT_OCSP_FRESHNESS`. */
  readonly ocspFreshness?: OcspFreshness;
}

/**
 * A responder that sets no nextUpdate says that it always knows better by now (RFC 6960 section 4.2.2.1); what it said
 * a day ago is as old as a CRL may be. Clocks of servers that are kept by NTP differ by less than a minute.
 */
export const DEFAULT_OCSP_FRESHNESS: OcspFreshness = { maxAgeMs: 86_400_000, clockSkewMs: 60_000 };
