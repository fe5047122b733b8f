/** An authority is a registered name with an optional port; the gateway has no name that is an address or has a user part. */
const AUTHORITY = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?)(?::([0-9]{1,5}))?$/i;

/** What a Host field or the authority of an absolute target says (RFC 9110 section 7.2), in one spelling. */
export interface Authority {
  /** Lower case; a trailing dot is kept, for it is another name to browsers and so another origin. */
  readonly host: string;
  readonly port: number;
}

/**
 * Parses an authority; undefined for what is none.
 *
 * @param defaultPort the port that is meant where none is written (443 for https, 80 for http)
 */
export function parseAuthority(text: string, defaultPort: number): Authority | undefined {
  // 253 octets is the longest name that DNS can hold (RFC 1035 section 2.3.4), and 6 for a port.
  if (text.length > 259) return undefined;
  const match = AUTHORITY.exec(text);
  const host = match?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  return port >= 1 && port <= 65535 ? { host, port } : undefined;
}

/** The one spelling of an authority by which https origins are looked up: the port is written unless it is 443. */
export function canonicalAuthority(text: string): string | undefined {
  const authority = parseAuthority(text, 443);
  if (authority === undefined) return undefined;
  return authority.port === 443 ? authority.host : `${authority.host}:${authority.port}`;
}
