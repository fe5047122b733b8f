import { findActivation } from '../../flows/credentials/activation-stand.ts';
import {
  acknowledgeInActivation,
  choosePassword,
  type ActivationOutcome,
} from '../../flows/credentials/activate-account.ts';
import { beginActivation } from '../../flows/credentials/begin-activation.ts';
import { registerCertificate } from '../../flows/credentials/register-certificate.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { replaceBrowserSession } from '../browser-renewal.ts';
import { cardAnswer, proofOf } from '../card-answer.ts';
import { wantsJson } from '../desk-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import type { FieldError } from '../field-errors.ts';
import type { PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { PROBLEMS } from '../problem.ts';
import { originOf } from '../request-origin.ts';
import { ONE_DAY, PASSWORD_FAULTS } from '../texts/credentials.ts';
import { storyOf } from '../texts/stories/stories.ts';
import { renderActivatedPage, renderBeginPage, renderStepPage } from '../views/activation-pages.tsx';

const STEP = '/activate/step';

/** Twice the longest password; longer texts are none. */
export const SECRET_LIMIT = 256;

/** `GET /activate`, `GET /rebind`: account and initial secret, or account and permanent password. */
export function showBegin(portal: Portal, aim: 'activation' | 're-binding'): PortalHandler {
  return (request, response) => {
    response.type('html').send(
      renderBeginPage({
        page: composePageContext(portal, request, response),
        aim,
        formToken: portal.formTokens.tokenFor(request.sessionID),
        account: '',
        errors: [],
      }),
    );
  };
}

/** `POST /activate`, `POST /rebind`: leads to the pending step; wrong ones come back with the account as typed. */
export function begin(portal: Portal, aim: 'activation' | 're-binding'): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const account = textField(request.body, 'account', 128) ?? '';
    const origin = originOf(response);
    const outcome = await beginActivation(context, {
      loginName: account,
      secret: textField(request.body, 'secret', SECRET_LIMIT) ?? '',
      origin,
      renewBrowserSession: () => replaceBrowserSession(context, request, origin, false),
    });
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ next: STEP, stand: outcome.stand });
      else response.redirect(303, STEP);
      return;
    }
    if (outcome.failure.code !== 'activation-refused' || wantsJson(request)) {
      answerFailure(portal, request, response, outcome.failure);
      return;
    }
    response.status(PROBLEMS['activation-refused'].status);
    response.type('html').send(
      renderBeginPage({
        page: composePageContext(portal, request, response),
        aim,
        formToken: portal.formTokens.tokenFor(request.sessionID),
        account,
        errors: [{ field: 'secret', text: ONE_DAY.activationRefused }],
      }),
    );
  };
}

/** `GET /activate/step`: the step that is pending, whatever was done in another tab. */
export function showStep(portal: Portal): PortalHandler {
  return (request, response) => sendStep(portal, request, response, []);
}

/** `POST /activate/password` */
export function takePassword(portal: Portal): PortalHandler {
  return async (request, response) => {
    const outcome = await choosePassword(portal.context, {
      browserSessionHash: hashSecret(request.sessionID),
      password: textField(request.body, 'password', SECRET_LIMIT) ?? '',
      repeated: textField(request.body, 'repeated', SECRET_LIMIT) ?? '',
      origin: originOf(response),
    });
    await answerStep(portal, request, response, outcome);
  };
}

/** `POST /activate/rules` */
export function takeRules(portal: Portal): PortalHandler {
  return async (request, response) => {
    const outcome = await acknowledgeInActivation(portal.context, {
      browserSessionHash: hashSecret(request.sessionID),
      version: textField(request.body, 'version', 40) ?? '',
      origin: originOf(response),
    });
    await answerStep(portal, request, response, outcome);
  };
}

/** `POST /activate/card`: what the card has signed over a `bind` challenge. */
export function takeCard(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const body = cardAnswer.safeParse(request.body);
    if (!body.success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const outcome = await registerCertificate(context, {
      challengeId: body.data.challengeId,
      proof: proofOf(body.data),
      browserSessionHash: hashSecret(request.sessionID),
      origin: originOf(response),
    });
    if (!outcome.ok) answerFailure(portal, request, response, outcome.failure);
    else response.json({ next: outcome.became === 'bound' ? '/activate/done' : STEP, became: outcome.became });
  };
}

/** `GET /activate/done`: needs no state, so it can be reloaded. */
export function showActivated(portal: Portal): PortalHandler {
  return (request, response) => {
    response.type('html').send(renderActivatedPage(composePageContext(portal, request, response)));
  };
}

type Handled = Parameters<PortalHandler>;

async function answerStep(
  portal: Portal,
  request: Handled[0],
  response: Handled[1],
  outcome: ActivationOutcome,
): Promise<void> {
  if (wantsJson(request)) {
    if (outcome.ok) response.json({ next: STEP, stand: outcome.stand });
    else answerFailure(portal, request, response, outcome.failure);
    return;
  }
  if (outcome.ok || outcome.failure.code === 'activation-step-not-pending') {
    // Done in another tab, or sent twice: the page that is due says more than a refusal.
    response.redirect(303, STEP);
    return;
  }
  const { failure } = outcome;
  if (failure.code === 'activation-over') {
    answerFailure(portal, request, response, failure);
    return;
  }
  response.status(PROBLEMS[failure.code].status);
  const errors: readonly FieldError[] =
    failure.code === 'password-refused'
      ? failure.faults.map(fault => ({
          field: fault === 'password-not-repeated' ? 'repeated' : 'password',
          text: PASSWORD_FAULTS[fault],
        }))
      : [{ field: 'version', text: storyOf(failure.code).title }];
  await sendStep(portal, request, response, errors);
}

async function sendStep(
  portal: Portal,
  request: Handled[0],
  response: Handled[1],
  errors: readonly FieldError[],
): Promise<void> {
  const activation = await findActivation(portal.context, hashSecret(request.sessionID));
  if (activation === undefined) {
    if (wantsJson(request)) answerFailure(portal, request, response, { code: 'activation-over' });
    else response.redirect(303, '/activate');
    return;
  }
  const { account, stand } = activation;
  if (wantsJson(request)) {
    response.json({ account: account.loginName, stand });
    return;
  }
  const page = renderStepPage({
    page: composePageContext(portal, request, response),
    account: account.loginName,
    stand,
    rulesVersion: portal.context.rulesVersion,
    formToken: portal.formTokens.tokenFor(request.sessionID),
    errors,
  });
  response.type('html').send(page);
}
