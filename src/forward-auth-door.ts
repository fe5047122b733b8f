import type { Logger } from 'pino';
import type { GatewayConfig } from './config.ts';
import { readForwardAuthCertificates, type ForwardAuthCertificates } from './config/forward-auth.ts';
import { ConfigurationFault } from './config/yaml-file.ts';
import type { GatewayContext } from './flows/gateway-context.ts';
import type { SystemPages } from './flows/ports.ts';
import { createForwardAuthListener } from './gateway/forward-auth/forward-auth-listener.ts';

/** The listener for proxies that ask whether they may pass a request on. */
export interface ForwardAuthDoor {
  /** Puts another configuration into use, but for the address; where it has none any more, nobody may ask. @throws ConfigurationFault */
  renew(config: GatewayConfig, context: GatewayContext, pages: SystemPages): void;
  close(graceMs: number): Promise<void>;
}

/** Opens it where the configuration has one. @throws ConfigurationFault where its files are not as they were */
export async function openForwardAuth(
  config: GatewayConfig,
  context: GatewayContext,
  pages: SystemPages,
  log: Logger,
): Promise<ForwardAuthDoor | undefined> {
  const { forwardAuth } = config;
  if (forwardAuth === undefined) return undefined;
  const listener = createForwardAuthListener({ ...serviceOf(config, context, pages), log });
  const { address, port } = forwardAuth.listen;
  const bound = await listener.listen({ host: address, port });
  log.info({ address: bound.address, port: bound.port }, 'Proxies may ask.');
  return {
    renew: (...next) => listener.renew(serviceOf(...next)),
    close: graceMs => listener.close(graceMs),
  };
}

function serviceOf(config: GatewayConfig, context: GatewayContext, pages: SystemPages) {
  return {
    context,
    pages,
    peers: config.forwardAuth?.peers ?? [],
    trustedProxies: config.believed.trustedProxies,
    tls: takeCertificates(config),
  };
}

function takeCertificates({ forwardAuth }: GatewayConfig): ForwardAuthCertificates | undefined {
  const reading = readForwardAuthCertificates(forwardAuth);
  if (!reading.ok) throw new ConfigurationFault(reading.problems);
  return reading.certificates;
}
