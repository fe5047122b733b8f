import { SocketAddress } from 'node:net';
import { clientAddressOf } from '../http-fields/client-address.ts';

/** What the first bytes of a connection are. */
export type ProxyHeaderReading =
  /** The beginning of a header, as far as it goes. */
  | { readonly kind: 'incomplete' }
  /** A header of so many bytes. `source` is null where the proxy speaks for itself (LOCAL, its health checks). */
  | { readonly kind: 'header'; readonly bytes: number; readonly source: string | null }
  | { readonly kind: 'invalid' };

/** Bytes of the longest header that is read: the least segment that every IPv4 host takes, which the specification counts on. */
export const PROXY_HEADER_LIMIT = 536;

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED_BYTES = 16;
const LOCAL = 0x20;
const PROXY = 0x21;
/** Family and transport → bytes of one address; both addresses and two ports are the address block. */
const ADDRESS_BYTES: ReadonlyMap<number, 4 | 16> = new Map([
  [0x11, 4],
  [0x21, 16],
]);
const TLV_CRC32C = 0x03;
const INVALID = { kind: 'invalid' } as const;

/**
 * Reads a header of the PROXY protocol, version 2 (HAProxy's proxy-protocol.txt, section 2.2).
 *
 * Read are TCP over IPv4 and IPv6; another transport, or an unspecified one under PROXY, tells no client's address and is
 * invalid. Additions (TLV) must be whole and are skipped, but for the checksum: it must be right.
 *
 * @param bytes all that has come so far, also what follows the header
 */
export function readProxyHeader(bytes: Buffer): ProxyHeaderReading {
  const known = Math.min(bytes.length, SIGNATURE.length);
  if (!bytes.subarray(0, known).equals(SIGNATURE.subarray(0, known))) return INVALID;
  if (bytes.length < FIXED_BYTES) return { kind: 'incomplete' };
  const command = bytes[12];
  const size = FIXED_BYTES + bytes.readUInt16BE(14);
  if ((command !== LOCAL && command !== PROXY) || size > PROXY_HEADER_LIMIT) return INVALID;
  if (bytes.length < size) return { kind: 'incomplete' };
  const header = bytes.subarray(0, size);
  if (command === LOCAL) return { kind: 'header', bytes: size, source: null };
  const addressBytes = ADDRESS_BYTES.get(header[13] ?? 0);
  if (addressBytes === undefined) return INVALID;
  const additions = FIXED_BYTES + 2 * addressBytes + 4;
  if (size < additions || !hasGoodAdditions(header, additions)) return INVALID;
  const source = addressText(header.subarray(FIXED_BYTES, FIXED_BYTES + addressBytes));
  return { kind: 'header', bytes: size, source };
}

function addressText(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(2 * index).toString(16));
  // The platform's own writer, as for the addresses of connections.
  return clientAddressOf({ remoteAddress: new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address });
}

function hasGoodAdditions(header: Buffer, start: number): boolean {
  let checksums = 0;
  for (let at = start; at < header.length;) {
    if (at + 3 > header.length) return false;
    const value = at + 3;
    const end = value + header.readUInt16BE(at + 1);
    if (end > header.length) return false;
    if (header[at] === TLV_CRC32C) {
      checksums += 1;
      if (end - value !== 4 || checksums > 1) return false;
      const unsigned = Buffer.from(header).fill(0, value, end);
      if (crc32c(unsigned) !== header.readUInt32BE(value)) return false;
    }
    at = end;
  }
  return true;
}

/** CRC-32C (RFC 9260 appendix A); bit by bit, as headers are short and checksums in them rare. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
