import { isIP, SocketAddress } from 'node:net';
import { clientAddressOf } from '../http-fields/client-address.ts';

/**
 * The client's address by `X-Forwarded-For` of a trusted proxy: each proxy adds the address that it was asked from on the
 * right, so the rightmost that is no trusted proxy's is the last one that somebody trusted has seen. What stands to the
 * left of it is the client's own word.
 *
 * Without the field, or with trusted addresses only, it is a proxy that asks, the one farthest away. undefined where an entry that had to be
 * read is no plain address: the proxy's own address instead could be one that rules let in.
 *
 * @param rawFields names and values in turn, as received; several such fields are one list (RFC 9110 section 5.3)
 * @param peer      the trusted proxy's own address
 */
export function readForwardedFor(
  rawFields: readonly string[],
  peer: string,
  isTrusted: (address: string) => boolean,
): string | undefined {
  const values = rawFields.filter((_, index) => index % 2 === 1 && isForwardedFor(rawFields[index - 1]));
  const entries = values.length === 0 ? [] : values.join(',').split(',');
  let address = peer;
  for (const entry of entries.reverse()) {
    const read = plainAddress(entry.trim());
    if (read === undefined) return undefined;
    address = read;
    if (!isTrusted(address)) break;
  }
  return address;
}

function isForwardedFor(name: string | undefined): boolean {
  return name?.toLowerCase() === 'x-forwarded-for';
}

function plainAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 4) return text;
  // A zone (`%eth0`) means nothing on another machine.
  if (family !== 6 || text.includes('%')) return undefined;
  return clientAddressOf({ remoteAddress: new SocketAddress({ address: text, family: 'ipv6' }).address });
}
