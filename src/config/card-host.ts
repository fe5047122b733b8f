import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GatewayFile } from './gateway-file.ts';

/** The listener that asks browsers for the card's certificate, with absolute paths. */
export interface CardHostConfig {
  /** Lower case, without port. */
  readonly host: string;
  /** `https://host[:port]` as browsers see it. */
  readonly origin: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly tls: { readonly certificate: string; readonly key: string };
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

/**
 * Whether the card host is a host of its own to browsers. A certificate that names hosts of both listeners lets a browser
 * send the requests of one over a connection of the other, on which no card was asked for (RFC 9110 section 7.4).
 *
 * @param others hosts of the public listener
 */
export function checkCardCertificates(
  card: CardHostConfig,
  publicCertificate: string,
  others: readonly string[],
): string[] {
  if (others.includes(card.host)) return [`card.host: ${card.host} is a host of the public listener already`];
  const own = readCertificate(card.tls.certificate);
  const shared = readCertificate(publicCertificate);
  if (own === undefined || shared === undefined) return ['card.tls, tls: a certificate cannot be read'];
  const covered = others.filter(host => covers(own, host));
  return [
    ...(covers(own, card.host) ? [] : [`card.tls.certificate: does not name ${card.host}`]),
    ...(covers(shared, card.host)
      ? [`tls.certificate: must not name ${card.host}; browsers would go there without the card being asked for`]
      : []),
    ...(covered.length === 0
      ? []
      : [`card.tls.certificate: must name the card host alone, and not also ${covered.join(', ')}`]),
  ];
}

function readCertificate(path: string): X509Certificate | undefined {
  try {
    return new X509Certificate(readFileSync(path));
  } catch {
    // Missing, or no certificate: either way the caller says so.
    return undefined;
  }
}

/** As browsers match: alternative names only, wildcards for one label. */
function covers(certificate: X509Certificate, host: string): boolean {
  return certificate.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
}
