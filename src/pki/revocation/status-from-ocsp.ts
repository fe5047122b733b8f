import type { Certificate } from '../certificate.ts';
import type { ValidatedPath } from '../certification-path/validate.ts';
import type { WorkBudget } from '../certification-path/work-budget.ts';
import type { RevocationFailure } from '../failures.ts';
import { judgeOcspResponse, type OcspFreshness, type TrustedOcspAnswer } from './ocsp/judge-response.ts';
import { parseOcspResponse, type ParsedOcspResponse } from './ocsp/response.ts';
import type { StatusFinding } from './status-finding.ts';
import { statusFromCrls } from './status-from-crls.ts';
import type { TrustedCrl } from './trusted-crl.ts';

/** An OCSP response as it came, read but not judged, with the nonce that was sent for it. */
export interface OcspEvidence {
  readonly parsed: ParsedOcspResponse;
  readonly nonce?: Uint8Array;
}

/** @param nonce absent where the response was not asked for by us */
export function readOcspEvidence(der: Uint8Array, nonce?: Uint8Array): OcspEvidence {
  const parsed = parseOcspResponse(der);
  return nonce === undefined ? { parsed } : { parsed, nonce };
}

export interface OcspStatusQuestion {
  readonly time: Date;
  readonly freshness: OcspFreshness;
  /** CRLs in which delegated responders are looked up. */
  readonly crls: readonly TrustedCrl[];
  readonly budget: WorkBudget;
}

/**
 * What OCSP answers say of the certificate at `index` of a path. Of several trusted answers the worst counts; one that
 * is not to be trusted, or about another certificate, changes nothing where another one is.
 *
 * @returns undefined where no answer is about this certificate
 */
export function statusFromOcsp(
  path: ValidatedPath,
  index: number,
  evidence: readonly OcspEvidence[],
  { time, freshness, crls, budget }: OcspStatusQuestion,
): StatusFinding | undefined {
  const good: TrustedOcspAnswer[] = [];
  let unknown: RevocationFailure | undefined;
  let failure: RevocationFailure | undefined;
  const acceptsResponder = (responder: ValidatedPath) => isResponderSound(responder, crls, time);
  for (const { parsed, nonce } of evidence) {
    const sent = nonce === undefined ? {} : { nonce };
    const verdict = parsed.ok
      ? judgeOcspResponse(parsed.response, { path, index, time, freshness, acceptsResponder, budget, ...sent })
      : parsed;
    if (!verdict.ok) {
      if (verdict.failure.code === 'ocsp-status-unknown') unknown ??= verdict.failure;
      else if (verdict.failure.code !== 'ocsp-certificate-mismatch') failure ??= verdict.failure;
      continue;
    }
    const { certificate, certStatus } = verdict.answer;
    if (certStatus.status === 'revoked') return { status: 'revoked', failure: revocation(certificate, certStatus) };
    good.push(verdict.answer);
  }
  if (unknown !== undefined) return { status: 'not-known', failure: unknown };
  if (good.length > 0) return { status: 'good', usedGrace: false, crls: [], answers: good };
  return failure === undefined ? undefined : { status: 'not-known', failure };
}

function revocation(
  certificate: Certificate,
  status: Extract<TrustedOcspAnswer['certStatus'], { status: 'revoked' }>,
): Extract<RevocationFailure, { code: 'certificate-revoked' }> {
  const { reason } = status;
  return {
    code: 'certificate-revoked',
    certificate: certificate.sha256,
    revokedAt: new Date(status.revokedAt),
    reason,
  };
}

/**
 * Whether a delegated responder's certificate may be relied on (RFC 6960 section 4.2.2.2.1), by the CRLs at hand and
 * nothing else, as asking a responder about itself would prove nothing. One that is listed is out. One that no current
 * CRL speaks for is in if its CA waived the check (id-pkix-ocsp-nocheck) or names no way to make it; where the CA names
 * one, what it says is required.
 */
function isResponderSound(path: ValidatedPath, crls: readonly TrustedCrl[], time: Date): boolean {
  const finding = statusFromCrls(path, path.certificates.length - 1, crls, { time, graceMs: 0 });
  if (finding.status !== 'not-known') return finding.status === 'good';
  const { ocspNoCheck, crlDistributionPoints, authorityInformationAccess } = path.leaf.extensions;
  const namesWay = crlDistributionPoints !== undefined || (authorityInformationAccess?.ocsp.length ?? 0) > 0;
  return ocspNoCheck === true || !namesWay;
}
