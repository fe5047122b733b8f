import type { Request, Response } from 'express';
import { isReturnPath } from '../sessions/trip.ts';
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
}

/** The context of a page of the portal. */
export function composePageContext(
  portal: Portal,
  request: Pick<Request, 'originalUrl' | 'method'>,
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
  };
}
