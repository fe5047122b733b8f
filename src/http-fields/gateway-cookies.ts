/** Names of the gateway's cookies; every name that begins like them is the gateway's. */
export const GATEWAY_COOKIES = {
  /** The session, on a business system's host. */
  session: '__Host-gw',
  /** The browser that set out for the portal, on a business system's host. */
  trip: '__Host-gw-trip',
  /** The session, on the portal. */
  portal: '__Host-gw-portal',
} as const;

/** Compared in lower case: some servers take cookie names so, and browsers treat the prefix `__Host-` so. */
const OWN_PREFIX = '__host-gw';

/** A Cookie field taken apart. */
export interface SplitCookies {
  /** Values of the session and trip cookies; undefined when absent, or sent twice (then nobody knows which is meant). */
  readonly session: string | undefined;
  readonly trip: string | undefined;
  /** What the business system may see; empty when nothing is left. */
  readonly others: string;
}

/** Takes the gateway's own cookies out of a Cookie field (RFC 6265 section 4.2.1), so that no upstream sees them. */
export function splitCookies(field: string): SplitCookies {
  if (!field.toLowerCase().includes(OWN_PREFIX)) return { session: undefined, trip: undefined, others: field };
  const others: string[] = [];
  const sessions: string[] = [];
  const trips: string[] = [];
  for (const part of field.split(';')) {
    const pair = part.trim();
    if (!isOwnCookie(pair)) {
      if (pair !== '') others.push(pair);
      continue;
    }
    const separator = pair.indexOf('=');
    if (separator === -1) continue;
    const name = pair.slice(0, separator).trimEnd();
    const value = pair.slice(separator + 1).trimStart();
    if (name === GATEWAY_COOKIES.session) sessions.push(value);
    if (name === GATEWAY_COOKIES.trip) trips.push(value);
  }
  return { session: onlyOne(sessions), trip: onlyOne(trips), others: others.join('; ') };
}

/**
 * What of a business system's Set-Cookie may go to the browser: nothing that would set one of ours, and never a
 * `Domain`, which would send the cookie to the other systems and let it overwrite theirs.
 *
 * @returns the field to send, or null when it must not be sent
 */
export function restrictSetCookie(field: string): string | null {
  if (isOwnCookie(field)) return null;
  if (!/;[\s]*domain/i.test(field)) return field;
  const [pair = '', ...attributes] = field.split(';');
  return [pair, ...attributes.filter(attribute => attributeName(attribute) !== 'domain')].join(';');
}

/** Composes a Set-Cookie for one of the gateway's cookies; without `Max-Age` it lives as long as the browser. */
export function composeSetCookie(name: string, value: string): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

/** Composes a Set-Cookie that removes one of the gateway's cookies. */
export function composeCookieRemoval(name: string): string {
  return `${name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`;
}

/** A cookie without a name (`=__Host-gw=x`) is sent back by some browsers as if its value were name and value. */
function isOwnCookie(pair: string): boolean {
  if (pair.startsWith(GATEWAY_COOKIES.session)) return true;
  return pair
    .replace(/^[\s=]+/, '')
    .toLowerCase()
    .startsWith(OWN_PREFIX);
}

function attributeName(attribute: string): string {
  return (attribute.split('=', 1)[0] ?? '').trim().toLowerCase();
}

function onlyOne(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
