import { signatureScheme, verifySignature } from '../../algorithms.ts';
import { bytesEqual } from '../../bytes.ts';
import type { Certificate } from '../../certificate.ts';
import type { ValidatedPath } from '../../certification-path/validate.ts';
import type { WorkBudget } from '../../certification-path/work-budget.ts';
import { TAG } from '../../der/tags.ts';
import { encodeElement } from '../../der/write.ts';
import { refuse, type OcspFailure, type Refused } from '../../failures.ts';
import type { PublicKey } from '../../public-key.ts';
import { weaknessOf } from '../../weak-keys.ts';
import { namesCertificate } from './cert-id.ts';
import { isResponder, judgeDelegation } from './responder.ts';
import type { UnverifiedOcspResponse } from './response.ts';
import type { OcspCertStatus, SingleResponse } from './single-response.ts';

/** How old an answer may be. */
export interface OcspFreshness {
  /** An answer without nextUpdate counts for this long after its thisUpdate, in milliseconds. */
  readonly maxAgeMs: number;
  /** By how much a responder's clock may be ahead of ours, in milliseconds. */
  readonly clockSkewMs: number;
}

export interface OcspQuestion {
  /** The path on which the certificate in question stands, and its index there. */
  readonly path: ValidatedPath;
  readonly index: number;
  /** The instant of judgement. */
  readonly time: Date;
  /** The nonce that was sent; absent where the answer was not asked for by us. */
  readonly nonce?: Uint8Array;
  readonly freshness: OcspFreshness;
  /** Whether a delegated responder, which stands on a path of its own, is not revoked. */
  readonly acceptsResponder: (path: ValidatedPath) => boolean;
  readonly budget: WorkBudget;
}

/** What one current answer says; `unknown` is a refusal. */
export type KnownStatus = Exclude<OcspCertStatus, { status: 'unknown' }>;

let make: (certificate: Certificate, certStatus: KnownStatus, thisUpdate: number) => TrustedOcspAnswer;

/**
 * Evidence that a responder who may speak for the CA said, currently, whether this certificate is revoked. Only
 * `judgeOcspResponse` makes one.
 */
export class TrustedOcspAnswer {
  readonly #certStatus: KnownStatus;
  readonly certificate: Certificate;
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;

  private constructor(certificate: Certificate, certStatus: KnownStatus, thisUpdate: number) {
    this.certificate = certificate;
    this.#certStatus = certStatus;
    this.thisUpdate = thisUpdate;
  }

  static {
    make = (certificate, certStatus, thisUpdate) => new TrustedOcspAnswer(certificate, certStatus, thisUpdate);
  }

  get certStatus(): KnownStatus {
    return this.#certStatus;
  }
}

export type OcspVerdict = { readonly ok: true; readonly answer: TrustedOcspAnswer } | Refused<OcspFailure>;

/**
 * Judges an OCSP answer about one certificate of a path by RFC 6960 section 3.2, items 1 to 6 in their order. Fetches
 * nothing; never throws for bad input.
 *
 * An answer without a nonce is accepted though one was sent, as responders that sign ahead of time have none (RFC 9654
 * section 2.1): its freshness then rests on items 5 and 6 alone. An answer with another nonce is refused.
 */
