import type { GatewayContext } from '../flows/gateway-context.ts';
import type { BusinessSystem } from '../flows/ports.ts';

/** Whose request it is, by the authority it names. */
export type Route =
  | { readonly kind: 'portal'; readonly authority: string }
  | { readonly kind: 'system'; readonly authority: string; readonly system: BusinessSystem };

/**
 * All authorities of the public listener. A request is routed by what it asks for, never by the name in its TLS
 * handshake: browsers reuse a connection for every host that the certificate covers (RFC 9110 section 7.4).
 *
 * @throws Error when two of them share an authority
 */
export function routesByAuthority(context: Pick<GatewayContext, 'portal' | 'systems'>): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  const add = (route: Route): void => {
    if (routes.has(route.authority)) throw new Error(`Two hosts share the authority ${route.authority}.`);
    routes.set(route.authority, route);
  };
  add({ kind: 'portal', authority: new URL(context.portal.origin).host });
  for (const system of context.systems.values()) {
    add({ kind: 'system', authority: new URL(system.origin).host, system });
  }
  return routes;
}
