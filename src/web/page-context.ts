import type { Request, Response } from 'express';
import type { Notice } from '../flows/ports.ts';
import { isReturnPath } from '../sessions/trip.ts';
import { PORTAL_COOKIE } from './browser-session.ts';
import type { PortalLocals } from './locals.ts';
import type { Portal } from './portal.ts';
import type { PortalSettings } from './portal-settings.ts';
import type { Language } from './texts/bilingual.ts';

/** What every page needs to know about itself. */
export interface PageContext {
  readonly settings: PortalSettings;
  readonly language: Language;
  /** What the name plate and "start page" lead to: `/` in the portal, its whole address elsewhere. */
  readonly portalHref: string;
  /** Address of the assets folder, without a slash at the end. */
  readonly assetsHref: string;
  /** Where the language switch comes back to; null where there is no switch. */
  readonly here: string | null;
  /** Of whoever is logged in, where that is known: he is warned before it ends, and can leave from every page. */
  readonly session?: PageSession;
  /** Nobody has looked, but the browser has brought a cookie: leaving is offered, and asked about. */
  readonly mayLeave?: boolean;
  /** On a system's host: what is told of its data, at the foot. */
  readonly notice?: Notice;
}

export interface PageSession {
  readonly accountId: string;
  /** When the page was made. */
  readonly idleRemainingMs: number;
  readonly formToken: string;
}

/** The context of a page of the portal. */
export function composePageContext(
  portal: Portal,
  request: Pick<Request, 'originalUrl' | 'method' | 'sessionID' | 'headers'>,
  response: Response<unknown, PortalLocals>,
): PageContext {
  // The answer to a POST is not at an address that can be opened again.
  const isPage = request.method === 'GET' || request.method === 'HEAD';
  return {
    settings: portal.settings,
    language: response.locals.language,
    portalHref: '/',
    assetsHref: `/assets/${portal.assets.digest}`,
    here: isPage && isReturnPath(request.originalUrl) ? request.originalUrl : '/',
    ...sessionOf(portal, request, response),
  };
}

function sessionOf(
  portal: Portal,
  request: Pick<Request, 'sessionID' | 'headers'>,
  { locals }: Response<unknown, PortalLocals>,
): Pick<PageContext, 'session' | 'mayLeave'> {
  const { visitor, applicant } = locals;
  // An applicant is logged in nowhere; his pages have their own way out.
  if (applicant !== undefined) return {};
  if (visitor === undefined) return { mayLeave: request.headers.cookie?.includes(`${PORTAL_COOKIE}=`) === true };
  if (visitor.kind === 'nobody') return {};
  const { idleUntil, session } = visitor.person;
  const idleRemainingMs = Math.max(0, idleUntil.getTime() - portal.context.clock.now().getTime());
  const formToken = portal.formTokens.tokenFor(request.sessionID);
  return { session: { accountId: session.accountId, idleRemainingMs, formToken } };
}
