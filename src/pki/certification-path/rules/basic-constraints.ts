import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import { EXTENSION } from '../../object-identifiers.ts';
import type { PathRule } from '../path-rule.ts';

/**
 * Whoever issues is a CA by basicConstraints (RFC 5280 section 6.1.4 k); versions 1 and 2 cannot say so and are
 * refused. The anchor is held to it like the others (RFC 5937).
 */
export const basicConstraintsRule: PathRule = {
  criticalExtensions: [EXTENSION.basicConstraints],
  begin() {
    return { start: notACaFailure, prepare: notACaFailure };
  },
};

function notACaFailure(certificate: Certificate): PathFailure | undefined {
  if (certificate.extensions.basicConstraints?.isCa === true) return undefined;
  return { code: 'issuer-not-a-ca', certificate: certificate.sha256 };
}
