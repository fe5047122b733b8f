/** How strictly revocation is asked for; every relaxation is spelled out by the configuration. */
export interface RevocationPolicy {
  /** Which certificates below the anchor must be shown not to be revoked. */
  readonly require: 'every-certificate' | 'leaf' | 'none';
  /** How long after nextUpdate a CRL may still be used, in milliseconds; 0 refuses at once. */
  readonly graceMs: number;
}
