import { beginTrip } from '../flows/login/enter-system.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { RequestVerdict } from '../flows/login/serve-request.ts';
import { composeSetCookie, GATEWAY_COOKIES, type SplitCookies } from '../http-fields/gateway-cookies.ts';
import { isTopLevelNavigation } from '../http-fields/request-origin.ts';
import type { OwnResponses } from './own-responses.ts';
import type { SystemRequest } from './system-request.ts';

/** Tells whoever may not pass why, or leads him to the login. */
export async function turnAway(
  context: GatewayContext,
  own: OwnResponses,
  to: SystemRequest,
  cookies: SplitCookies,
  verdict: Exclude<RequestVerdict, { kind: 'pass' }>,
): Promise<void> {
  if (verdict.kind === 'no-session') await sendToPortal(context, own, to, cookies, verdict);
  else own.refuse(to, 403, { kind: 'denied', reason: verdict.reason }, verdict.reason);
}

/** Nobody is logged in here: a page is fetched again after the login; anything else is told so and loses nothing. */
async function sendToPortal(
  context: GatewayContext,
  own: OwnResponses,
  to: SystemRequest,
  cookies: SplitCookies,
  verdict: Extract<RequestVerdict, { kind: 'no-session' }>,
): Promise<void> {
  if (to.head.method !== 'GET' || !isTopLevelNavigation(to.head)) {
    const code = verdict.endedBecause === null ? 'not-logged-in' : 'session-over';
    own.refuse(to, 401, { ...verdict, kind: 'session-over' }, code);
    return;
  }
  const trip = await beginTrip(context, {
    system: to.system,
    returnPath: to.target.path + to.target.query,
    tripCookie: cookies.trip,
  });
  own.redirect(to, 302, trip.location, ['Set-Cookie', composeSetCookie(GATEWAY_COOKIES.trip, trip.tripCookie)]);
}
