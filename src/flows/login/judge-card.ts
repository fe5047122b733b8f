import {
  judgeCardStatus,
  proveCard,
  proveCitizenCertificate,
  type CardProof,
  type CardProofVerdict,
  type ProvenCardVerdict,
} from '../../pki/card-proof.ts';
import type { PkiFailure } from '../../pki/failures.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import type { BlockedFailure } from '../../pki/revocation/block-list.ts';
import { judgeChallenge, type ChallengeFailure, type ChallengePurpose } from '../../sessions/challenge.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** Everything that can be wrong with a card's answer to a challenge, whatever it was asked for. */
export type CardFailure = ChallengeFailure | PkiFailure | BlockedFailure;

export type CardVerdict =
  | {
      readonly ok: true;
      readonly holder: CardHolder;
      /** What was signed. */
      readonly tbs: string;
      /** A CRL past its nextUpdate was used: to be recorded with what follows. */
      readonly usedGrace: boolean;
    }
  | {
      readonly ok: false;
      readonly failure: CardFailure;
      /** Whose card it is, where that came out before the refusal. */
      readonly holder: CardHolder | null;
    };

/**
 * Judges what a card has signed: the challenge is this browser's, for this purpose and unspent; the signature is the
 * card's; the card is a citizen's, neither revoked nor blocked.
 *
 * The challenge is taken before anything is judged, so a signature is tried at most once, whatever its fate.
 */
export async function judgeCardAnswer(
  context: Pick<GatewayContext, 'clock' | 'ephemeral' | 'trust'>,
  answer: {
    readonly challengeId: string;
    readonly proof: CardProof;
    readonly purpose: ChallengePurpose;
    /** For `sign`: the sheet that must have been signed. */
    readonly sheet?: string;
    readonly browserSessionHash: string;
  },
): Promise<CardVerdict> {
  const now = context.clock.now();
  const { purpose, sheet, browserSessionHash } = answer;
  const challenge = await context.ephemeral.take('challenge', answer.challengeId);
  const challengeFailure = judgeChallenge(challenge, {
    purpose,
    ...(sheet === undefined ? {} : { sheet }),
    browserSessionHash,
    now,
  });
  if (challengeFailure !== null || challenge === undefined) {
    return { ok: false, failure: challengeFailure ?? { code: 'challenge-unknown' }, holder: null };
  }
  const trustStore = context.trust.trustStore();
  const tbs = Buffer.from(challenge.tbs, 'ascii');
  const proven = proveCard({ tbs, proof: answer.proof, trustStore, time: now });
  const judgement = await judgeStatus(context, proven, now);
  if (!judgement.ok) return { ...judgement, holder: null };
  const { cardHolder: holder, usedGrace } = judgement;
  if (isBlocked(context, holder)) return { ok: false, failure: blocked(holder), holder };
  return { ok: true, holder, tbs: challenge.tbs, usedGrace };
}

export type KeptCertificateVerdict =
  | { readonly ok: true; readonly holder: CardHolder }
  | { readonly ok: false; readonly failure: PkiFailure | BlockedFailure };

/** Judges a card anew by its certificate alone, as strictly as when it signed; for a registrar who vouches for its holder. */
export async function judgeKeptCertificate(
  context: Pick<GatewayContext, 'clock' | 'trust'>,
  certificate: Uint8Array,
): Promise<KeptCertificateVerdict> {
  const time = context.clock.now();
  const trustStore = context.trust.trustStore();
  const verdict = await judgeStatus(context, proveCitizenCertificate({ certificate, trustStore, time }), time);
  if (!verdict.ok) return verdict;
  const { cardHolder: holder } = verdict;
  return isBlocked(context, holder) ? { ok: false, failure: blocked(holder) } : { ok: true, holder };
}

/** Proof, path and signature came first; only then, where the policy asks for it, the CA's responder; then the verdict. */
async function judgeStatus(
  { trust }: Pick<GatewayContext, 'trust'>,
  proven: ProvenCardVerdict,
  time: Date,
): Promise<CardProofVerdict> {
  if (!proven.ok) return proven;
  const criteria = { crls: trust.crls(), time, policy: trust.revocationPolicy };
  const open = trust.askOcsp === undefined ? [] : proven.card.openStatuses(criteria);
  const ocsp = open.length === 0 ? [] : await trust.askOcsp?.(open);
  return judgeCardStatus(proven.card, { ...criteria, ocsp: ocsp ?? [] });
}

/** Whether this gateway itself has stopped accepting the card; the list may change at any moment. */
export function isBlocked({ trust }: Pick<GatewayContext, 'trust'>, holder: CardHolder): boolean {
  return trust.blockList().blocks(holder);
}

/** The refusal of such a card. */
export function blocked(holder: CardHolder): BlockedFailure {
  return { code: 'card-blocked', certificate: holder.certificateSha256 };
}
