import { X509Certificate } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { openCookieSecret } from './adapters/signing/cookie-secret.ts';
import { openControlSocket } from './cli/control-socket.ts';
import type { GatewayConfig } from './config.ts';
import {
  readServerCertificates,
  type ServerCertificate,
  type ServerCertificates,
} from './config/server-certificates.ts';
import { ConfigurationFault } from './config/yaml-file.ts';
import { openForwardAuth } from './forward-auth-door.ts';
import { createCardListener, type CardListener } from './gateway/card-listener.ts';
import { createPeerReader } from './gateway/card-peer.ts';
import { ClientAddresses } from './gateway/client-addresses.ts';
import { createOpsListener } from './gateway/ops-listener.ts';
import { createPublicListener } from './gateway/public-listener.ts';
import { createRedirectListener } from './gateway/redirect-listener.ts';
import { startJobs } from './job-schedule.ts';
import { startKeyKeeping } from './key-keeping.ts';
import { productVersion } from './product-version.ts';
import { startSessionKeeping } from './session-keeping.ts';
import { openStoresToServe, type Stores } from './stores.ts';
import { createPortal } from './web/app.ts';
import { createCardHost } from './web/card-host.ts';
import type { PortalSettings } from './web/portal-settings.ts';
import { createSystemPages } from './web/system-pages.ts';

/** Time for requests in flight when the gateway stops: container runtimes send SIGKILL ten seconds after SIGTERM. */
const CLOSE_GRACE_MS = 8_000;

/** Runs the gateway until SIGTERM or SIGINT. @throws when it cannot start */
export async function serve(config: GatewayConfig): Promise<void> {
  const log = pino({ level: config.log.level });
  const stores = await openStoresToServe(config, log);
  const { gateway } = stores;
  const keeping = await startSessionKeeping(stores, log);
  const keys = await startKeyKeeping(gateway, log);
  const settings = portalSettings(config);
  const pages = createSystemPages({ settings, portalOrigin: config.portal.origin });
  const addresses = new ClientAddresses(config.believed);
  const portal = createPortal({
    context: gateway,
    addressOf: request => addresses.ofRequest(request),
    settings,
    log,
    cookieSecret: await openCookieSecret({ folder: config.keyFolder }),
  });
  let certificates = takeCertificates(config);
  const listener = createPublicListener({ context: gateway, portal, pages, tls: certificates.public, addresses, log });
  const ops = createOpsListener({ checks: stores.readiness, facts: () => ({ trust: stores.trustReport() }), log });

  // A start does not wait for CRLs that are away: their copies serve, and logins are denied where there is none.
  const firstRefresh = stores.refreshTrust();
  await Promise.race([firstRefresh, new Promise(resolve => setTimeout(resolve, 5_000).unref())]);

  const control = await openControlSocket(config.dataFolder, { gateway, health: () => stores.health() });
  await ops.listen({ host: config.listen.ops.address, port: config.listen.ops.port });
  const { address, port } = config.listen.public;
  const bound = await listener.listen({ host: address, port });
  const card = await openCardHost(config, stores, settings, log, certificates.card);
  const forwardAuth = await openForwardAuth(config, gateway, pages, log);
  const redirect =
    config.listen.redirect &&
    createRedirectListener([config.portal.origin, ...[...config.systems.values()].map(system => system.origin)], log);
  if (redirect && config.listen.redirect) {
    await redirect.listen({ host: config.listen.redirect.address, port: config.listen.redirect.port });
  }
  log.info(
    { portal: config.portal.origin, cardHost: config.card?.origin, address: bound.address, port: bound.port },
    'The gateway is open.',
  );

  const jobs = startJobs(gateway, log);

  const readAnew = async (): Promise<void> => {
    try {
      await stores.reloadTrust();
      log.info({}, 'The trust folder was read anew.');
    } catch (err) {
      log.error({ err }, 'The trust folder cannot be used as it is; the trust before stays.');
    }
    try {
      certificates = takeCertificates(config);
      forwardAuth?.renew(config, gateway, pages);
      log.info({}, 'The server certificates were read anew.');
    } catch (err) {
      log.error({ err }, 'The server certificates cannot be used as they are; those before stay.');
    }
    listener.renew({ context: gateway, portal, pages, tls: certificates.public });
    if (certificates.card !== undefined) card?.renew(certificates.card);
  };
  process.on('SIGHUP', () => void readAnew());

  await new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info({}, 'The gateway is closing.');
  await jobs.stop();
  await redirect?.close();
  await Promise.all([
    listener.close(CLOSE_GRACE_MS),
    card?.listener.close(CLOSE_GRACE_MS),
    forwardAuth?.close(CLOSE_GRACE_MS),
  ]);
  await control.close();
  await ops.close();
  keys.stop();
  await keeping.stop();
  await stores.close();
}

/** Opens the card host where there is one; `renew` puts a certificate in use, and the CAs that are trusted by then. */
async function openCardHost(
  config: GatewayConfig,
  { gateway }: Stores,
  settings: PortalSettings,
  log: Logger,
  certificate: ServerCertificate | undefined,
): Promise<{ readonly listener: CardListener; renew(certificate: ServerCertificate): void } | undefined> {
  const { card } = config;
  if (card === undefined || certificate === undefined) return undefined;
  const peerOf = createPeerReader(card.proxies);
  // Who ends TLS here is in `card.proxies`; the person's address comes with the ticket then.
  const addresses = new ClientAddresses({ ...config.believed, trustedProxies: [] });
  const issuers = () => gateway.trust.trustStore().certificates.map(({ der }) => new X509Certificate(der).toString());
  const listener = createCardListener({
    app: createCardHost({
      context: gateway,
      settings,
      log,
      peerOf,
      addressOf: request => addresses.ofRequest(request),
    }),
    origin: card.origin,
    tls: certificate,
    issuers: issuers(),
    addresses,
    randomness: gateway.randomness,
    log,
  });
  await listener.listen({ host: card.listen.address, port: card.listen.port });
  return { listener, renew: next => listener.renew(next, issuers()) };
}

/** @throws ConfigurationFault where the files, as they are now, would not be taken at a start */
function takeCertificates(config: GatewayConfig): ServerCertificates {
  const reading = readServerCertificates(config);
  if (!reading.ok) throw new ConfigurationFault(reading.problems);
  return reading.certificates;
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
