import type { Certificate } from '../certificate.ts';
import type { ValidatedPath } from '../certification-path/validate.ts';
import type { RevocationFailure } from '../failures.ts';
import { deltaFits, findRevocation } from './crl-lookup.ts';
import { ALL_REASONS, reasonsCovered } from './crl-scope.ts';
import type { StatusFinding } from './status-finding.ts';
import type { TrustedCrl } from './trusted-crl.ts';

export interface CrlQuestion {
  /** The instant of judgement. */
  readonly time: Date;
  /** How long after nextUpdate a CRL may still be used, in milliseconds. */
  readonly graceMs: number;
  /**
   * Whether a CRL signer other than the issuer stands below the same anchor and is itself not revoked (RFC 5280 section
   * 6.3.3 f), where the certificate in question is the one at `index` of the path. Absent: only issuers sign for what
   * they issued.
   */
  readonly acceptsSigner?: (signer: Certificate, index: number) => boolean;
}

/**
 * What verified CRLs say of the certificate at `index` of a path (RFC 5280 section 6.3.3). CRLs past their nextUpdate
 * are looked at only where the current ones leave the status open.
 */
export function statusFromCrls(
  path: ValidatedPath,
  index: number,
  crls: readonly TrustedCrl[],
  question: CrlQuestion,
): StatusFinding {
  const current = lookUp(path, index, crls, { ...question, graceMs: 0 });
  if (current.status !== 'not-known' || question.graceMs === 0) return current;
  const late = lookUp(path, index, crls, question);
  return late.status === 'good' ? { ...late, usedGrace: true } : late;
}

function lookUp(path: ValidatedPath, index: number, crls: readonly TrustedCrl[], question: CrlQuestion): StatusFinding {
  const certificate = path.certificates[index];
  if (certificate === undefined) throw new RangeError(`The path has no certificate ${index}.`);
  const issuer = path.issuerOf(index);
  const reliedOn: TrustedCrl[] = [];
  let covered = 0;
  let stale: RevocationFailure | undefined;
  for (const crl of crls) {
    if (crl.isDelta) continue;
    const reasons = reasonsCovered(certificate, crl.header);
    if (reasons === 0 || !isFromTheRightSigner(crl, issuer, index, question)) continue;
    const outdated = currencyFailure(certificate, crl, question);
    if (outdated !== undefined) {
      stale ??= outdated;
      continue;
    }
    const deltas = crls.filter(
      each => deltaFits(each, crl) && currencyFailure(certificate, each, question) === undefined,
    );
    const delta = newest(deltas);
    const entry = findRevocation(certificate, crl, delta);
    if (entry !== undefined) {
      const revokedAt = new Date(entry.revokedAt);
      const { reason } = entry;
      const failure = { code: 'certificate-revoked', certificate: certificate.sha256, revokedAt, reason } as const;
      return { status: 'revoked', failure };
    }
    covered |= reasons;
    reliedOn.push(crl);
    if (delta !== undefined) reliedOn.push(delta);
  }
  if (covered === ALL_REASONS) return { status: 'good', usedGrace: false, crls: reliedOn, answers: [] };
  const issuerKeyIdentifier = certificate.authorityKeyIdentifierHex;
  const failure = {
    code: 'revocation-status-unavailable',
    certificate: certificate.sha256,
    issuerKeyIdentifier,
  } as const;
  return { status: 'not-known', failure: stale ?? failure };
}

/**
 * One name may have several keys: the issuer's key of this path, or a signer that has a path of its own to the same
 * anchor.
 */
function isFromTheRightSigner(
  crl: TrustedCrl,
  issuer: Certificate,
  index: number,
  { acceptsSigner }: CrlQuestion,
): boolean {
  return crl.isSignedBy(issuer) || (acceptsSigner?.(crl.signer, index) ?? false);
}

/**
 * thisUpdate has come and nextUpdate, with the grace, has not passed; it holds through its last second like notAfter.
 */
function currencyFailure(
  certificate: Certificate,
  { header }: TrustedCrl,
  { time, graceMs }: CrlQuestion,
): RevocationFailure | undefined {
  if (time.getTime() < header.thisUpdate) {
    const thisUpdate = new Date(header.thisUpdate);
    return { code: 'crl-not-yet-valid', certificate: certificate.sha256, thisUpdate, validationTime: time };
  }
  if (time.getTime() >= header.nextUpdate + 1000 + graceMs) {
    const nextUpdate = new Date(header.nextUpdate);
    return { code: 'crl-expired', certificate: certificate.sha256, nextUpdate, validationTime: time };
  }
  return undefined;
}

/** The delta with the highest number: it holds everything that changed since the base. */
function newest(deltas: readonly TrustedCrl[]): TrustedCrl | undefined {
  const number = (crl: TrustedCrl) => crl.header.crlNumber ?? 0n;
  return deltas.reduce<TrustedCrl | undefined>(
    (best, each) => (best !== undefined && number(best) >= number(each) ? best : each),
    undefined,
  );
}
