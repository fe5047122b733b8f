import type { Certificate } from '../certificate.ts';
import type { ValidatedPath } from '../certification-path/validate.ts';
import { WorkBudget } from '../certification-path/work-budget.ts';
import { refuse, type Refused, type RevocationFailure } from '../failures.ts';
import type { TrustedOcspAnswer } from './ocsp/judge-response.ts';
import { DEFAULT_OCSP_FRESHNESS, type RevocationPolicy } from './revocation-policy.ts';
import type { StatusFinding } from './status-finding.ts';
import { statusFromCrls } from './status-from-crls.ts';
import { statusFromOcsp, type OcspEvidence } from './status-from-ocsp.ts';
import type { TrustedCrl } from './trusted-crl.ts';

type GoodFinding = Extract<StatusFinding, { status: 'good' }>;

let make: (path: ValidatedPath, findings: readonly GoodFinding[]) => RevocationCheckedPath;

/**
 * Evidence that the certificates of a validated path were looked up as the policy demands, and none was revoked. Only
 * `checkRevocation` makes one. With the policy `none` it says just that: nothing was demanded.
 */
export class RevocationCheckedPath {
  readonly #path: ValidatedPath;
  /** The CRLs that the verdict rests on. */
  readonly reliedOn: readonly TrustedCrl[];
  /** The OCSP answers that the verdict rests on. */
  readonly ocspAnswers: readonly TrustedOcspAnswer[];
  /** True when a CRL past its nextUpdate was used under the policy's grace, because nothing better was at hand. */
  readonly usedGrace: boolean;

  private constructor(path: ValidatedPath, findings: readonly GoodFinding[]) {
    this.#path = path;
    this.reliedOn = [...new Set(findings.flatMap(finding => finding.crls))];
    this.ocspAnswers = findings.flatMap(finding => finding.answers);
    this.usedGrace = findings.some(finding => finding.usedGrace);
  }

  static {
    make = (path, findings) => new RevocationCheckedPath(path, findings);
  }

  get path(): ValidatedPath {
    return this.#path;
  }
}

export type RevocationVerdict =
  { readonly ok: true; readonly checked: RevocationCheckedPath } | Refused<RevocationFailure>;

export interface RevocationQuestion {
  /** The instant of judgement. */
  readonly time: Date;
  readonly policy: RevocationPolicy;
  /** See `CrlQuestion`: absent, only issuers sign CRLs for what they issued. */
  readonly acceptsSigner?: (signer: Certificate, index: number) => boolean;
  /** OCSP responses, in any order; those about other certificates do no harm. */
  readonly ocsp?: readonly OcspEvidence[];
  /** What the signatures in OCSP responses may cost; the judgement's own. */
  readonly budget?: WorkBudget;
}

/**
 * Decides whether any certificate of a path is revoked (RFC 5280 section 6.3.3, RFC 6960), from CRLs that were verified
 * before and OCSP responses that are judged here. Fetches nothing.
 *
 * Whichever source says revoked is believed. Otherwise the first source in the policy's order that has an answer
 * counts, a CRL past its nextUpdate last; with no answer at all the path is refused.
 *
 * @param crls complete, partitioned, indirect and delta CRLs, in any order; those about other certificates do no harm
 * @returns the evidence; `certificate-revoked` if any source says so; else, for the first certificate whose status is
 *          not known for every reason, why the first source has no answer, `revocation-status-unavailable` where there
 *          is nothing to tell
 */
export function checkRevocation(
  path: ValidatedPath,
  crls: readonly TrustedCrl[],
  question: RevocationQuestion,
): RevocationVerdict {
  const budget = question.budget ?? new WorkBudget();
  const good: GoodFinding[] = [];
  for (const index of requiredIndexes(path, question.policy)) {
    const findings = findingsAbout(path, index, crls, { ...question, budget });
    const revoked = findings.find(finding => finding.status === 'revoked');
    if (revoked !== undefined) return refuse(revoked.failure);

    const answers = findings.filter(finding => finding.status === 'good');
    const answer = answers.find(finding => !finding.usedGrace) ?? answers[0];
    if (answer === undefined) return refuse(mostTelling(findings));
    good.push(answer);
  }
  return { ok: true, checked: make(path, good) };
}

/** A certificate whose status should be asked of its CA's OCSP responder. */
export interface OpenStatus {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/**
 * The certificates of a path that an OCSP responder should be asked about before `checkRevocation` decides: with
 * `ocsp-first` all that the policy requires, else those that no current CRL settles. One that a CRL revokes needs no
 * asking.
 */
export function openStatuses(
  path: ValidatedPath,
  crls: readonly TrustedCrl[],
  { time, policy }: Pick<RevocationQuestion, 'time' | 'policy'>,
): readonly OpenStatus[] {
  return requiredIndexes(path, policy).flatMap(index => {
    const { status } = statusFromCrls(path, index, crls, { time, graceMs: 0 });
    const isOpen = status === 'not-known' || (status === 'good' && policy.order === 'ocsp-first');
    const certificate = path.certificates[index];
    return isOpen && certificate !== undefined ? [{ certificate, issuer: path.issuerOf(index) }] : [];
  });
}

function requiredIndexes(path: ValidatedPath, policy: RevocationPolicy): readonly number[] {
  const all = [...path.certificates.keys()];
  switch (policy.require) {
    case 'every-certificate':
      return all;
    case 'leaf':
      return all.slice(-1);
    case 'none':
      return [];
  }
}

/** What each source says, in the policy's order. Both are always heard, as either may know of a revocation. */
function findingsAbout(
  path: ValidatedPath,
  index: number,
  crls: readonly TrustedCrl[],
  question: RevocationQuestion & { readonly budget: WorkBudget },
): readonly StatusFinding[] {
  const { time, policy, acceptsSigner, budget } = question;
  const signers = acceptsSigner === undefined ? {} : { acceptsSigner };
  const fromCrls = statusFromCrls(path, index, crls, { time, graceMs: policy.graceMs, ...signers });
  const freshness = policy.ocspFreshness ?? DEFAULT_OCSP_FRESHNESS;
  const fromOcsp = statusFromOcsp(path, index, question.ocsp ?? [], { time, freshness, crls, budget });
  if (fromOcsp === undefined) return [fromCrls];
  return policy.order === 'ocsp-first' ? [fromOcsp, fromCrls] : [fromCrls, fromOcsp];
}

/** The first reason that says more than that there was nothing at hand. */
function mostTelling(findings: readonly StatusFinding[]): RevocationFailure {
  const failures = findings.flatMap(finding => (finding.status === 'good' ? [] : [finding.failure]));
  const failure = failures.find(({ code }) => code !== 'revocation-status-unavailable') ?? failures[0];
  if (failure === undefined) throw new Error('A certificate without a finding has no failure either.');
  return failure;
}
