import { DerError } from './der-error.ts';

/** BIT STRING: its octets and how many low bits of the last one do not count (they are zero). */
export interface BitString {
  readonly octets: Uint8Array;
  readonly unusedBits: number;
}

/** Content octets of an INTEGER, refused if empty or longer than needed (X.690 section 8.3.2). */
export function readInteger(bytes: Uint8Array, start: number, end: number): Uint8Array {
  checkInteger(bytes, start, end);
  return bytes.subarray(start, end);
}

/** The same rule without a view, for readers that go over millions of integers. */
export function checkInteger(bytes: Uint8Array, start: number, end: number): void {
  if (start >= end) throw new DerError('integer-empty', start);
  if (end - start === 1) return;
  const first = bytes[start] ?? 0;
  const sign = (bytes[start + 1] ?? 0) & 0x80;
  if ((first === 0x00 && sign === 0) || (first === 0xff && sign !== 0))
    throw new DerError('integer-not-minimal', start);
}

/** INTEGER as a number between 0 and 2^31-1; path lengths, versions and skip counts have no use for more. */
export function readSmallInteger(bytes: Uint8Array, start: number, end: number): number {
  checkInteger(bytes, start, end);
  if (end - start > 4 || ((bytes[start] ?? 0) & 0x80) !== 0) throw new DerError('integer-too-large', start);
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** BOOLEAN: 00 or FF and nothing else (X.690 section 11.1). */
export function readBoolean(bytes: Uint8Array, start: number, end: number): boolean {
  const octet = bytes[start];
  if (end - start !== 1 || (octet !== 0x00 && octet !== 0xff)) throw new DerError('boolean-not-00-or-ff', start);
  return octet === 0xff;
}

/** BIT STRING: primitive form, unused bits 0..7 and zero (X.690 sections 8.6 and 11.2.1). */
export function readBitString(bytes: Uint8Array, start: number, end: number): BitString {
  const unusedBits = bytes[start] ?? 8;
  if (start >= end || unusedBits > 7) throw new DerError('bit-string-invalid', start);
  const octets = bytes.subarray(start + 1, end);
  if (octets.length === 0 && unusedBits !== 0) throw new DerError('bit-string-invalid', start);
  const last = octets[octets.length - 1] ?? 0;
  if ((last & ((1 << unusedBits) - 1)) !== 0) throw new DerError('bit-string-invalid', start);
  return { octets, unusedBits };
}

/**
 * Bits of a BIT STRING with a named bit list, bit 0 lowest, at most 16 of them. Trailing zero bits must have been
 * removed (X.690 section 11.2.2).
 */
export function namedBits(value: BitString, offset: number): number {
  const { octets, unusedBits } = value;
  if (octets.length > 2) throw new DerError('named-bits-not-minimal', offset);
  const last = octets[octets.length - 1];
  if (last !== undefined && (last & (1 << unusedBits)) === 0) throw new DerError('named-bits-not-minimal', offset);
  let bits = 0;
  for (let i = 0; i < octets.length * 8; i++) {
    if (((octets[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0) bits |= 1 << i;
  }
  return bits;
}
