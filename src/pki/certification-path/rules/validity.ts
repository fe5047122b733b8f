import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import type { PathRule } from '../path-rule.ts';

/**
 * The time of judgement lies within the validity of every certificate (RFC 5280 section 6.1.3 a 2) and of the anchor
 * (RFC 5937 leaves it to the relying party; here it binds). notAfter holds through its last second (RFC 5280 section
 * 4.1.2.5).
 */
export const validityRule: PathRule = {
  criticalExtensions: [],
  begin({ inputs }) {
    const check = (certificate: Certificate) => validityFailure(certificate, inputs.time);
    return { start: check, check };
  },
};

function validityFailure(certificate: Certificate, time: number): PathFailure | undefined {
  const validationTime = new Date(time);
  if (time < certificate.notBefore) {
    const notBefore = new Date(certificate.notBefore);
    return { code: 'certificate-not-yet-valid', certificate: certificate.sha256, notBefore, validationTime };
  }
  if (time >= certificate.notAfter + 1000) {
    const notAfter = new Date(certificate.notAfter);
    return { code: 'certificate-expired', certificate: certificate.sha256, notAfter, validationTime };
  }
  return undefined;
}
