import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Composition } from './composition.ts';
import type { GatewayConfig } from './config.ts';
import { openForwardAuth } from './forward-auth-door.ts';
import { createCardListener, type CardListener } from './gateway/card-listener.ts';
import { ClientAddresses } from './gateway/client-addresses.ts';
import { ConnectionShares } from './gateway/connection-shares.ts';
import { createPublicListener, type PublicListener } from './gateway/public-listener.ts';
import { createRedirectListener } from './gateway/redirect-listener.ts';

/** Everything that browsers and proxies reach. */
export interface Listeners {
  readonly public: PublicListener;
  /** Where that one is. */
  readonly bound: AddressInfo;
  /** Goes on with another configuration: all listeners in one moment, no connection is closed for it. */
  use(next: Composition): void;
  /** Takes nothing new, lets what is under way finish for `graceMs` at most, then closes everything. */
  close(graceMs: number): Promise<void>;
}

/** By whom connections come, on the public listener and on the card host's. */
export class ListenerAddresses {
  readonly public: ClientAddresses;
  readonly card: ClientAddresses;
  readonly shares: ConnectionShares;

  constructor(config: Pick<GatewayConfig, 'believed' | 'connectionsPerAddress'>) {
    this.public = new ClientAddresses(config.believed);
    this.card = new ClientAddresses(believedOnCardHost(config));
    this.shares = new ConnectionShares(config.connectionsPerAddress);
  }

  renew(config: Pick<GatewayConfig, 'believed' | 'connectionsPerAddress'>): void {
    this.public.renew(config.believed);
    this.card.renew(believedOnCardHost(config));
    this.shares.renew(config.connectionsPerAddress);
  }
}

/** Who ends TLS there is in `card.proxies`; the person's address comes with the ticket then. */
function believedOnCardHost({ believed }: Pick<GatewayConfig, 'believed'>): GatewayConfig['believed'] {
  return { ...believed, trustedProxies: [] };
}

/** Opens them all. @throws where one cannot have its address; those before it are closed again */
export async function openListeners(first: Composition, addresses: ListenerAddresses, log: Logger): Promise<Listeners> {
  const { context, portal, pages, certificates, config } = first;
  const main = createPublicListener({
    context,
    portal,
    pages,
    tls: certificates.public,
    addresses: addresses.public,
    shares: addresses.shares,
    log,
  });
  const card = createCard(first, addresses.card, log);
  const redirect = config.listen.redirect && createRedirectListener(originsOf(first), log);
  const closing: ((graceMs: number) => Promise<void>)[] = [
    async () => redirect?.close(),
    graceMs => main.close(graceMs),
    async graceMs => card?.close(graceMs),
  ];
  const closeAll = async (graceMs: number): Promise<void> => {
    await Promise.all(closing.map(close => close(graceMs)));
  };
  try {
    const bound = await main.listen(place(config.listen.public));
    if (config.card !== undefined) await card?.listen(place(config.card.listen));
    const forwardAuth = await openForwardAuth(first, log);
    closing.push(async graceMs => forwardAuth?.close(graceMs));
    if (config.listen.redirect !== undefined) await redirect?.listen(place(config.listen.redirect));
    return {
      public: main,
      bound,
      use(next) {
        addresses.renew(next.config);
        main.renew({ ...next, tls: next.certificates.public });
        const service = cardService(next);
        if (service !== undefined) card?.renew(service);
        forwardAuth?.renew(next);
        redirect?.renew(originsOf(next));
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll(0);
    throw error;
  }
}

function createCard(first: Composition, addresses: ClientAddresses, log: Logger): CardListener | undefined {
  const { card } = first.config;
  const service = cardService(first);
  if (card === undefined || service === undefined) return undefined;
  const { randomness } = first.context;
  return createCardListener({ ...service, origin: card.origin, addresses, randomness, log });
}

function cardService({ cardHost, certificates, context }: Composition) {
  if (cardHost === undefined || certificates.card === undefined) return undefined;
  const issuers = context.trust.trustStore().certificates.map(({ der }) => new X509Certificate(der).toString());
  return { app: cardHost, tls: certificates.card, issuers };
}

function originsOf({ config }: Composition): readonly string[] {
  return [config.portal.origin, ...[...config.systems.values()].map(system => system.origin)];
}

function place({ address, port }: GatewayConfig['listen']['public']): { readonly host: string; readonly port: number } {
  return { host: address, port };
}
