import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** A year: the least that browsers' own lists of HTTPS-only hosts accept. */
export const HSTS_MAX_AGE_S = 31_536_000;

/**
 * Response headers of every answer of the portal (DESIGN §4).
 *
 * Nothing inline, nothing from elsewhere, no frames; scripts may not make HTML from strings (Trusted Types without a
 * policy). `same-origin-allow-popups`: the card component answers in a popup, which needs its opener. Not
 * `upgrade-insecure-requests`: the component is at http://localhost.
 *
 * @param leadsTo origins that a login leads on to: the systems, and the card host where there is one
 */
export function securityHeaders(leadsTo: readonly string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        'connect-src': ["'self'"],
        'form-action': ["'self'", ...leadsTo],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'require-trusted-types-for': ["'script'"],
        'trusted-types': ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: { maxAge: HSTS_MAX_AGE_S, includeSubDomains: false },
    frameguard: { action: 'deny' },
  });
}

/** Pages and answers are for one person at one moment: neither caches nor the "back" button may keep them. */
export const keepNothing: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
