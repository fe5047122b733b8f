import { findTrip, leadOn } from '../../flows/login/enter-system.ts';
import type { PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { findStory } from '../texts/stories/stories.ts';
import { renderFailurePage } from '../views/failure-page.tsx';
import { renderLoginPage } from '../views/login-page.tsx';

const TRIP_ID = /^[A-Za-z0-9_-]{43}$/;
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of a trip from outside; undefined for anything that cannot be one. */
export function parseTripId(text: string | undefined): string | undefined {
  return text !== undefined && TRIP_ID.test(text) ? text : undefined;
}

/**
 * `GET /login[?trip=…]`: the login page. Who is logged in already goes straight on: into the trip's system by a
 * one-time code, else to the start page. The trip stays in the address, so several tabs go their own ways.
 */
export function showLogin(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const given = textField(request.query, 'trip', 64);
    const tripId = parseTripId(given);
    const found = tripId === undefined ? undefined : await findTrip(context, tripId);
    const { visitor } = response.locals;
    if (visitor?.kind === 'person') {
      const { session } = visitor.person;
      response.redirect(303, await leadOn(context, { session, tripId }));
      return;
    }
    const page = renderLoginPage({
      page: composePageContext(portal, request, response),
      trip: found === undefined || tripId === undefined ? null : { id: tripId, system: found.system },
      isTripOver: found === undefined && request.query['trip'] !== undefined,
      whyOver: visitor ?? { endedBecause: null },
    });
    response.type('html').send(page);
  };
}

/**
 * `GET /login/failed?code=…&ref=…`: one page for each failure of a login. It can be linked and opened without any
 * state; of the address only known codes and well-formed references are shown.
 */
export function showLoginFailure(portal: Portal): PortalHandler {
  return (request, response) => {
    const { story, code } = findStory(textField(request.query, 'code', 64));
    const reference = textField(request.query, 'ref', 36);
    const tripId = parseTripId(textField(request.query, 'trip', 64));
    const page = renderFailurePage({
      page: composePageContext(portal, request, response),
      story,
      facts: {
        code,
        reference: reference !== undefined && REQUEST_ID.test(reference) ? reference : null,
        at: portal.context.clock.now(),
      },
      loginHref: tripId === undefined ? '/login' : `/login?trip=${tripId}`,
    });
    response.type('html').send(page);
  };
}
