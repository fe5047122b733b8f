import express, { type Express } from 'express';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { loadAssets, type Assets } from './assets.ts';
import { browserSession } from './browser-session.ts';
import { createFormTokens } from './form-token.ts';
import type { PortalHandler } from './locals.ts';
import { formBody, jsonBody } from './middleware/bodies.ts';
import { answerFaults, methodNotAllowed, nothingHere } from './middleware/faults.ts';
import { checkOrigin } from './middleware/origin-check.ts';
import { nameRequest, settleLanguage } from './middleware/request-facts.ts';
import { keepNothing, securityHeaders } from './middleware/security-headers.ts';
import type { Portal } from './portal.ts';
import type { PortalSettings } from './portal-settings.ts';
import { giveChallenge, takeCardProof } from './routes/card-login.ts';
import { showHelp } from './routes/help.ts';
import { chooseLanguageByForm } from './routes/language.ts';
import { showLogin, showLoginFailure } from './routes/login.ts';
import { askLogout, doLogout, showLoggedOut } from './routes/logout.ts';
import { showAsset, showKeys } from './routes/public-files.ts';
import { showStart } from './routes/start.ts';

/**
 * The portal: an Express application to be used as the listener of our own HTTPS server, for the portal's host only.
 * Speaks HTTP/1.1 (Express and express-session cannot HTTP/2); the client's address is the socket's peer.
 *
 * @param options.cookieSecret at least 256 random bits, the same on every node
 * @param options.assets       the pages' files; by default those built beside this module
 */
export function createPortal(options: {
  readonly context: GatewayContext;
  readonly settings: PortalSettings;
  readonly log: Portal['log'];
  readonly cookieSecret: string;
  readonly assets?: Assets;
}): Express {
  const { context, settings, log, cookieSecret } = options;
  const assets = options.assets ?? loadAssets(new URL('./assets/', import.meta.url));
  const portal: Portal = { context, settings, assets, log, formTokens: createFormTokens(cookieSecret) };
  const systemOrigins = [...context.systems.values()].map(system => system.origin);
  const sessionLifetimeMs = settings.session.lifetimeMs;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.set('query parser', 'simple');

  app.use(nameRequest(context));
  app.use(securityHeaders(systemOrigins));
  app.use(settleLanguage);
  app.use(keepNothing);
  route(app, portal, '/.well-known/jwks.json', { get: [showKeys(portal)] });
  route(app, portal, '/assets/*name', { get: [showAsset(portal)] });

  app.use(checkOrigin(portal));
  route(app, portal, '/help/:page', { get: [showHelp(portal)] });
  route(app, portal, '/language', { post: [formBody(), chooseLanguageByForm(portal)] });
  route(app, portal, '/login/failed', { get: [showLoginFailure(portal)] });
  route(app, portal, '/logged-out', { get: [showLoggedOut(portal)] });

  app.use(browserSession({ context, cookieSecret, sessionLifetimeMs }));
  route(app, portal, '/', { get: [showStart(portal)] });
  route(app, portal, '/login', { get: [showLogin(portal)] });
  route(app, portal, '/login/card/challenge', { post: [...jsonBody(portal), giveChallenge(portal)] });
  route(app, portal, '/login/card', { post: [...jsonBody(portal), takeCardProof(portal)] });
  route(app, portal, '/logout', { get: [askLogout(portal)], post: [formBody(), doLogout(portal)] });

  app.use(nothingHere(portal));
  app.use(answerFaults(portal));
  return app;
}

/** One address with its methods; HEAD goes with GET, and every other method is answered with 405. */
function route(
  app: Express,
  portal: Portal,
  path: string,
  handlers: { readonly get?: readonly PortalHandler[]; readonly post?: readonly PortalHandler[] },
): void {
  const at = app.route(path);
  const allowed: string[] = [];
  if (handlers.get !== undefined) {
    at.get(...handlers.get);
    allowed.push('GET', 'HEAD');
  }
  if (handlers.post !== undefined) {
    at.post(...handlers.post);
    allowed.push('POST');
  }
  at.all(methodNotAllowed(portal, allowed));
}
