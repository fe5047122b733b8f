import { z } from 'zod';
import { isOneLoopbackAddress, networkList, parseNetwork } from './networks.ts';

/** Bits of the narrowest networks that are a site's own choice of machines; anything wider is somebody else's too. */
const NARROWEST = { 4: 24, 6: 64 } as const;

const mappedAddresses = networkList({ address: '::ffff:0:0', family: 6, prefix: 96 });

/** A proxy that ends TLS in front of the card host, and the field in which it passes the client's certificate on. */
export const certificateProxySchema = z
  .strictObject({
    address: z.string().refine(value => parseNetwork(value) !== undefined, {
      message: 'must be an IP address or a network such as 10.1.2.0/24',
      abort: true,
    }),
    /** rfc9440: `Client-Cert`. nginx: `X-SSL-Client-Cert` with $ssl_client_escaped_cert. */
    dialect: z.enum(['rfc9440', 'nginx']),
    /** SHA-256 of the client certificate that the proxy itself must show to this listener. */
    certificateSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case')
      .optional(),
  })
  .refine(({ address }) => isNarrow(address), {
    path: ['address'],
    message: 'must be one address, or a network no wider than /24 (IPv6: /64), for whoever is in it may be believed',
    abort: true,
  })
  .refine(proxy => proxy.certificateSha256 !== undefined || isOneLoopbackAddress(proxy.address), {
    path: ['certificateSha256'],
    message: 'missing; without a certificate of its own only a proxy at one loopback address is believed',
  });

/** IPv6 networks that hold IPv4 addresses (`::/64` holds them all) would pass by the other limit: none is taken. */
function isNarrow(value: string): boolean {
  const network = parseNetwork(value);
  if (network === undefined || network.prefix < NARROWEST[network.family]) return false;
  if (network.family === 4) return true;
  return !mappedAddresses.check(network.address, 'ipv6') && !networkList(network).check('::ffff:0:0', 'ipv6');
}
