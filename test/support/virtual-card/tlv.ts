/** One BER-TLV data object (ISO/IEC 7816-4 §5.2.2). */
export interface Tlv {
  /** The tag's bytes as one number: 0x7c, 0x5fc105. */
  readonly tag: number;
  readonly value: Buffer;
}

/** Writes one; `parts` are its value. */
export function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([bytesOf(tag), lengthOf(value.length), value]);
}

/**
 * Reads the objects that stand one after the other; what does not parse is left out with all after it, as a card does.
 */
export function readTlvs(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const tagLength = (rest[0]! & 0x1f) === 0x1f ? 2 : 1;
    const first = rest[tagLength];
    if (first === undefined) return found;
    // one byte, or 0x81 and 0x82 with one and two bytes behind: a card's objects are shorter than 64 KiB
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = tagLength + 1 + lengthBytes;
    if (lengthBytes > 2 || rest.length < start) return found;
    const length = lengthBytes === 0 ? first : rest.readUIntBE(tagLength + 1, lengthBytes);
    if (rest.length < start + length) return found;
    found.push({ tag: rest.readUIntBE(0, tagLength), value: rest.subarray(start, start + length) });
    rest = rest.subarray(start + length);
  }
  return found;
}

function bytesOf(tag: number): Buffer {
  const length = tag > 0xffff ? 3 : tag > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(tag, 0, length);
  return bytes;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}
