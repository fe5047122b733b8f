import { z } from 'zod';
import { networkList, parseNetwork } from './networks.ts';

/** Bits of the widest networks: what one site or one cluster has. Anybody in it can be whoever he says. */
const WIDEST = { 4: 16, 6: 48 } as const;

/** A peer whose word on a client's address is taken: an address, or a network that is a site's own. */
export const believedProxy = z
  .string()
  .refine(value => parseNetwork(value) !== undefined, {
    message: 'must be an IP address or a network such as 10.1.2.0/24',
    abort: true,
  })
  .refine(
    isOfOneSite,
    'must be no wider than /16 (IPv6: /48, and none that holds IPv4 addresses): whoever is in it is believed any address',
  );

export const believedProxies = z.array(believedProxy).default([]);

function isOfOneSite(value: string): boolean {
  const network = parseNetwork(value);
  if (network === undefined || network.prefix < WIDEST[network.family]) return false;
  if (network.family === 4) return true;
  return !holdsIPv4.check(network.address, 'ipv6') && !networkList(network).check('::ffff:0:0', 'ipv6');
}

/** Peers are known by the IPv4 address itself, so that such an entry would never match, or match too much. */
const holdsIPv4 = networkList({ address: '::ffff:0:0', family: 6, prefix: 96 });
