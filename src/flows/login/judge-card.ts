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
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import { forgive, holdBack, strangerFrom, type LimitedActor, type TooManyAttempts } from './hold-back.ts';

/** Everything that can be wrong with a card's answer to a challenge, whatever it was asked for. */
export type CardFailure = TooManyAttempts | ChallengeFailure | PkiFailure | BlockedFailure;

/** A verdict on a card, whatever it signed. */
export type ProvenVerdict =
  | {
      readonly ok: true;
      readonly holder: CardHolder;
      /** A CRL past its nextUpdate was used: to be recorded with what follows. */
      readonly usedGrace: boolean;
    }
  | {
      readonly ok: false;
      readonly failure: CardFailure;
      /** Whose card it is, where that came out before the refusal. */
      readonly holder: CardHolder | null;
    };

/** The same with what was signed. */
export type CardVerdict =
  (Extract<ProvenVerdict, { ok: true }> & { readonly tbs: string }) | Extract<ProvenVerdict, { ok: false }>;

/**
 * Judges what a card has signed: the challenge is this browser's, for this purpose and unspent; the signature is the
 * card's; the card is a citizen's, neither revoked nor blocked.
 *
 * The challenge is taken before anything is judged, so a signature is tried at most once, whatever its fate. Whoever
 * hands in too much that no card can have made is held back before that.
 */
export async function judgeCardAnswer(
  context: GatewayContext,
  answer: {
    readonly challengeId: string;
    readonly proof: CardProof;
    readonly purpose: ChallengePurpose;
    /** For `sign`: the sheet that must have been signed. */
    readonly sheet?: string;
    readonly browserSessionHash: string;
    /** Whom it counts against if no card made it. */
    readonly by: LimitedActor;
  },
): Promise<CardVerdict> {
  const now = context.clock.now();
  const { purpose, sheet, browserSessionHash, by } = answer;
  const held = await holdBack(context, 'card-proof', by);
  if (held !== null) return { ok: false, failure: held, holder: null };
  const challenge = await context.ephemeral.take('challenge', answer.challengeId);
  const challengeFailure = judgeChallenge(challenge, {
    purpose,
    ...(sheet === undefined ? {} : { sheet }),
    browserSessionHash,
    now,
  });
  if (challengeFailure !== null || challenge === undefined) {
    if (challengeFailure?.code === 'challenge-expired') await forgive(context, 'card-proof', by);
    return { ok: false, failure: challengeFailure ?? { code: 'challenge-unknown' }, holder: null };
  }
  const trustStore = context.trust.trustStore();
  const tbs = Buffer.from(challenge.tbs, 'ascii');
  const proven = proveCard({ tbs, proof: answer.proof, trustStore, time: now });
  if (proven.ok || MET_BY_HONEST_PEOPLE.has(proven.failure.code)) await forgive(context, 'card-proof', by);
  const verdict = await judgeProven(context, proven, now);
  return verdict.ok ? { ...verdict, tbs: challenge.tbs } : verdict;
}

/**
 * Judges the certificate of a TLS handshake in which its key has signed: as strictly as a card's answer, with the same
 * limit to its address.
 *
 * @param certificate DER, from anybody
 */
export async function judgeClientCertificate(
  context: GatewayContext,
  certificate: Uint8Array,
  origin: RequestOrigin,
): Promise<ProvenVerdict> {
  const by = strangerFrom(origin);
  const held = await holdBack(context, 'card-proof', by);
  if (held !== null) return { ok: false, failure: held, holder: null };
  const time = context.clock.now();
  const proven = proveCitizenCertificate({ certificate, trustStore: context.trust.trustStore(), time });
  if (proven.ok || MET_BY_HONEST_PEOPLE.has(proven.failure.code)) await forgive(context, 'card-proof', by);
  return judgeProven(context, proven, time);
}

/** The second half, after proof and path: neither revoked nor blocked. */
async function judgeProven(
  context: Pick<GatewayContext, 'trust'>,
  proven: ProvenCardVerdict,
  time: Date,
): Promise<ProvenVerdict> {
  const judgement = await judgeStatus(context, proven, time);
  if (!judgement.ok) return { ...judgement, holder: null };
  const { cardHolder: holder, usedGrace } = judgement;
  return isBlocked(context, holder) ? { ok: false, failure: blocked(holder), holder } : { ok: true, holder, usedGrace };
}

/** What somebody meets who uses a real card in good faith: it says nothing against his address. */
const MET_BY_HONEST_PEOPLE: ReadonlySet<PkiFailure['code']> = new Set([
  'certificate-expired',
  'certificate-not-yet-valid',
  'moeaca-certificate',
  'gca-certificate',
  'xca-certificate',
  'encryption-certificate',
]);

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
