/** A web page's origin as browsers write it: `https://host` or `https://host:port`, the default port left out. */
export interface PageOrigin {
  readonly text: string;
  /** lower case, A-labels, IPv6 in brackets */
  readonly host: string;
  readonly port: number;
}

const LOOPBACK_HOST = /^(?:localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Reads an origin that a page may have: https, or http on this machine (development). Anything that is not written
 * exactly as a browser writes an origin is not one: a path, a trailing slash, upper case, an explicit default port.
 */
export function parsePageOrigin(text: string): PageOrigin | undefined {
  if (text.length > 300 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.origin !== text) return undefined;
  const isTrustworthy = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname));
  if (!isTrustworthy) return undefined;
  const defaultPort = url.protocol === 'https:' ? 443 : 80;
  return { text, host: url.hostname, port: url.port === '' ? defaultPort : Number(url.port) };
}
