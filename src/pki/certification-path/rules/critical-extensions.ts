import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import type { PathRule } from '../path-rule.ts';

/**
 * No critical extension goes unhandled, in the leaf, in any intermediate and in the anchor (RFC 5280 sections 4.2,
 * 6.1.4 o and 6.1.5 f).
 *
 * @param handled what the other rules declare to enforce
 */
export function criticalExtensionsRule(handled: ReadonlySet<string>): PathRule {
  const check = (certificate: Certificate): PathFailure | undefined => {
    const extension = certificate.extensions.critical.find(identifier => !handled.has(identifier));
    if (extension === undefined) return undefined;
    return { code: 'unknown-critical-extension', certificate: certificate.sha256, extension };
  };
  return {
    criticalExtensions: [],
    begin() {
      return { start: check, prepare: check, finish: check };
    },
  };
}
