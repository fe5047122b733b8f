import { judgeCardStatus, proveCard, type CardProof, type CardProofVerdict } from '../pki/card-proof.ts';
import type { PkiFailure } from '../pki/failures.ts';
import type { CardHolder } from '../pki/profiles/citizen-certificate.ts';
import type { BlockedFailure } from '../pki/revocation/block-list.ts';
import { judgeChallenge, type ChallengeFailure, type ChallengePurpose } from '../sessions/challenge.ts';
import type { GatewayContext } from './gateway-context.ts';

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
  const judgement = await judgeCard(context, challenge.tbs, answer.proof, now);
  if (!judgement.ok) return { ...judgement, holder: null };
  const { cardHolder: holder, usedGrace } = judgement;
  if (isBlocked(context, holder)) return { ok: false, failure: blocked(holder), holder };
  return { ok: true, holder, tbs: challenge.tbs, usedGrace };
}

/** Proof, path and signature first; only then, where the policy asks for it, the CA's responder; then the verdict. */
async function judgeCard(
  { trust }: Pick<GatewayContext, 'trust'>,
  tbs: string,
  proof: CardProof,
  time: Date,
): Promise<CardProofVerdict> {
  const proven = proveCard({ tbs: Buffer.from(tbs, 'ascii'), proof, trustStore: trust.trustStore(), time });
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
