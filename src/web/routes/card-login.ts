import { issueChallenge, logInWithCard } from '../../flows/login/card-login.ts';
import { holdBack, strangerFrom } from '../../flows/login/hold-back.ts';
import { leadOn } from '../../flows/login/enter-system.ts';
import { hashSecret, type ChallengePurpose } from '../../sessions/challenge.ts';
import { openBrowserSession, replaceBrowserSession } from '../browser-renewal.ts';
import { cardAnswer, challengeRequest, proofOf } from '../card-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';

/** `POST /login/card/challenge`, `/activate/card/challenge`: a text for the card to sign, bound to this browser's session (which it begins). */
export function giveChallenge(portal: Portal, purpose: ChallengePurpose): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    if (!challengeRequest.safeParse(request.body).success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const held = await holdBack(context, 'challenge', strangerFrom(originOf(response)));
    if (held !== null) {
      answerFailure(portal, request, response, held);
      return;
    }
    const browserSessionHash = await openBrowserSession(request, context.clock.now());
    const { challengeId, tbs, expiresAt } = await issueChallenge(context, { purpose, browserSessionHash });
    response.json({ challengeId, tbs, expiresAt: expiresAt.toISOString() });
  };
}

/** `POST /login/card`: what the card signed. Answers where to go next: into the trip's system, or to the start page. */
export function takeCardProof(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const body = cardAnswer.safeParse(request.body);
    if (!body.success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }

    const origin = originOf(response);
    const outcome = await logInWithCard(context, {
      challengeId: body.data.challengeId,
      proof: proofOf(body.data),
      browserSessionHash: hashSecret(request.sessionID),
      origin,
      renewPortalCookie: () => replaceBrowserSession(context, request, origin, true),
    });
    if (!outcome.ok) {
      answerFailure(portal, request, response, outcome.failure);
      return;
    }

    response.json({ next: await leadOn(context, { session: outcome.session, tripId: body.data.trip }) });
  };
}
