import type { PendingDecision } from '../../applications/pending-decision.ts';
import { decideApplication } from '../../flows/applications/decide-application.ts';
import {
  issueSigningChallenge,
  verifySignedDecision,
  type SignedDecision,
} from '../../flows/applications/sign-decision.ts';
import { CHALLENGE_LIFETIME_MS, hashSecret } from '../../sessions/challenge.ts';
import { applicationActorOf } from '../application-answer.ts';
import type { AnyRequest, AnyResponse } from '../application-visit.ts';
import { cardAnswer, challengeRequest, proofOf } from '../card-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { renderSignPage } from '../views/signing-pages.tsx';

/** Keeps a decision until its card has signed, and leads to the page where it does. */
export async function askForSignature(
  portal: Portal,
  request: AnyRequest,
  response: AnyResponse,
  decision: PendingDecision,
): Promise<void> {
  const { clock, ephemeral } = portal.context;
  const until = new Date(clock.now().getTime() + 2 * CHALLENGE_LIFETIME_MS);
  await ephemeral.put('signing', hashSecret(request.sessionID), decision, until);
  response.redirect(303, `/applications/${decision.number}/sign`);
}

/** `GET /applications/:number/sign`: the decision once more, and the card dialogue. */
export function showSigning(portal: Portal): PortalHandler {
  return async (request, response) => {
    const decision = await findPending(portal, request);
    if (decision === undefined) {
      response.redirect(303, `/applications/${request.params['number'] ?? ''}`);
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderSignPage({ desk, decision }));
  };
}

/** `POST /applications/:number/sign/challenge`: a text that carries the hash of the sheet. */
export function giveSigningChallenge(portal: Portal): PortalHandler {
  return async (request, response) => {
    const decision = await findPending(portal, request);
    if (decision === undefined || !challengeRequest.safeParse(request.body).success) {
      answerFailure(portal, request, response, { code: 'application-signature-refused' });
      return;
    }
    const outcome = await issueSigningChallenge(portal.context, composeDecision(request, response, decision));
    if (!outcome.ok) {
      const { failure } = outcome;
      const told =
        failure.code === 'too-many-attempts' ? failure : ({ code: 'application-signature-refused' } as const);
      answerFailure(portal, request, response, told);
      return;
    }
    const { challengeId, tbs, expiresAt } = outcome.challenge;
    response.json({ challengeId, tbs, expiresAt: expiresAt.toISOString() });
  };
}

/** `POST /applications/:number/sign/card`: the signature; with it the decision stands. */
export function takeSignature(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const body = cardAnswer.safeParse(request.body);
    const decision = await findPending(portal, request);
    if (!body.success || decision === undefined) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const signed = composeDecision(request, response, decision);
    const answer = { challengeId: body.data.challengeId, proof: proofOf(body.data) };
    const verified = await verifySignedDecision(context, signed, answer);
    const outcome = verified.ok
      ? await decideApplication(context, { ...decision, actor: signed.actor, signature: verified.signature })
      : verified;
    if (!outcome.ok) {
      answerFailure(portal, request, response, { code: 'application-signature-refused' });
      return;
    }
    await context.ephemeral.take('signing', hashSecret(request.sessionID));
    response.json({ next: `/applications/${decision.number}` });
  };
}

/** The decision that this browser is about to sign, if it is about the application of the path. */
async function findPending({ context }: Portal, request: AnyRequest): Promise<PendingDecision | undefined> {
  const decision = await context.ephemeral.find('signing', hashSecret(request.sessionID));
  return decision?.number === request.params['number'] ? decision : undefined;
}

function composeDecision(request: AnyRequest, response: AnyResponse, decision: PendingDecision): SignedDecision {
  const actor = applicationActorOf(response);
  return { ...decision, actor, browserSessionHash: hashSecret(request.sessionID) };
}
