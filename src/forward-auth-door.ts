import type { Logger } from 'pino';
import type { Composition } from './composition.ts';
import { createForwardAuthListener } from './gateway/forward-auth/forward-auth-listener.ts';

/** The listener for proxies that ask whether they may pass a request on. */
export interface ForwardAuthDoor {
  /** Puts another configuration into use, but for the address. */
  renew(next: Composition): void;
  close(graceMs: number): Promise<void>;
}

/** Opens it where the configuration has one. @throws where it cannot have its address */
export async function openForwardAuth(first: Composition, log: Logger): Promise<ForwardAuthDoor | undefined> {
  const { forwardAuth } = first.config;
  if (forwardAuth === undefined) return undefined;
  const listener = createForwardAuthListener({ ...serviceOf(first), log });
  const { address, port } = forwardAuth.listen;
  const bound = await listener.listen({ host: address, port });
  log.info({ address: bound.address, port: bound.port }, 'Proxies may ask.');
  return {
    renew: next => listener.renew(serviceOf(next)),
    close: graceMs => listener.close(graceMs),
  };
}

function serviceOf({ config, context, pages, certificates }: Composition) {
  return {
    context,
    pages,
    peers: config.forwardAuth?.peers ?? [],
    trustedProxies: config.believed.trustedProxies,
    tls: certificates.forwardAuth,
  };
}
