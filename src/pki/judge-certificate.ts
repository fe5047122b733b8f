import type { Certificate } from './certificate.ts';
import { validatedPaths, type PathMaterial } from './certification-path/build.ts';
import { CertificatePool } from './certification-path/certificate-pool.ts';
import { defaultPathInputs, type PathInputs } from './certification-path/path-inputs.ts';
import type { ValidatedPath } from './certification-path/validate.ts';
import { WorkBudget } from './certification-path/work-budget.ts';
import { refuse, type PathFailure, type Refused, type RevocationFailure } from './failures.ts';
import { checkRevocation, type RevocationCheckedPath, type RevocationVerdict } from './revocation/check-revocation.ts';
import { namesCrlIssuer, reasonsCovered } from './revocation/crl-scope.ts';
import type { UnverifiedCrl } from './revocation/crl.ts';
import type { PublicKey } from './public-key.ts';
import type { RevocationPolicy } from './revocation/revocation-policy.ts';
import { readOcspEvidence, type OcspEvidence } from './revocation/status-from-ocsp.ts';
import { verifyCrl, type TrustedCrl } from './revocation/trusted-crl.ts';

/** One certificate and everything that is at hand to judge it with. Only the anchors are trusted. */
export interface CertificateQuestion {
  readonly leaf: Certificate;
  readonly material: PathMaterial;
  readonly crls: readonly UnverifiedCrl[];
  /** OCSP responses, DER; judged for every path, trusted in nothing before. */
  readonly ocspResponses?: readonly Uint8Array[];
  readonly inputs: PathInputs;
  readonly policy: RevocationPolicy;
}

export type CertificateVerdict =
  { readonly ok: true; readonly checked: RevocationCheckedPath } | Refused<PathFailure | RevocationFailure>;

/**
 * Judges any certificate by RFC 5280 section 6 whole, from material of which nothing but the anchors is trusted: every
 * path that validates is tried until one is shown not to be revoked. CRLs may be signed by any certificate of the
 * material that has a path, not revoked itself, to the same anchor (section 6.3.3 f). A card login does not come here:
 * its CAs and CRLs are pinned and verified beforehand.
 *
 * @returns the evidence, or the failure of the likeliest path; never throws for bad input
 */
export function judgeCertificate(
  question: CertificateQuestion,
  budget: WorkBudget = new WorkBudget(),
): CertificateVerdict {
  const session = new RevocationSession(question, budget);
  const paths = validatedPaths(question.leaf, question.material, question.inputs, budget);
  let firstFailure: RevocationFailure | undefined;
  let next = paths.next();
  for (; next.done !== true; next = paths.next()) {
    const verdict = session.check(next.value);
    const { exhaustion } = budget;
    if (exhaustion !== undefined) return refuse({ code: 'revocation-work-budget-exceeded', limit: exhaustion.limit });
    if (verdict.ok) return verdict;
    firstFailure ??= verdict.failure;
  }
  return refuse(firstFailure ?? next.value);
}

/** The CRLs of one question, verified as paths bring up the certificates that may have signed them. */
class RevocationSession {
  readonly #question: CertificateQuestion;
  readonly #budget: WorkBudget;
  readonly #ocsp: readonly OcspEvidence[];
  /** Signers whose standing is being judged: their CRLs cannot vouch for themselves. */
  readonly #inProgress = new Set<Certificate>();

  constructor(question: CertificateQuestion, budget: WorkBudget) {
    this.#question = question;
    this.#budget = budget;
    this.#ocsp = (question.ocspResponses ?? []).map(der => readOcspEvidence(der));
  }

  check(path: ValidatedPath): RevocationVerdict {
    const { policy, inputs } = this.#question;
    const crls = policy.require === 'none' ? [] : this.#verifiedCrls(path);
    return checkRevocation(path, crls, {
      time: new Date(inputs.time),
      policy,
      acceptsSigner: (signer, index) => this.#isSound(signer, path, index),
      ocsp: this.#ocsp,
      budget: this.#budget,
    });
  }

  /** Every CRL about this path that a certificate of its issuer's name has signed, once for each such certificate. */
  #verifiedCrls(path: ValidatedPath): readonly TrustedCrl[] {
    const { crls, material, inputs } = this.#question;
    const pool = new CertificatePool([path.anchor, ...path.certificates, ...material.intermediates.certificates]);
    const verified: TrustedCrl[] = [];
    for (const crl of crls) {
      if (!isAbout(crl, path)) continue;
      for (const signer of pool.withSubject(crl.header.issuer)) {
        const key = this.#keyOf(signer, path);
        if (key === undefined) continue;
        if (!this.#budget.takeSignature()) return verified;
        const verdict = verifyCrl(crl, signer, inputs.algorithms, key);
        if (verdict.ok) verified.push(verdict.crl);
      }
    }
    return verified;
  }

  /** The signer's key, DSA parameters inherited, if it is on this path or has one of its own to the same anchor. */
  #keyOf(signer: Certificate, path: ValidatedPath): PublicKey | undefined {
    if (signer === path.anchor) return signer.publicKey;
    const index = path.certificates.indexOf(signer);
    if (index >= 0) return path.keyAt(index);
    const first = this.#pathsTo(signer, path.anchor).next();
    return first.done === true ? undefined : first.value.leafKey;
  }

  /**
   * A signer above the certificate on its own path is judged with the path. Any other needs a path to the same anchor
   * that is not revoked either; the certificate itself, and those below it, cannot vouch for it. One exception: its CA
   * may have named a CRL signer as the one who publishes about itself too, by crlIssuer in the signer's own certificate
   * (RFC 5280 section 4.2.1.13).
   */
  #isSound(signer: Certificate, path: ValidatedPath, index: number): boolean {
    if (signer === path.anchor) return true;
    const at = path.certificates.indexOf(signer);
    if (at >= 0) return at < index || (at === index && namesCrlIssuer(signer, signer.subject));
    if (this.#inProgress.has(signer)) return false;
    this.#inProgress.add(signer);
    try {
      for (const each of this.#pathsTo(signer, path.anchor)) if (this.check(each).ok) return true;
      return false;
    } finally {
      this.#inProgress.delete(signer);
    }
  }

  #pathsTo(signer: Certificate, anchor: Certificate): Generator<ValidatedPath, unknown> {
    const { inputs, material } = this.#question;
    const signerInputs = { ...defaultPathInputs(new Date(inputs.time)), algorithms: inputs.algorithms };
    const underAnchor = { anchors: new CertificatePool([anchor]), intermediates: material.intermediates };
    return validatedPaths(signer, underAnchor, signerInputs, this.#budget);
  }
}

/** CRLs about other certificates cost no signature, so that the lists of a whole hierarchy can be given along. */
function isAbout({ header }: UnverifiedCrl, path: ValidatedPath): boolean {
  return path.certificates.some(certificate => reasonsCovered(certificate, header) !== 0);
}
