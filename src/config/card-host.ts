import type { GatewayFile } from './gateway-file.ts';
import type { ServerCertificateFiles } from './server-certificates.ts';

/** The listener that asks browsers for the card's certificate, with absolute paths. */
export interface CardHostConfig {
  /** Lower case, without port. */
  readonly host: string;
  /** `https://host[:port]` as browsers see it. */
  readonly origin: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly tls: ServerCertificateFiles;
  readonly proxies: NonNullable<GatewayFile['card']>['proxies'];
}

/** @param at makes a path of the file absolute; @param originOf an origin of host and port */
export function composeCardHost(
  { baseDomain, listen, card }: GatewayFile,
  at: (path: string) => string,
  originOf: (host: string, port: number) => string,
): CardHostConfig | undefined {
  if (listen.card === undefined || card === undefined) return undefined;
  const host = card.host ?? `card.${baseDomain}`;
  return {
    host,
    origin: originOf(host, card.publicPort ?? listen.card.port),
    listen: listen.card,
    tls: { certificate: at(card.tls.certificate), key: at(card.tls.key) },
    proxies: card.proxies,
  };
}

/** What of the card host's keys cannot be so, whatever the certificates say. */
export function checkCardKeys({ listen, card }: GatewayFile): string[] {
  if (listen.card === undefined) return card === undefined ? [] : ['card: of no use without listen.card'];
  if (card === undefined) return ['card: missing, with its certificate, since listen.card is there'];
  return listen.card.port === 0 && card.publicPort === undefined
    ? ['card.publicPort: missing; with a free port (listen.card.port: 0) nobody could be sent there']
    : [];
}
