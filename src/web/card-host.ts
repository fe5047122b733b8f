import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import helmet from 'helmet';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { showClientCertificate } from '../flows/login/tls-login.ts';
import type { PresentedCertificate } from '../http-fields/client-cert.ts';
import { loadAssets, type Assets } from './assets.ts';
import { chooseLanguage, parseLanguage } from './language.ts';
import type { PortalHandler, PortalLocals } from './locals.ts';
import { textField } from './middleware/bodies.ts';
import { nameRequest, type AddressReader } from './middleware/request-facts.ts';
import { HSTS_MAX_AGE_S, keepNothing } from './middleware/security-headers.ts';
import type { Portal } from './portal.ts';
import type { PortalSettings } from './portal-settings.ts';
import { PROBLEMS, type PortalAnswerFailure } from './problem.ts';
import { originOf } from './request-origin.ts';
import { parseTripId } from './routes/login.ts';
import { storyOf } from './texts/stories/stories.ts';
import { TLS_STORIES, toldOnCardHost } from './texts/stories/tls-stories.ts';
import { renderFailurePage } from './views/failure-page.tsx';

export interface CardHostOptions {
  readonly context: GatewayContext;
  readonly settings: PortalSettings;
  readonly log: Portal['log'];
  /** Default: the connection's own. */
  readonly addressOf?: AddressReader;
  /** What the person's browser showed in its handshake, and whether the connection's peer is a proxy in front of us. */
  readonly peerOf: (request: IncomingMessage) => {
    readonly presented: PresentedCertificate;
    readonly viaProxy: boolean;
  };
  /** The portal's files; by default those built beside this module. */
  readonly assets?: Assets;
}

/**
 * The card host: one address, `GET /login/tls?ticket=…`, which sends a good card back to the portal and says everything
 * else on a page. No cookie is read or set here, no script runs, and the page's style sheet comes from the portal: a
 * file from here would cost a handshake, and with it a signature by the card.
 */
export function createCardHost(options: CardHostOptions): Express {
  const { context, log } = options;
  const assets = options.assets ?? loadAssets(new URL('./assets/', import.meta.url));
  const host: CardHost = { ...options, assetsHref: `${context.portal.origin}/assets/${assets.digest}` };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.set('query parser', 'simple');
  app.use(nameRequest(context, options.addressOf));
  app.use(securityHeaders(context.portal.origin));
  app.use(keepNothing);
  app.use(settleLanguage);
  app.all('/login/tls', takeCertificate(host));
  app.use((_request, response: Response<unknown, PortalLocals>) => sendFailure(host, response, { code: 'not-found' }));
  const answerFaults: ErrorRequestHandler<
    Record<string, string>,
    unknown,
    unknown,
    Record<string, unknown>,
    PortalLocals
  > = (error: unknown, request, response, next) => {
    log.error({ err: error, requestId: response.locals.requestId, path: request.path }, 'A request failed');
    if (response.headersSent) next(error);
    else sendFailure(host, response, { code: 'internal-fault' });
  };
  app.use(answerFaults);
  return app;
}

interface CardHost extends CardHostOptions {
  readonly assetsHref: string;
}

/** `GET /login/tls?ticket=…` */
function takeCertificate(host: CardHost): PortalHandler {
  const { context, peerOf } = host;
  return async (request, response) => {
    // HEAD as well: a ticket is spent by whoever means to log in.
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      sendFailure(host, response, { code: 'method-not-allowed' });
      return;
    }
    const outcome = await showClientCertificate(context, {
      ...peerOf(request),
      ticket: textField(request.query, 'ticket', 64) ?? '',
      origin: originOf(response),
    });
    if (outcome.ok) response.redirect(303, outcome.location);
    else sendFailure(host, response, outcome.failure, outcome.tripId);
  };
}

function sendFailure(
  { context, settings, assetsHref }: CardHost,
  response: Response<unknown, PortalLocals>,
  failure: PortalAnswerFailure,
  tripId: string | null = null,
): void {
  const { requestId, language } = response.locals;
  const { origin } = context.portal;
  const trip = parseTripId(tripId ?? undefined);
  const page = renderFailurePage({
    page: { settings, language, portalHref: `${origin}/`, assetsHref, here: null },
    story: storyHere(failure.code),
    facts: { code: failure.code, reference: requestId, at: context.clock.now() },
    loginHref: trip === undefined ? `${origin}/login` : `${origin}/login?trip=${trip}`,
  });
  if (failure.code === 'too-many-attempts') response.setHeader('Retry-After', String(failure.retryAfterS));
  response.status(PROBLEMS[failure.code].status).type('html').send(page);
}

/** As the portal tells it, with what is particular to a browser that chooses certificates. */
function storyHere(code: PortalAnswerFailure['code']) {
  if (code === 'encryption-certificate') return TLS_STORIES.encryption;
  const story = storyOf(code);
  const isAboutTheCertificate = PROBLEMS[code].status === 403 && !OWN_STORIES.has(code);
  return isAboutTheCertificate ? toldOnCardHost(story) : story;
}

const OWN_STORIES: ReadonlySet<string> = new Set(['client-certificate-missing', 'client-certificate-unreadable']);

/** Nothing runs, nothing is sent anywhere, and styles and pictures are the portal's. */
function securityHeaders(portalOrigin: string) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': [portalOrigin],
        'img-src': [portalOrigin],
        'form-action': ["'none'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // The address carries the ticket.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: HSTS_MAX_AGE_S, includeSubDomains: false },
    frameguard: { action: 'deny' },
  });
}

/** The language that was chosen at the portal comes in the address; else the browser's. */
const settleLanguage: PortalHandler = (request, response, next) => {
  const chosen = parseLanguage(textField(request.query, 'language', 8));
  response.locals.language = chooseLanguage(chosen, request.headers['accept-language']);
  next();
};
