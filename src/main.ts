import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { openCookieSecret } from './adapters/signing/cookie-secret.ts';
import { openControlSocket } from './cli/control-socket.ts';
import type { GatewayConfig } from './config.ts';
import { createCardListener, type CardListener } from './gateway/card-listener.ts';
import { createPeerReader } from './gateway/card-peer.ts';
import { createOpsListener } from './gateway/ops-listener.ts';
import { createPublicListener } from './gateway/public-listener.ts';
import { createRedirectListener } from './gateway/redirect-listener.ts';
import { startJobs } from './job-schedule.ts';
import { productVersion } from './product-version.ts';
import { keyFolder, openStores, type Stores } from './stores.ts';
import { createPortal } from './web/app.ts';
import { createCardHost } from './web/card-host.ts';
import type { PortalSettings } from './web/portal-settings.ts';
import { createSystemPages } from './web/system-pages.ts';

/** Time for requests in flight when the gateway stops: container runtimes send SIGKILL ten seconds after SIGTERM. */
const CLOSE_GRACE_MS = 8_000;

/** Runs the gateway until SIGTERM or SIGINT. @throws when it cannot start */
export async function serve(config: GatewayConfig): Promise<void> {
  const log = pino({ level: config.log.level });
  const stores = await openStores(config, log);
  const { gateway } = stores;
  const settings = portalSettings(config);
  const pages = createSystemPages({ settings, portalOrigin: config.portal.origin });
  const portal = createPortal({
    context: gateway,
    settings,
    log,
    cookieSecret: await openCookieSecret({ folder: keyFolder(config) }),
  });
  const tls = readIdentity(config.tls);
  const listener = createPublicListener({ context: gateway, portal, pages, tls, log });
  const ops = createOpsListener({ checks: stores.readiness, facts: () => ({ trust: stores.trustReport() }), log });

  // A start does not wait for CRLs that are away: their copies serve, and logins are denied where there is none.
  const firstRefresh = stores.refreshTrust();
  await Promise.race([firstRefresh, new Promise(resolve => setTimeout(resolve, 5_000).unref())]);

  const control = await openControlSocket(config.dataFolder, { gateway, health: () => stores.health() });
  await ops.listen({ host: config.listen.ops.address, port: config.listen.ops.port });
  const { address, port } = config.listen.public;
  const bound = await listener.listen({ host: address, port });
  const card = await openCardHost(config, stores, settings, log);
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

  process.on('SIGHUP', () => {
    void stores
      .reloadTrust()
      .then(() => {
        card?.renew();
        log.info({}, 'The trust folder was read anew.');
      })
      .catch((err: unknown) => log.error({ err }, 'The trust folder cannot be used as it is; the trust before stays.'));
  });

  await new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info({}, 'The gateway is closing.');
  await jobs.stop();
  await redirect?.close();
  await Promise.all([listener.close(CLOSE_GRACE_MS), card?.listener.close(CLOSE_GRACE_MS)]);
  await control.close();
  await ops.close();
  await stores.close();
}

/** Opens the card host where there is one; `renew` puts the CAs that are trusted by then, and its files, in use. */
async function openCardHost(
  config: GatewayConfig,
  { gateway }: Stores,
  settings: PortalSettings,
  log: Logger,
): Promise<{ readonly listener: CardListener; renew(): void } | undefined> {
  const { card } = config;
  if (card === undefined) return undefined;
  const peerOf = createPeerReader(card.proxies);
  const issuers = () => gateway.trust.trustStore().certificates.map(({ der }) => new X509Certificate(der).toString());
  const listener = createCardListener({
    app: createCardHost({ context: gateway, settings, log, peerOf }),
    origin: card.origin,
    tls: readIdentity(card.tls),
    issuers: issuers(),
    randomness: gateway.randomness,
    log,
  });
  await listener.listen({ host: card.listen.address, port: card.listen.port });
  return { listener, renew: () => listener.renew(readIdentity(card.tls), issuers()) };
}

function readIdentity({ certificate, key }: { readonly certificate: string; readonly key: string }) {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
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