export function judgeOcspResponse(response: UnverifiedOcspResponse, question: OcspQuestion): OcspVerdict {
  const { path, index, time } = question;
  const certificate = path.certificates[index];
  if (certificate === undefined) throw new RangeError(`The path has no certificate ${index}.`);
  const sha256 = certificate.sha256;
  if (response.unknownCritical !== undefined) {
    return refuse({ code: 'ocsp-unknown-critical-extension', extension: response.unknownCritical });
  }

  // 1. The certificate identified in the response is the one that was asked about, and the response is to our request.
  const singles = response.responses.filter(each => namesCertificate(each.certId, certificate, path.issuerOf(index)));
  if (singles.length === 0) return refuse({ code: 'ocsp-certificate-mismatch', certificate: sha256 });
  if (isForAnotherRequest(response, question.nonce)) {
    return refuse({ code: 'ocsp-nonce-mismatch', certificate: sha256 });
  }

  // 2. The signature on the response is valid.
  const signers = signersOf(response, question);
  if (!signers.ok) return signers;

  // 3. The identity of the signer matches the one that the response names.
  const identified = signers.certificates.filter(each => isResponder(response.responderId, each));
  if (identified.length === 0) return refuse({ code: 'ocsp-responder-mismatch', certificate: sha256 });

  // 4. The signer is currently authorized to answer for this certificate: its issuer, or whom the issuer delegated.
  const unauthorized = authorizationFailure(identified, question);
  if (unauthorized !== undefined) {
    return refuse({ code: 'ocsp-responder-not-authorized', certificate: sha256, because: unauthorized });
  }

  // 5. thisUpdate is recent enough; and 6. nextUpdate, where there is one, is still to come.
  const outdated = singles.map(each => freshnessFailure(each, sha256, time, question.freshness));
  const current = singles.filter((_, at) => outdated[at] === undefined);

  // Of several answers about one certificate the worst counts: revoked, then not current, then unknown, then good.
  const revoked = current.find(each => each.certStatus.status === 'revoked');
  const failure = outdated.find(each => each !== undefined);
  if (revoked === undefined && failure !== undefined) return refuse(failure);
  const worst = revoked ?? current.find(each => each.certStatus.status === 'unknown') ?? current[0];
  if (worst === undefined || worst.certStatus.status === 'unknown') {
    return refuse({ code: 'ocsp-status-unknown', certificate: sha256 });
  }
  return { ok: true, answer: make(certificate, worst.certStatus, worst.thisUpdate) };
}

function isForAnotherRequest(response: UnverifiedOcspResponse, nonce: Uint8Array | undefined): boolean {
  if (nonce === undefined || response.nonce === undefined) return false;
  return !bytesEqual(response.nonce, encodeElement(TAG.octetString, nonce));
}

type Signers = { readonly ok: true; readonly certificates: readonly Certificate[] } | Refused<OcspFailure>;

/** The issuer and the certificates that came along, as far as their keys verify the signature. */
function signersOf(response: UnverifiedOcspResponse, { path, index, budget }: OcspQuestion): Signers {
  const { algorithms } = path.inputs;
  const scheme = signatureScheme(response.signatureAlgorithm, algorithms);
  if (scheme === undefined) {
    return refuse({ code: 'ocsp-algorithm-not-allowed', algorithm: response.signatureAlgorithm.algorithm });
  }
  const signed = (key: PublicKey): boolean =>
    weaknessOf(key, algorithms) === undefined &&
    budget.takeSignature() &&
    verifySignature(scheme, key, response.tbs, response.signature);
  const issuer = path.issuerOf(index);
  // The issuer's key may have inherited its parameters (RFC 5280 section 6.1.4 f); at the top it is the anchor's.
  const certificates = signed(path.keyAt(index - 1))
    ? [issuer]
    : response.certificates.filter(each => signed(each.publicKey));
  if (certificates.length > 0) return { ok: true, certificates };
  const certificate = path.certificates[index]?.sha256 ?? '';
  return refuse({ code: 'ocsp-signature-invalid', certificate });
}

/** `undefined` if one of the signers may answer; else what is wrong with the first. */
function authorizationFailure(signers: readonly Certificate[], question: OcspQuestion): string | undefined {
  const issuer = question.path.issuerOf(question.index);
  let because: string | undefined;
  for (const signer of signers) {
    if (signer === issuer) return undefined;
    const delegation = judgeDelegation(signer, question);
    if (delegation.ok && question.acceptsResponder(delegation.path)) return undefined;
    because ??= delegation.ok ? 'responder-revocation-status' : delegation.because;
  }
  return because;
}

/** thisUpdate has come; nextUpdate, or the allowed age where there is none, has not passed. */
function freshnessFailure(
  single: SingleResponse,
  certificate: string,
  time: Date,
  { maxAgeMs, clockSkewMs }: OcspFreshness,
): OcspFailure | undefined {
  const { thisUpdate, nextUpdate } = single;
  if (thisUpdate > time.getTime() + clockSkewMs) {
    return { code: 'ocsp-not-yet-valid', certificate, thisUpdate: new Date(thisUpdate), validationTime: time };
  }
  const validUntil = nextUpdate ?? thisUpdate + maxAgeMs;
  // It holds through its last second, like notAfter.
  if (time.getTime() >= validUntil + 1000) {
    return { code: 'ocsp-expired', certificate, validUntil: new Date(validUntil), validationTime: time };
  }
  return undefined;
}
