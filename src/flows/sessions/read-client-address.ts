import { SocketAddress, isIP } from 'node:net';
import { clientAddressOf } from '../../http-fields/client-address.ts';

/** `[2001:db8::1]`, as addresses stand in URLs. */
const BRACKETED = /^\[(.*)\]$/;
/** RFC 4291 section 2.5.6: the only ones whose zone belongs to the address, and is recorded with it. */
const LINK_LOCAL = /^fe[89ab]/;

/**
 * An IP address as people write it, in the one form in which logins are recorded ({@link clientAddressOf}); undefined
 * for what is none. IPv6 may be in brackets, in capitals, with zeros, or IPv4 in disguise.
 */
export function readClientAddress(text: string): string | undefined {
  const bare = BRACKETED.exec(text)?.[1] ?? text;
  if (isIP(bare) !== 6) return isIP(text) === 4 ? text : undefined;
  // The platform's own writer of addresses, which also writes those of connections; it leaves out the zone.
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const zone = bare.indexOf('%');
  return zone >= 0 && LINK_LOCAL.test(address)
    ? `${address}${bare.slice(zone)}`
    : clientAddressOf({ remoteAddress: address });
}
