const IPV4_IN_IPV6 = /^::ffff:(\d+(?:\.\d+){3})$/i;

/**
 * The peer's address in the one form that records, systems and limits know: an IPv4 address is written as such, whatever
 * the listener's family. `unknown` once the connection is gone.
 */
export function clientAddressOf(socket: { readonly remoteAddress?: string | undefined }): string {
  const address = socket.remoteAddress ?? 'unknown';
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address, hexadecimal. */
export function ipv6Groups(address: string): readonly string[] {
  // The URL parser writes an address in its one short form; from there all eight groups follow.
  const short = new URL(`http://[${address.split('%', 1)[0] ?? ''}]`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])];
}
