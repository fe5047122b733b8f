import express, { type Express } from 'express';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { ACCESS, type AddressRules } from './access.ts';
import { loadAssets, type Assets } from './assets.ts';
import { browserSession } from './browser-session.ts';
import { createFormTokens } from './form-token.ts';
import type { PortalHandler } from './locals.ts';
import { admit } from './middleware/admission.ts';
import { takeBody } from './middleware/bodies.ts';
import { answerFaults, methodNotAllowed, nothingHere } from './middleware/faults.ts';
import { checkOrigin } from './middleware/origin-check.ts';
import { nameRequest, settleLanguage, type AddressReader } from './middleware/request-facts.ts';
import { keepNothing, securityHeaders } from './middleware/security-headers.ts';
import type { Portal } from './portal.ts';
import type { PortalSettings } from './portal-settings.ts';
import { composeRoutes } from './portal-routes.ts';

/**
 * The portal: an Express application to be used as the listener of our own HTTPS server, for the portal's host only.
 * Speaks HTTP/1.1 (Express and express-session cannot HTTP/2); the client's address is the socket's peer.
 *
 * @param options.cookieSecret at least 256 random bits, the same on every node
 * @param options.assets       the pages' files; by default those built beside this module
 */
export function createPortal(options: {
  readonly context: GatewayContext;
  readonly settings: Omit<PortalSettings, 'hasCardHost'>;
  readonly log: Portal['log'];
  readonly cookieSecret: string;
  /** Default: the connection's own. */
  readonly addressOf?: AddressReader;
  readonly assets?: Assets;
}): Express {
  const { context, log, cookieSecret } = options;
  const settings = { ...options.settings, hasCardHost: context.cardHost !== undefined };
  const assets = options.assets ?? loadAssets(new URL('./assets/', import.meta.url));
  const portal: Portal = { context, settings, assets, log, formTokens: createFormTokens(cookieSecret) };
  const systemOrigins = [...context.systems.values()].map(system => system.origin);
  const sessionLifetimeMs = settings.session.lifetimeMs;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.set('query parser', 'simple');

  app.use(nameRequest(context, options.addressOf));
  app.use(
    securityHeaders(context.cardHost === undefined ? systemOrigins : [...systemOrigins, context.cardHost.origin]),
  );
  app.use(settleLanguage);
  app.use(keepNothing);
  app.use(checkOrigin(portal));
  const withSession = browserSession({ context, cookieSecret, sessionLifetimeMs });
  const toLeave = browserSession({ context, cookieSecret, sessionLifetimeMs, isWayOut: true });
  for (const { address, rules, handlers } of rowsOf(portal)) {
    const at = app.route(address);
    // Express would answer it by the GET handler.
    if (rules.get?.spends === true) at.head(methodNotAllowed(portal, rules));
    for (const method of ['get', 'post'] as const) {
      const rule = rules[method];
      const handler = handlers[method];
      if (rule === undefined || handler === undefined) continue;
      const sessions = rule.who === 'world' ? [] : [rule.isWayOut === true ? toLeave : withSession];
      at[method](...sessions, admit(portal, address, rule), ...takeBody(portal, rule), handler);
    }
    at.all(methodNotAllowed(portal, rules));
  }

  app.use(nothingHere(portal));
  app.use(answerFaults(portal));
  return app;
}

/** The rows of the access table with what answers there. */
function rowsOf(portal: Portal) {
  const routes: Readonly<Record<string, Partial<Record<'get' | 'post', PortalHandler>>>> = composeRoutes(portal);
  const table: Readonly<Record<string, AddressRules>> = ACCESS;
  return Object.entries(table).map(([address, rules]) => ({ address, rules, handlers: routes[address] ?? {} }));
}
