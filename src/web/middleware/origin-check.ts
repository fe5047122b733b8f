import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { answerFailure } from '../failure-answer.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether an unsafe request comes from our own pages (DESIGN §4): an `Origin` must be exactly ours, and where the
 * browser says more (`Sec-Fetch-Site`) that must agree. Without `Origin`, `Sec-Fetch-Site: same-origin` is enough;
 * with neither, nobody vouches for the request. The business systems are same-*site*, so that is not enough.
 */
export function isFromOurPages(
  signs: { readonly origin: string | undefined; readonly fetchSite: string | undefined },
  portalOrigin: string,
): boolean {
  if (signs.origin === undefined) return signs.fetchSite === 'same-origin';
  return signs.origin === portalOrigin && (signs.fetchSite === undefined || signs.fetchSite === 'same-origin');
}

/** Refuses unsafe requests that do not come from our own pages, before a body is read. */
export function checkOrigin(portal: Portal): PortalHandler {
  return (request, response, next) => {
    const signs = { origin: request.get('origin'), fetchSite: request.get('sec-fetch-site') };
    if (SAFE_METHODS.has(request.method) || isFromOurPages(signs, portal.context.portal.origin)) {
      next();
      return;
    }
    portal.log.warn(
      { requestId: response.locals.requestId, path: request.path },
      'Refused a request of another origin',
    );
    answerFailure(portal, request, response, { code: 'foreign-origin' });
  };
}
