import type { PageOrigin } from './page-origin.ts';

const PREFIX = 'moica-gw.';

/**
 * `moica-gw.v1.<purpose>.[<SHA-256 of the sheet>.]<host>_<port>.<nonce>.<expiry>.<session hash>`. The host has dots of
 * its own; everything around it has not, so the form is read from both ends at once.
 */
const FORM =
  /^moica-gw\.v1\.(?:login|bind|apply|confirm|sign\.[0-9a-f]{64})\.(?<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*)_(?<port>[1-9]\d{0,4})\.[A-Za-z0-9_-]{22,43}\.\d{10}\.[A-Za-z0-9_-]{43}$/;

/** id-messageDigest (RFC 5652 section 11.2), DER */
const MESSAGE_DIGEST_OID = Buffer.from('06092a864886f70d010904', 'hex');
const DER_SET = 0x31;

/** True for what is, or pretends to be, a gateway's challenge: only citizen cards sign those. */
export function isGatewayChallenge(tbs: Uint8Array): boolean {
  return Buffer.from(tbs.subarray(0, PREFIX.length)).toString('latin1') === PREFIX;
}

/**
 * Decides whether `origin` may have `tbs` signed.
 *
 * A challenge of the gateway's form is signed only for the host and port it names, whoever else is on the allow-list:
 * another site that got hold of a challenge cannot turn it into a login. A text that starts like a challenge and does
 * not parse is refused too. So are bytes that could be the signed attributes of a CMS message (RFC 5652 section 5.4
 * hashes them as a DER SET): signed as plain data they would become a CMS signature over content nobody was shown.
 */
export function mayBeSigned(tbs: Uint8Array, origin: PageOrigin): boolean {
  const bytes = Buffer.from(tbs.buffer, tbs.byteOffset, tbs.byteLength);
  if (bytes[0] === DER_SET && bytes.includes(MESSAGE_DIGEST_OID)) return false;
  if (!isGatewayChallenge(tbs)) return true;
  const named = FORM.exec(bytes.toString('latin1'))?.groups;
  return named?.['host'] === origin.host && Number(named['port']) === origin.port;
}
