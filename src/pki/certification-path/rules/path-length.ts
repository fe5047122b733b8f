import type { PathRule } from '../path-rule.ts';

/**
 * No more intermediates than each pathLenConstraint above them allows, self-issued ones not counted (RFC 5280 sections
 * 6.1.4 l and m; the anchor's binds too, RFC 5937), and no more than the caller allows, self-issued ones counted.
 */
export const pathLengthRule: PathRule = {
  criticalExtensions: [],
  begin({ length, inputs }) {
    const { maxIntermediates } = inputs;
    // `allowed` is max_path_length; `stated` is the constraint it came from, for the failure.
    let allowed = length;
    let stated = length;
    const restrict = (limit: number | undefined) => {
      if (limit === undefined || limit >= allowed) return;
      allowed = limit;
      stated = limit;
    };
    return {
      start(anchor) {
        restrict(anchor.extensions.basicConstraints?.pathLength);
        if (maxIntermediates === undefined || length - 1 <= maxIntermediates) return undefined;
        return { code: 'path-length-exceeded', certificate: anchor.sha256, limit: maxIntermediates };
      },
      prepare(certificate, { isSelfIssued }) {
        if (!isSelfIssued) {
          if (allowed === 0) return { code: 'path-length-exceeded', certificate: certificate.sha256, limit: stated };
          allowed--;
        }
        restrict(certificate.extensions.basicConstraints?.pathLength);
        return undefined;
      },
    };
  },
};
