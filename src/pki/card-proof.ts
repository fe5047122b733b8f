import { parseCertificate, type Certificate } from './certificate.ts';
import { buildPath } from './certification-path/build.ts';
import type { PathVerdict, ValidatedPath } from './certification-path/validate.ts';
import { refuse, type PkiFailure, type Refused } from './failures.ts';
import {
  citizenPathInputs,
  judgeCitizenProfile,
  obviousMisuse,
  type CardHolder,
} from './profiles/citizen-certificate.ts';
import { checkRevocation, openStatuses, type OpenStatus } from './revocation/check-revocation.ts';
import type { RevocationPolicy } from './revocation/revocation-policy.ts';
import type { OcspEvidence } from './revocation/status-from-ocsp.ts';
import type { TrustedCrl } from './revocation/trusted-crl.ts';
import { rawSignatureFailure } from './signed-data/raw-signature.ts';
import { parseSignedData, type UnverifiedSignedData } from './signed-data/signed-data.ts';
import { claimedSigner, signedDataFailure } from './signed-data/verify-signed-data.ts';
import type { TrustStore } from './trust-store.ts';

/** What the browser brought back from the card. All DER or raw octets, all unverified. */
export type CardProof =
  | { readonly kind: 'pkcs1'; readonly signature: Uint8Array; readonly certificate: Uint8Array }
  | { readonly kind: 'cms'; readonly signedData: Uint8Array };

/** What the first half of a judgement needs: nothing about revocation. */
export interface ProofCriteria {
  readonly trustStore: TrustStore;
  /** The instant of judgement. */
  readonly time: Date;
}

/** What the second half needs: all that is known about revocation. */
export interface StatusCriteria {
  /** CRLs whose signatures were verified when they were loaded. */
  readonly crls: readonly TrustedCrl[];
  /** OCSP responses that were asked for this certificate and those above it. */
  readonly ocsp?: readonly OcspEvidence[];
  readonly time: Date;
  readonly policy: RevocationPolicy;
}

export interface CardProofInput extends ProofCriteria, StatusCriteria {
  /** The challenge that was issued, octet for octet. */
  readonly tbs: Uint8Array;
  readonly proof: CardProof;
}

let make: (path: ValidatedPath) => ProvenCard;

/**
 * Evidence that a certificate has a valid path to a pinned anchor and, where a challenge was to be signed, that its key
 * signed it. Whether it is revoked, and a citizen's, is open: `judgeCardStatus` decides. From here on, and not before,
 * its CA's OCSP responder may be asked.
 */
export class ProvenCard {
  readonly #path: ValidatedPath;

  private constructor(path: ValidatedPath) {
    this.#path = path;
  }

  static {
    make = path => new ProvenCard(path);
  }

  get path(): ValidatedPath {
    return this.#path;
  }

