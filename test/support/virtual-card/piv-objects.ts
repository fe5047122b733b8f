import { createHash } from 'node:crypto';
import type { VirtualCard } from './card-content.ts';
import { tlv } from './tlv.ts';

/** PIV application with version (NIST SP 800-73-4 part 1 §2.2). */
export const PIV_AID = Buffer.from('a000000308000010000100', 'hex');

/** The data objects that GET DATA gives, by tag (SP 800-73-4 part 1, table 3); all are readable without the PIN. */
export function pivObjects(card: VirtualCard): ReadonlyMap<number, Buffer> {
  const objects = new Map([
    [0x7e, discovery()],
    [0x5fc102, holderIdentifier(card)],
  ]);
  if (card.sign !== undefined) objects.set(0x5fc105, certificate(card.sign.certificate));
  if (card.encrypt !== undefined) objects.set(0x5fc10b, certificate(card.encrypt.certificate));
  return objects;
}

/** SELECT's answer: which application this is. */
export function applicationProperties(): Buffer {
  const authority = tlv(0x79, tlv(0x4f, PIV_AID.subarray(0, 5)));
  return tlv(0x61, tlv(0x4f, PIV_AID.subarray(5)), authority, tlv(0x50, Buffer.from('Virtual PIV')));
}

/** PIN usage policy 0x4000: the card's own PIN, no other. */
function discovery(): Buffer {
  return tlv(0x7e, tlv(0x4f, PIV_AID), tlv(0x5f2f, Buffer.from([0x40, 0x00])));
}

/** CHUID: OpenSC takes the token's serial number from its GUID, so it comes from what the card was born as. */
function holderIdentifier(card: VirtualCard): Buffer {
  const agency = Buffer.from('d4e739da739ced39ce739da1685a1082108ce73984119257fc', 'hex');
  const guid = createHash('sha256').update(card.id).digest().subarray(0, 16);
  return tlv(0x53, tlv(0x30, agency), tlv(0x34, guid), tlv(0x35, Buffer.from('20391231')), tlv(0x3e), tlv(0xfe));
}

/** Uncompressed, without an error detection code. */
function certificate(der: Buffer): Buffer {
  return tlv(0x53, tlv(0x70, der), tlv(0x71, Buffer.from([0])), tlv(0xfe));
}
