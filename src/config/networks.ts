import { BlockList, isIP } from 'node:net';

const BITS = { 4: 32, 6: 128 } as const;

/** An address, or a network such as 10.1.2.0/24. */
interface Network {
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefix: number;
}

/** Reads `10.1.2.3`, `10.1.2.0/24`, `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(value: string): Network | undefined {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  // A scope (`%eth0`) is no part of an address that a peer is known by.
  if ((family !== 4 && family !== 6) || address.includes('%') || rest.length > 0) return undefined;
  if (prefix === undefined) return { address, family, prefix: BITS[family] };
  const isPrefix = /^(?:0|[1-9][0-9]{0,2})$/.test(prefix) && Number(prefix) <= BITS[family];
  return isPrefix ? { address, family, prefix: Number(prefix) } : undefined;
}

/** Whether it is one address and no more. */
function isOneAddress({ family, prefix }: Network): boolean {
  return prefix === BITS[family];
}

export function networkList(...networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, `ipv${family}`);
  return list;
}

/** Whether it is written as one address of this machine's own loopback. */
export function isOneLoopbackAddress(value: string): boolean {
  const network = parseNetwork(value);
  if (network === undefined || !isOneAddress(network)) return false;
  return loopback.check(network.address, `ipv${network.family}`);
}

const loopback = networkList(
  { address: '127.0.0.0', family: 4, prefix: 8 },
  { address: '::1', family: 6, prefix: 128 },
);

/**
 * Whether an address lies in one of the networks; one that is no IP address lies in none.
 *
 * IPv4 and IPv6 apart: Node finds an IPv4 address in IPv6 networks, too.
 *
 * @param networks addresses, or networks as `address/prefix`; what is neither holds no address
 */
export function networkMatcher(networks: readonly string[]): (address: string) => boolean {
  const read = networks.flatMap(text => parseNetwork(text) ?? []);
  if (read.length === 0) return () => false;
  const lists = {
    4: networkList(...read.filter(({ family }) => family === 4)),
    6: networkList(...read.filter(({ family }) => family === 6)),
  };
  return address => {
    const family = isIP(address);
    return (family === 4 || family === 6) && lists[family].check(address, `ipv${family}`);
  };
}
