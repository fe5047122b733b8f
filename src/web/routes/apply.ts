import { enterAsApplicant, findApplicant, leaveAsApplicant } from '../../flows/applications/apply-with-card.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { replaceBrowserSession } from '../browser-renewal.ts';
import { cardAnswer, proofOf } from '../card-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { renderApplyPage } from '../views/signing-pages.tsx';

const OWN = '/apply/applications';

/** `GET /apply`: the card dialogue; who has signed already goes on to his applications. */
export function showApply(portal: Portal): PortalHandler {
  return async (request, response) => {
    const origin = originOf(response);
    const applicant = await findApplicant(portal.context, hashSecret(request.sessionID), origin);
    if (applicant !== undefined) response.redirect(303, OWN);
    else response.type('html').send(renderApplyPage(composePageContext(portal, request, response)));
  };
}

/** `POST /apply/card`: what the card has signed over an `apply` challenge. */
export function takeApplicantCard(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const body = cardAnswer.safeParse(request.body);
    if (!body.success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const origin = originOf(response);
    const outcome = await enterAsApplicant(context, {
      challengeId: body.data.challengeId,
      proof: proofOf(body.data),
      browserSessionHash: hashSecret(request.sessionID),
      origin,
      renewBrowserSession: () => replaceBrowserSession(context, request, origin, false),
    });
    if (outcome.ok) response.json({ next: OWN });
    else answerFailure(portal, request, response, outcome.failure);
  };
}

/** `POST /apply/leave`. */
export function leaveApply(portal: Portal): PortalHandler {
  return async (request, response) => {
    await leaveAsApplicant(portal.context, hashSecret(request.sessionID));
    response.redirect(303, '/logged-out');
  };
}
