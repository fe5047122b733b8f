import type { Response } from 'express';
import { logOut } from '../../flows/login/portal-session.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { END_HOLDS, loggedOutPath } from '../../flows/sessions/end-hold.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { PORTAL_COOKIE } from '../browser-session.ts';
import type { PortalHandler, PortalLocals } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { renderLoggedOutPage, renderLogoutPage } from '../views/logout-pages.tsx';
import { hasBrowserSession } from '../visitor.ts';

/** `GET /logout`: asks. */
export function askLogout(portal: Portal): PortalHandler {
  return (request, response) => {
    const { visitor } = response.locals;
    // Nobody could be looked up: whoever has a session here can leave it.
    const mayBeSomebody = visitor === undefined ? hasBrowserSession(request) : visitor.kind === 'person';
    const formToken = mayBeSomebody ? portal.formTokens.tokenFor(request.sessionID) : null;
    const page = composePageContext(portal, request, response);
    response.type('html').send(renderLogoutPage({ page, formToken, isBlind: visitor === undefined }));
  };
}

/** `POST /logout`: ends the session everywhere, forgets the browser, and says so on a page of its own. */
export function doLogout(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    // Without a session there is nothing that a forged form could end.
    if (!hasBrowserSession(request)) {
      response.redirect(303, '/logged-out');
      return;
    }
    const hold = await logOut(context, {
      host: context.portal.host,
      cookieHash: hashSecret(request.sessionID),
      origin: originOf(response),
      reason: 'logout',
    });
    await leaveBrowser(request, response);
    response.redirect(303, loggedOutPath(hold));
  };
}

/** Forgets the browser whose session is over, or that has none. A record that its store cannot forget now leads nowhere. */
export async function leaveBrowser(
  request: Parameters<PortalHandler>[0],
  response: Response<unknown, PortalLocals>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.session.destroy((error: unknown) => {
      if (error === undefined || error === null || error instanceof StoreFault) resolve();
      else reject(new Error('The browser session cannot be forgotten.', { cause: error }));
    });
  });
  response.clearCookie(PORTAL_COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
}

/** `GET /logged-out[?hold=…]`: needs no state, so it can be reloaded. */
export function showLoggedOut(portal: Portal): PortalHandler {
  return (request, response) => {
    const said = textField(request.query, 'hold', 16);
    const hold = END_HOLDS.find(each => each === said) ?? 'recorded';
    const page = composePageContext(portal, request, response);
    response.type('html').send(renderLoggedOutPage({ page, hold }));
  };
}