  /** The certificates that an OCSP responder should be asked about before the status is judged. */
  openStatuses(criteria: Omit<StatusCriteria, 'ocsp'>): readonly OpenStatus[] {
    return openStatuses(this.#path, criteria.crls, criteria);
  }
}

export type ProvenCardVerdict = { readonly ok: true; readonly card: ProvenCard } | Refused<PkiFailure>;

export type CardProofVerdict =
  | {
      readonly ok: true;
      readonly cardHolder: CardHolder;
      /**
       * True when a CRL past its nextUpdate was used under the policy's grace: the login must be recorded with that.
       */
      readonly usedGrace: boolean;
    }
  | Refused<PkiFailure>;

/**
 * Judges a card login: that the holder of a citizen card signed `tbs` with it, and that the card's certificate is sound
 * at `time`.
 *
 * Establishes, in this order: the proof is well formed and names one certificate; that is not obviously another kind of
 * card; it has a valid path to a pinned anchor; its key signed the challenge; nothing in the path is revoked; it is a
 * citizen's sign certificate. Nothing is fetched. That the challenge is fresh, ours and spent once is the caller's
 * matter.
 *
 * @returns the holder, or the first failure; never throws for bad input
 */
export function judgeCardProof(input: CardProofInput): CardProofVerdict {
  const proven = proveCard(input);
  return proven.ok ? judgeCardStatus(proven.card, input) : proven;
}

/** The first half of `judgeCardProof`, for a caller who asks a responder between the halves: proof, path, signature. */
export function proveCard(
  input: ProofCriteria & { readonly tbs: Uint8Array; readonly proof: CardProof },
): ProvenCardVerdict {
  const opened = openProof(input.proof);
  if (!opened.ok) return opened;

  const built = buildCitizenPath(opened.certificate, input);
  if (!built.ok) return built;

  const signatureFailure = opened.failureOver(input.tbs);
  if (signatureFailure !== undefined) return refuse(signatureFailure);

  return { ok: true, card: make(built.path) };
}

/** The second half: revocation, then the profile, which names the holder. */
export function judgeCardStatus(card: ProvenCard, criteria: StatusCriteria): CardProofVerdict {
  const revocation = checkRevocation(card.path, criteria.crls, criteria);
  if (!revocation.ok) return revocation;

  const citizen = judgeCitizenProfile(revocation.checked);
  if (!citizen.ok) return citizen;

  return { ok: true, cardHolder: citizen.cardHolder, usedGrace: revocation.checked.usedGrace };
}

/**
 * Judges a citizen's sign certificate without a signature by its holder: the same steps, but nobody has shown to hold
 * the card. For binding a card that a registrar vouches for, never for a login.
 *
 * @param input.certificate DER
 */
export function judgeCitizenCertificate(
  input: ProofCriteria & StatusCriteria & { readonly certificate: Uint8Array },
): CardProofVerdict {
  const proven = proveCitizenCertificate(input);
  return proven.ok ? judgeCardStatus(proven.card, input) : proven;
}

/** The first half of `judgeCitizenCertificate`, for a caller who asks a responder between the halves. */
export function proveCitizenCertificate(
  input: ProofCriteria & { readonly certificate: Uint8Array },
): ProvenCardVerdict {
  const parsed = parseCertificate(input.certificate);
  if (!parsed.ok) return parsed;

  const built = buildCitizenPath(parsed.certificate, input);
  return built.ok ? { ok: true, card: make(built.path) } : built;
}

/** Steps that cost little before those that cost more: what kind of card, then the path to a pinned anchor. */
function buildCitizenPath(
  certificate: Certificate,
  { trustStore, time }: ProofCriteria,
): PathVerdict | Refused<PkiFailure> {
  const misuse = obviousMisuse(certificate);
  return misuse === undefined ? buildPath(certificate, trustStore.material, citizenPathInputs(time)) : refuse(misuse);
}

interface OpenedProof {
  readonly ok: true;
  readonly certificate: Certificate;
  /** The failure of the proof's signature over `tbs`, if it does not hold. */
  readonly failureOver: (tbs: Uint8Array) => PkiFailure | undefined;
}

/** Takes the two forms of proof to one: a certificate, and a question about its signature that is asked later. */
function openProof(proof: CardProof): OpenedProof | Refused<PkiFailure> {
  switch (proof.kind) {
    case 'pkcs1': {
      const parsed = parseCertificate(proof.certificate);
      if (!parsed.ok) return parsed;
      const { certificate } = parsed;
      return { ok: true, certificate, failureOver: tbs => rawSignatureFailure(certificate, tbs, proof.signature) };
    }
    case 'cms': {
      const parsed = parseSignedData(proof.signedData);
      return parsed.ok ? openSignedData(parsed.signedData) : parsed;
    }
  }
}

function openSignedData(signedData: UnverifiedSignedData): OpenedProof | Refused<PkiFailure> {
  const claimed = claimedSigner(signedData);
  if (!claimed.ok) return claimed;
  const { certificate } = claimed;
  return { ok: true, certificate, failureOver: tbs => signedDataFailure(signedData, certificate, tbs) };
}
