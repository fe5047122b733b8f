import type { Request } from 'express';
import { z } from 'zod';
import { issueChallenge, logInWithCard } from '../../flows/card-login.ts';
import { findTrip, issueEntryCode } from '../../flows/enter-system.ts';
import { logOut } from '../../flows/portal-session.ts';
import type { CardProof } from '../../pki/card-proof.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { hasBrowserSession } from '../visitor.ts';

/** Base64 that is its own decoding's encoding: one text for one value, nothing ignored. */
function base64(limitBytes: number) {
  return z
    .string()
    .min(4)
    .max(Math.ceil(limitBytes / 3) * 4)
    .refine(text => Buffer.from(text, 'base64').toString('base64') === text)
    .transform(text => new Uint8Array(Buffer.from(text, 'base64')));
}

const challengeRequest = z.strictObject({});

const common = {
  challengeId: z.uuid(),
  trip: z
    .string()
    .length(43)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
};
const cardLoginRequest = z.union([
  z.strictObject({
    ...common,
    // RSA-4096 is the longest key of this PKI: 512 bytes.
    signature: base64(512),
    // Citizen certificates take about 1.5 KiB.
    certificate: base64(8 * 1024),
  }),
  // With the whole chain a SignedData takes about 8 KiB; the body's limit leaves 45.
  z.strictObject({ ...common, signedData: base64(45 * 1024) }),
]);

/** `POST /login/card/challenge`: a text for the card to sign, bound to this browser's session (which it begins). */
export function giveChallenge(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    if (!challengeRequest.safeParse(request.body).success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    if (!hasBrowserSession(request)) {
      request.session.openedAtMs = context.clock.now().getTime();
      await saveSession(request);
    }
    const browserSessionHash = hashSecret(request.sessionID);
    const { challengeId, tbs, expiresAt } = await issueChallenge(context, { purpose: 'login', browserSessionHash });
    response.json({ challengeId, tbs, expiresAt: expiresAt.toISOString() });
  };
}

/** `POST /login/card`: what the card signed. Answers where to go next: into the trip's system, or to the start page. */
export function takeCardProof(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const body = cardLoginRequest.safeParse(request.body);
    if (!body.success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }

    const origin = {
      requestId: response.locals.requestId,
      clientAddress: request.socket.remoteAddress ?? 'unknown',
    };
    const outcome = await logInWithCard(context, {
      challengeId: body.data.challengeId,
      proof: proofOf(body.data),
      browserSessionHash: hashSecret(request.sessionID),
      origin,
      renewPortalCookie: async () => {
        // A login anew replaces the one before: nobody may be left logged in twice by one browser without knowing.
        const cookieHash = hashSecret(request.sessionID);
        await logOut(context, { host: context.portal.host, cookieHash, origin });
        return renewCookie(request, context.clock.now());
      },
    });
    if (!outcome.ok) {
      answerFailure(portal, request, response, outcome.failure);
      return;
    }

    const found = body.data.trip === undefined ? undefined : await findTrip(context, body.data.trip);
    const next = found === undefined ? '/' : await issueEntryCode(context, { session: outcome.session, ...found });
    response.json({ next });
  };
}

function proofOf(body: z.infer<typeof cardLoginRequest>): CardProof {
  return 'signedData' in body
    ? { kind: 'cms', signedData: body.signedData }
    : { kind: 'pkcs1', signature: body.signature, certificate: body.certificate };
}

type SessionRequest = Pick<Request, 'session' | 'sessionID'>;

/** Gives the browser a new session id (against fixation) and returns the hash of its cookie value. */
async function renewCookie(request: SessionRequest, now: Date): Promise<string> {
  await new Promise<void>((resolve, reject) => request.session.regenerate(settleBy(resolve, reject)));
  request.session.openedAtMs = now.getTime();
  request.session.loggedInAtMs = now.getTime();
  await saveSession(request);
  return hashSecret(request.sessionID);
}

function saveSession(request: SessionRequest): Promise<void> {
  return new Promise((resolve, reject) => void request.session.save(settleBy(resolve, reject)));
}

function settleBy(resolve: () => void, reject: (fault: Error) => void): (error: unknown) => void {
  return error => {
    if (error === undefined || error === null) resolve();
    else reject(new Error('The browser session cannot be kept.', { cause: error }));
  };
}
