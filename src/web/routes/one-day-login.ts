import { changeOneDayPassword, findDayPasswordChange } from '../../flows/login/change-one-day-password.ts';
import { leadOn } from '../../flows/login/enter-system.ts';
import { logInWithOneDayPassword } from '../../flows/login/log-in-with-one-day-password.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { replaceBrowserSession } from '../browser-renewal.ts';
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
import { renderDayPasswordPage, renderOneDayLoginPage } from '../views/one-day-pages.tsx';
import { SECRET_LIMIT } from './activation.ts';
import { parseTripId } from './login.ts';

const CHANGE = '/login/one-day-password/change';

type Handled = Parameters<PortalHandler>;

/** `GET /login/one-day-password[?trip=…]` */
export function showOneDayLogin(portal: Portal): PortalHandler {
  return (request, response) => {
    const trip = parseTripId(textField(request.query, 'trip', 64));
    sendLogin(portal, request, response, { account: '', trip, errors: [] });
  };
}

/** `POST /login/one-day-password` `{account, password}`: one answer for everything that is wrong (D1-140). */
export function takeOneDayLogin(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const account = textField(request.body, 'account', 128) ?? '';
    const trip = parseTripId(textField(request.body, 'trip', 64));
    const origin = originOf(response);
    const outcome = await logInWithOneDayPassword(context, {
      loginName: account,
      password: textField(request.body, 'password', SECRET_LIMIT) ?? '',
      origin,
      renewBrowserSession: isLogin => replaceBrowserSession(context, request, origin, isLogin),
    });
    if (outcome.ok) {
      const change = trip === undefined ? CHANGE : `${CHANGE}?trip=${trip}`;
      const next = outcome.next === 'change' ? change : await leadOn(context, { ...outcome, tripId: trip });
      if (wantsJson(request)) response.json({ next });
      else response.redirect(303, next);
      return;
    }
    if (outcome.failure.code !== 'one-day-password-refused' || wantsJson(request)) {
      answerFailure(portal, request, response, outcome.failure);
      return;
    }
    response.status(PROBLEMS['one-day-password-refused'].status);
    sendLogin(portal, request, response, { account, trip, errors: [{ field: 'password', text: ONE_DAY.refused }] });
  };
}

/** `GET /login/one-day-password/change`: only for a browser that has shown today's secret. */
export function showDayPasswordChange(portal: Portal): PortalHandler {
  return (request, response) => sendChange(portal, request, response, []);
}

/** `POST /login/one-day-password/change` `{password, repeated}`: opens the session. */
export function takeDayPasswordChange(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const origin = originOf(response);
    const outcome = await changeOneDayPassword(context, {
      browserSessionHash: hashSecret(request.sessionID),
      password: textField(request.body, 'password', SECRET_LIMIT) ?? '',
      repeated: textField(request.body, 'repeated', SECRET_LIMIT) ?? '',
      origin,
      renewBrowserSession: isLogin => replaceBrowserSession(context, request, origin, isLogin),
    });
    if (outcome.ok) {
      const tripId = parseTripId(textField(request.query, 'trip', 64));
      const next = await leadOn(context, { session: outcome.session, tripId });
      if (wantsJson(request)) response.json({ next });
      else response.redirect(303, next);
      return;
    }
    const { failure } = outcome;
    if (failure.code !== 'password-refused' || wantsJson(request)) {
      answerFailure(portal, request, response, failure);
      return;
    }
    response.status(PROBLEMS['password-refused'].status);
    const errors = failure.faults.map(fault => ({
      field: fault === 'password-not-repeated' ? 'repeated' : 'password',
      text: PASSWORD_FAULTS[fault],
    }));
    await sendChange(portal, request, response, errors);
  };
}

function sendLogin(
  portal: Portal,
  request: Handled[0],
  response: Handled[1],
  shown: { readonly account: string; readonly trip: string | undefined; readonly errors: readonly FieldError[] },
): void {
  const page = composePageContext(portal, request, response);
  const formToken = portal.formTokens.tokenFor(request.sessionID);
  response.type('html').send(renderOneDayLoginPage({ page, formToken, ...shown }));
}

async function sendChange(
  portal: Portal,
  request: Handled[0],
  response: Handled[1],
  errors: readonly FieldError[],
): Promise<void> {
  const account = await findDayPasswordChange(portal.context, hashSecret(request.sessionID));
  if (account === undefined) {
    if (wantsJson(request)) answerFailure(portal, request, response, { code: 'day-password-change-over' });
    else response.redirect(303, '/login/one-day-password');
    return;
  }
  const page = renderDayPasswordPage({
    page: composePageContext(portal, request, response),
    formToken: portal.formTokens.tokenFor(request.sessionID),
    account: account.loginName,
    trip: parseTripId(textField(request.query, 'trip', 64)),
    errors,
  });
  response.type('html').send(page);
}
