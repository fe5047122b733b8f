import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { GatewayConfig } from './config.ts';
import { readForwardAuthCertificates, type ForwardAuthCertificates } from './config/forward-auth.ts';
import { readServerCertificates, type ServerCertificates } from './config/server-certificates.ts';
import { ConfigurationFault } from './config/yaml-file.ts';
import type { GatewayContext } from './flows/gateway-context.ts';
import type { SystemPages } from './flows/ports.ts';
import { createPeerReader } from './gateway/card-peer.ts';
import type { ClientAddresses } from './gateway/client-addresses.ts';
import { productVersion } from './product-version.ts';
import { createPortal } from './web/app.ts';
import { createCardHost } from './web/card-host.ts';
import type { PortalSettings } from './web/portal-settings.ts';
import { createSystemPages } from './web/system-pages.ts';

/** What a configuration makes of the stores. Nothing in it changes: another configuration takes its place whole. */
export interface Composition {
  readonly config: GatewayConfig;
  readonly context: GatewayContext;
  readonly certificates: ServerCertificates & { readonly forwardAuth: ForwardAuthCertificates | undefined };
  readonly portal: RequestListener;
  readonly pages: SystemPages;
  /** Absent: browsers are asked for no certificate. */
  readonly cardHost: RequestListener | undefined;
}

/** What outlives every configuration. */
export interface CompositionParts {
  readonly log: Logger;
  readonly cookieSecret: string;
  /** Of listen.public. */
  readonly addresses: ClientAddresses;
  /** Of listen.card. */
  readonly cardAddresses: ClientAddresses;
}

/** @throws ConfigurationFault where the certificates, as they are now, would not be taken at a start */
export function compose(config: GatewayConfig, context: GatewayContext, parts: CompositionParts): Composition {
  const { log, cookieSecret, addresses, cardAddresses } = parts;
  const settings = portalSettings(config);
  return {
    config,
    context,
    certificates: takeCertificates(config),
    portal: createPortal({ context, addressOf: request => addresses.ofRequest(request), settings, log, cookieSecret }),
    pages: createSystemPages({ settings, portalOrigin: config.portal.origin }),
    cardHost:
      config.card &&
      createCardHost({
        context,
        settings,
        log,
        peerOf: createPeerReader(config.card.proxies),
        addressOf: request => cardAddresses.ofRequest(request),
      }),
  };
}

/** The very bytes that were judged. */
function takeCertificates(config: GatewayConfig): Composition['certificates'] {
  const reading = readServerCertificates(config);
  if (!reading.ok) throw new ConfigurationFault(reading.problems);
  const ofForwardAuth = readForwardAuthCertificates(config.forwardAuth);
  if (!ofForwardAuth.ok) throw new ConfigurationFault(ofForwardAuth.problems);
  return { ...reading.certificates, forwardAuth: ofForwardAuth.certificates };
}

function portalSettings(config: GatewayConfig): PortalSettings {
  return {
    agency: config.agency,
    ownershipNotice: config.ownershipNotice,
    helpDesk: config.helpDesk,
    version: productVersion(),
    component: config.cardComponent,
    citizenCertificate: config.citizenCertificate,
    session: config.sessions,
    rulesOfUse: config.rulesOfUse,
    deputyMaxDays: config.deputyMaxDays,
  };
}
