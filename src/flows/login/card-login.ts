import type { CardProof } from '../../pki/card-proof.ts';
import { CHALLENGE_LIFETIME_MS, composeTbs, type ChallengePurpose } from '../../sessions/challenge.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { strangerFrom } from './hold-back.ts';
import { judgeCardAnswer } from './judge-card.ts';
import { openCardSession, refuseCard, type CardArrival, type CardLoginOutcome } from './open-card-session.ts';

export interface IssuedChallenge {
  readonly challengeId: string;
  readonly tbs: string;
  readonly expiresAt: Date;
}

/** Hands one browser session a text to be signed by the card, once, within five minutes. */
export async function issueChallenge(
  context: GatewayContext,
  input: { readonly purpose: ChallengePurpose; readonly sheet?: string; readonly browserSessionHash: string },
): Promise<IssuedChallenge> {
  const id = context.randomness.uuid();
  const expiresAt = new Date(context.clock.now().getTime() + CHALLENGE_LIFETIME_MS);
  const tbs = composeTbs({
    purpose: input.purpose,
    ...(input.sheet === undefined ? {} : { sheet: input.sheet }),
    portal: `${context.portal.host}:${context.portal.port}`,
    nonce: context.randomness.bytes(24),
    expiresAt,
    browserSessionHash: input.browserSessionHash,
  });
  await context.ephemeral.put('challenge', id, { id, tbs, expiresAt, ...input }, expiresAt);
  return { challengeId: id, tbs, expiresAt };
}

export interface CardLogin extends Pick<CardArrival, 'origin' | 'renewPortalCookie'> {
  readonly challengeId: string;
  readonly proof: CardProof;
  readonly browserSessionHash: string;
}

/** A citizen card opens a session by signing a challenge. */
export async function logInWithCard(context: GatewayContext, login: CardLogin): Promise<CardLoginOutcome> {
  const { origin, renewPortalCookie } = login;
  const judgement = await judgeCardAnswer(context, { ...login, purpose: 'login', by: strangerFrom(origin) });
  if (!judgement.ok) return refuseCard(context, { method: 'card', origin }, judgement.failure, judgement.holder);
  const { holder, usedGrace } = judgement;
  return openCardSession(context, { holder, usedGrace, method: 'card', origin, renewPortalCookie });
}
