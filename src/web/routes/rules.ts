import { acknowledgeRules } from '../../flows/credentials/acknowledge-rules.ts';
import { leadOn } from '../../flows/login/enter-system.ts';
import { wantsJson } from '../desk-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { renderRulesPage } from '../views/rules-page.tsx';
import { parseTripId } from './login.ts';

/** `GET /rules/acknowledge[?trip=…]`: the rules in force, before anything else (D1-095). */
export function showRules(portal: Portal): PortalHandler {
  return (request, response) => {
    const page = renderRulesPage({
      page: composePageContext(portal, request, response),
      version: portal.context.rulesVersion,
      formToken: portal.formTokens.tokenFor(request.sessionID),
      trip: parseTripId(textField(request.query, 'trip', 64)),
    });
    response.type('html').send(page);
  };
}

/** `POST /rules/acknowledge` `{version}`: leads on to where the person was going. */
export function takeAcknowledgement(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { session } = visitorOf(response).person;
    const version = textField(request.body, 'version', 40) ?? '';
    const outcome = await acknowledgeRules(context, { session, version, origin: originOf(response) });
    if (!outcome.ok) {
      answerFailure(portal, request, response, outcome.failure);
      return;
    }
    const next = await leadOn(context, { session, tripId: parseTripId(textField(request.body, 'trip', 64)) });
    if (wantsJson(request)) response.json({ next });
    else response.redirect(303, next);
  };
}
