import type { Request } from 'express';
import type { GatewayContext, RequestOrigin } from '../flows/gateway-context.ts';
import { logOut } from '../flows/login/portal-session.ts';
import { hashSecret } from '../sessions/challenge.ts';
import { hasBrowserSession } from './visitor.ts';

export type SessionRequest = Pick<Request, 'session' | 'sessionID'>;

/** Sees to it that the browser has a session that a challenge can be bound to; returns the hash of its cookie. */
export async function openBrowserSession(request: SessionRequest, now: Date): Promise<string> {
  if (!hasBrowserSession(request)) {
    request.session.openedAtMs = now.getTime();
    await saveSession(request);
  }
  return hashSecret(request.sessionID);
}

/** Gives the browser a new session id (against fixation) and returns the hash of its cookie value. */
async function renewBrowserSession(request: SessionRequest, now: Date, isLogin: boolean): Promise<string> {
  await new Promise<void>((resolve, reject) => request.session.regenerate(settleBy(resolve, reject)));
  request.session.openedAtMs = now.getTime();
  if (isLogin) request.session.loggedInAtMs = now.getTime();
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

/**
 * The same for a browser that shows a password or a card: who was logged in before in it is logged out first, so that nobody is
 * left logged in without knowing.
 */
export async function replaceBrowserSession(
  context: GatewayContext,
  request: SessionRequest,
  origin: RequestOrigin,
  isLogin: boolean,
): Promise<string> {
  await logOut(context, {
    host: context.portal.host,
    cookieHash: hashSecret(request.sessionID),
    origin,
    reason: 'replaced',
  });
  return renewBrowserSession(request, context.clock.now(), isLogin);
}
