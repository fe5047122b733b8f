import type { Request } from 'express';
import { findPortalVisitor, type PortalVisitor } from '../flows/login/portal-session.ts';
import { isPersonActivity } from '../sessions/activity.ts';
import { hashSecret } from '../sessions/challenge.ts';
import type { Session } from '../sessions/session.ts';
import type { PortalLocals } from './locals.ts';
import type { Portal } from './portal.ts';

const NOBODY: PortalVisitor = { kind: 'nobody', endedBecause: null };

/** What of a request says who is asking. */
export type VisitorRequest = Pick<Request, 'method' | 'headers' | 'session' | 'sessionID'>;

/** Whether the browser brought a cookie whose record stands; one without is not asked for in the session store. */
export function hasBrowserSession(request: Pick<VisitorRequest, 'session'>): boolean {
  // A fresh session has no such field, whatever its type says: it is set when the record is first saved.
  return typeof request.session.openedAtMs === 'number';
}

/**
 * Finds who is at the portal; a page that a person opened counts as his activity.
 *
 * @param isBackground the address is one that pages ask by themselves
 */
export async function findVisitor(
  portal: Portal,
  request: VisitorRequest,
  isBackground: boolean,
): Promise<PortalVisitor> {
  if (!hasBrowserSession(request)) return NOBODY;
  return findPortalVisitor(portal.context, {
    cookieHash: hashSecret(request.sessionID),
    touch:
      !isBackground &&
      isPersonActivity({
        method: request.method,
        fetchDestination: oneOf(request.headers['sec-fetch-dest']),
        fetchMode: oneOf(request.headers['sec-fetch-mode']),
        fetchUser: oneOf(request.headers['sec-fetch-user']),
        purpose: oneOf(request.headers['sec-purpose']),
        activity: oneOf(request.headers['x-activity']),
        accept: request.headers.accept,
        isUpgrade: false,
      }),
  });
}

/**
 * The session that asks for its own end, also where nobody can be looked up; undefined when there is none.
 *
 * @throws StoreFault when that cannot be told either
 */
export async function findSessionToEnd(
  { context }: Portal,
  request: VisitorRequest,
  { locals }: { readonly locals: PortalLocals },
): Promise<Session | undefined> {
  if (locals.visitor?.kind === 'person') return locals.visitor.person.session;
  if (!hasBrowserSession(request)) return undefined;
  return context.sessions.findToEnd(context.portal.host, hashSecret(request.sessionID));
}

function oneOf(field: string | string[] | undefined): string | undefined {
  return Array.isArray(field) ? field[0] : field;
}
