import type { PathRule } from '../path-rule.ts';

/**
 * The issuer's name is the subject's name of the certificate before (RFC 5280 section 6.1.3 a 4), and it is not empty
 * (4.1.2.4).
 */
export const issuerNameRule: PathRule = {
  criticalExtensions: [],
  begin({ anchor }) {
    let workingIssuer = anchor.subject;
    return {
      check(certificate) {
        if (!certificate.issuer.isEmpty && certificate.issuer.equals(workingIssuer)) return undefined;
        return { code: 'issuer-name-mismatch', certificate: certificate.sha256 };
      },
      prepare(certificate) {
        workingIssuer = certificate.subject;
        return undefined;
      },
    };
  },
};
