import type { Certificate } from '../certificate.ts';
import type { ValidatedPath } from '../certification-path/validate.ts';
import { refuse, type Refused, type RevocationFailure } from '../failures.ts';
import { deltaFits, findRevocation } from './crl-lookup.ts';
import { ALL_REASONS, reasonsCovered } from './crl-scope.ts';
import type { RevocationPolicy } from './revocation-policy.ts';
import type { TrustedCrl } from './trusted-crl.ts';

let make: (path: ValidatedPath, reliedOn: readonly TrustedCrl[], usedGrace: boolean) => RevocationCheckedPath;

/**
 * Evidence that the certificates of a validated path were looked up as the policy demands, and none was revoked. Only
 * `checkRevocation` makes one. With the policy `none` it says just that: nothing was demanded.
 */
export class RevocationCheckedPath {
  readonly #path: ValidatedPath;
  /** The CRLs that the verdict rests on. */
  readonly reliedOn: readonly TrustedCrl[];
  /** True when one of them was past its nextUpdate and used under the policy's grace. */
  readonly usedGrace: boolean;

  private constructor(path: ValidatedPath, reliedOn: readonly TrustedCrl[], usedGrace: boolean) {
    this.#path = path;
    this.reliedOn = reliedOn;
    this.usedGrace = usedGrace;
  }

  static {
    make = (path, reliedOn, usedGrace) => new RevocationCheckedPath(path, reliedOn, usedGrace);
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
  /**
   * Whether a CRL signer other than the issuer stands below the same anchor and is itself not revoked (RFC 5280 section
   * 6.3.3 f), where the certificate in question is the one at `index` of the path. Absent: only issuers sign for what
   * they issued.
   */
  readonly acceptsSigner?: (signer: Certificate, index: number) => boolean;
}

/**
 * Decides whether any certificate of a path is revoked (RFC 5280 section 6.3.3), from CRLs that were verified before.
 * Fetches nothing.
 *
 * @param crls complete, partitioned, indirect and delta CRLs, in any order; those about other certificates do no harm
 * @returns the evidence; `certificate-revoked` if any current CRL says so; else `crl-expired`, `crl-not-yet-valid` or
 *          `revocation-status-unavailable` for the first certificate whose status is not known for every reason
 */
export function checkRevocation(
  path: ValidatedPath,
  crls: readonly TrustedCrl[],
  question: RevocationQuestion,
): RevocationVerdict {
  const { policy } = question;
  const reliedOn = new Set<TrustedCrl>();
  const last = path.certificates.length - 1;
  for (const [index, certificate] of path.certificates.entries()) {
    if (policy.require === 'none' || (policy.require === 'leaf' && index !== last)) continue;
    const failure = certificateFailure(certificate, index, path, crls, question, reliedOn);
    if (failure !== undefined) return refuse(failure);
  }
  const time = question.time.getTime();
  const usedGrace = [...reliedOn].some(crl => time >= crl.header.nextUpdate + 1000);
  return { ok: true, checked: make(path, [...reliedOn], usedGrace) };
}

function certificateFailure(
  certificate: Certificate,
  index: number,
  path: ValidatedPath,
  crls: readonly TrustedCrl[],
  question: RevocationQuestion,
  reliedOn: Set<TrustedCrl>,
): RevocationFailure | undefined {
  const issuer = path.issuerOf(index);
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
      return { code: 'certificate-revoked', certificate: certificate.sha256, revokedAt, reason: entry.reason };
    }
    covered |= reasons;
    reliedOn.add(crl);
    if (delta !== undefined) reliedOn.add(delta);
  }
  if (covered === ALL_REASONS) return undefined;
  const issuerKeyIdentifier = certificate.authorityKeyIdentifierHex;
  return stale ?? { code: 'revocation-status-unavailable', certificate: certificate.sha256, issuerKeyIdentifier };
}

/**
 * One name may have several keys: the issuer's key of this path, or a signer that has a path of its own to the same
 * anchor.
 */
function isFromTheRightSigner(
  crl: TrustedCrl,
  issuer: Certificate,
  index: number,
  { acceptsSigner }: RevocationQuestion,
): boolean {
  return crl.isSignedBy(issuer) || (acceptsSigner?.(crl.signer, index) ?? false);
}

/**
 * thisUpdate has come and nextUpdate, with the policy's grace, has not passed; it holds through its last second like
 * notAfter.
 */
function currencyFailure(
  certificate: Certificate,
  { header }: TrustedCrl,
  { time, policy }: RevocationQuestion,
): RevocationFailure | undefined {
  if (time.getTime() < header.thisUpdate) {
    const thisUpdate = new Date(header.thisUpdate);
    return { code: 'crl-not-yet-valid', certificate: certificate.sha256, thisUpdate, validationTime: time };
  }
  if (time.getTime() >= header.nextUpdate + 1000 + policy.graceMs) {
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
