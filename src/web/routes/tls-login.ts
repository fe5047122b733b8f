import { beginTlsLogin, returnFromCardHost } from '../../flows/login/tls-login.ts';
import { holdBack, strangerFrom } from '../../flows/login/hold-back.ts';
import { leadOn } from '../../flows/login/enter-system.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { openBrowserSession, replaceBrowserSession } from '../browser-renewal.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { hasBrowserSession } from '../visitor.ts';
import { parseTripId } from './login.ts';

/** `POST /login/tls` `{trip?}`: on to the card host, where the browser is asked for the card's certificate. */
export function beginByCertificate(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    if (context.cardHost === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const held = await holdBack(context, 'challenge', strangerFrom(originOf(response)));
    if (held !== null) {
      answerFailure(portal, request, response, held);
      return;
    }
    const location = await beginTlsLogin(context, {
      browserSessionHash: await openBrowserSession(request, context.clock.now()),
      tripId: parseTripId(textField(request.body, 'trip', 64)),
      clientAddress: originOf(response).clientAddress,
    });
    // The card host has no cookies, so the page there would not know the language that was chosen here.
    response.redirect(303, `${location}&language=${response.locals.language}`);
  };
}

/** `GET /login/tls/return?code=…`: back from the card host; spends the code and opens the session. */
export function returnByCertificate(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const origin = originOf(response);
    const outcome = await returnFromCardHost(context, {
      code: textField(request.query, 'code', 64) ?? '',
      browserSessionHash: hasBrowserSession(request) ? hashSecret(request.sessionID) : undefined,
      origin,
      renewPortalCookie: () => replaceBrowserSession(context, request, origin, true),
    });
    if (outcome.ok) response.redirect(303, await leadOn(context, outcome));
    else answerFailure(portal, request, response, outcome.failure);
  };
}
