import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import { ANY_EXTENDED_KEY_USAGE, EXTENSION } from '../../object-identifiers.ts';
import type { PathRule } from '../path-rule.ts';

/**
 * Every extended key usage in the path, the anchor's included, allows each purpose that was asked for; an absent one
 * allows all (RFC 5280 section 4.2.1.12). That a CA's limits its subordinates is not in the RFC: it is how every issuer
 * means it.
 */
export const extendedKeyUsageRule: PathRule = {
  criticalExtensions: [EXTENSION.extendedKeyUsage],
  begin({ inputs }) {
    const check = (certificate: Certificate) => missingPurpose(certificate, inputs.extendedKeyUsage);
    return { start: check, check };
  },
};

function missingPurpose(certificate: Certificate, required: readonly string[]): PathFailure | undefined {
  const present = certificate.extensions.extendedKeyUsage;
  if (present === undefined || present.includes(ANY_EXTENDED_KEY_USAGE)) return undefined;
  const missing = required.find(purpose => !present.includes(purpose));
  if (missing === undefined) return undefined;
  return { code: 'extended-key-usage-not-allowed', certificate: certificate.sha256, required: missing };
}
