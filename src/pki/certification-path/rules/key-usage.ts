import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import { EXTENSION } from '../../object-identifiers.ts';
import type { PathRule } from '../path-rule.ts';

/**
 * Where keyUsage is present, an issuer has keyCertSign (RFC 5280 section 6.1.4 n; the anchor too, RFC 5937) and the
 * leaf has every usage that the caller asked for (section 4.2.1.3). keyCertSign without cA contradicts itself (section
 * 4.2.1.9) and is refused.
 */
export const keyUsageRule: PathRule = {
  criticalExtensions: [EXTENSION.keyUsage],
  begin({ inputs }) {
    return {
      start: missingCertSign,
      prepare: missingCertSign,
      finish(leaf) {
        const { keyUsage, basicConstraints } = leaf.extensions;
        if (keyUsage === undefined) return undefined;
        const missing = inputs.keyUsage.find(name => !keyUsage.has(name));
        if (missing !== undefined) return failure(leaf, missing);
        return keyUsage.has('keyCertSign') && basicConstraints?.isCa !== true ? failure(leaf, 'cA') : undefined;
      },
    };
  },
};

function missingCertSign(issuer: Certificate): PathFailure | undefined {
  const { keyUsage } = issuer.extensions;
  return keyUsage === undefined || keyUsage.has('keyCertSign') ? undefined : failure(issuer, 'keyCertSign');
}

function failure(certificate: Certificate, required: string): PathFailure {
  return { code: 'key-usage-not-allowed', certificate: certificate.sha256, required };
}
