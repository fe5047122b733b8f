import { logOut } from '../../flows/login/portal-session.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { PORTAL_COOKIE } from '../browser-session.ts';
import type { PortalHandler } from '../locals.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { renderLoggedOutPage, renderLogoutPage } from '../views/logout-pages.tsx';
import { hasBrowserSession } from '../visitor.ts';

/** `GET /logout`: asks. */
export function askLogout(portal: Portal): PortalHandler {
  return (request, response) => {
    const { visitor } = response.locals;
    const formToken = visitor?.kind === 'person' ? portal.formTokens.tokenFor(request.sessionID) : null;
    const page = composePageContext(portal, request, response);
    response.type('html').send(renderLogoutPage({ page, formToken }));
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
    const cookieHash = hashSecret(request.sessionID);
    await logOut(context, { host: context.portal.host, cookieHash, origin: originOf(request, response) });
    await new Promise<void>((resolve, reject) => {
      request.session.destroy((error: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(new Error('The browser session cannot be forgotten.', { cause: error }));
      });
    });
    response.clearCookie(PORTAL_COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
    response.redirect(303, '/logged-out');
  };
}

/** `GET /logged-out`: needs no state, so it can be reloaded. */
export function showLoggedOut(portal: Portal): PortalHandler {
  return (request, response) => {
    response.type('html').send(renderLoggedOutPage(composePageContext(portal, request, response)));
  };
}
