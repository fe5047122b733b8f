const IPV4_IN_IPV6 = /^::ffff:(\d+(?:\.\d+){3})$/i;

/**
 * The peer's address in the one form that records, systems and limits know: an IPv4 address is written as such, whatever
 * the listener's family. `unknown` once the connection is gone.
 */
export function clientAddressOf(socket: { readonly remoteAddress?: string | undefined }): string {
  const address = socket.remoteAddress ?? 'unknown';
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address;
}
