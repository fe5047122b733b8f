/**
 * DER writer (ITU-T X.690 §8, §10, §11): each function returns the complete encoding of one element.
 *
 * It writes what it is told, also what no certificate should hold, because tests need defects; it reads nothing.
 * Elements are plain `Buffer`s, so parts of one certificate can be put into another byte for byte.
 */

/** Bit 0x20 of the identifier octet: the contents are elements. */
const CONSTRUCTED = 0x20;
const CONTEXT_SPECIFIC = 0x80;

/** One element with any identifier octet (low tag numbers only) and any contents. */
export function element(identifier: number, ...contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([identifier]), lengthOctets(length), ...contents]);
}

/** X.690 §10.1: definite form in the least number of octets. */
function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.from([0x80 | octets.length, ...octets]);
}

export function sequence(...items: readonly Buffer[]): Buffer {
  return element(0x30, ...items);
}

/** SET OF with its members in ascending order of their encodings (X.690 §11.6). */
export function setOf(...items: readonly Buffer[]): Buffer {
  return element(0x31, ...items.toSorted((a, b) => Buffer.compare(a, b)));
}

export function boolean(value: boolean): Buffer {
  return element(0x01, Buffer.from([value ? 0xff : 0x00]));
}

/** A non-negative INTEGER, from a number or from its magnitude in hexadecimal. */
export function integer(value: number | string): Buffer {
  return element(0x02, magnitude(value));
}

/** A non-negative ENUMERATED. */
export function enumerated(value: number): Buffer {
  return element(0x0a, magnitude(value));
}

function magnitude(value: number | string): Buffer {
  const hex = typeof value === 'number' ? value.toString(16) : value;
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const first = bytes.findIndex(byte => byte !== 0);
  const significant = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  return significant[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), significant]) : significant;
}

export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return element(0x03, Buffer.from([unusedBits]), bytes);
}

/** A BIT STRING of named bits: trailing zero bits are removed (X.690 §11.2.2). */
export function namedBits(positions: readonly number[]): Buffer {
  if (positions.length === 0) return bitString(Buffer.alloc(0));
  const last = Math.max(...positions);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const position of positions) {
    const index = Math.floor(position / 8);
    bytes[index] = bytes[index]! | (0x80 >> (position % 8));
  }
  return bitString(bytes, 7 - (last % 8));
}

export function octetString(bytes: Buffer): Buffer {
  return element(0x04, bytes);
}

export function nullValue(): Buffer {
  return element(0x05);
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, ...[first * 40 + second, ...rest].map(base128));
}

function base128(arc: number): Buffer {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return Buffer.from(octets);
}

export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, 'utf8'));
}

export function printableString(text: string): Buffer {
  return element(0x13, Buffer.from(text, 'latin1'));
}

/** BMPString (UCS-2, big-endian): PKCS#12 friendly names. */
export function bmpString(text: string): Buffer {
  return element(0x1e, Buffer.from(text, 'utf16le').swap16());
}

/** UTCTime to the second, `YYMMDDhhmmssZ`. */
function utcTime(instant: Date): Buffer {
  return element(0x17, Buffer.from(compact(instant).slice(2), 'latin1'));
}

/** GeneralizedTime to the second, `YYYYMMDDhhmmssZ`. */
export function generalizedTime(instant: Date): Buffer {
  return element(0x18, Buffer.from(compact(instant), 'latin1'));
}

/** Time of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
export function time(instant: Date): Buffer {
  return instant.getUTCFullYear() < 2050 ? utcTime(instant) : generalizedTime(instant);
}

function compact(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

/** Context-specific constructed tag `[number]` around whole elements (EXPLICIT, or IMPLICIT of a constructed type). */
export function tagged(number: number, ...contents: readonly Buffer[]): Buffer {
  return element(CONTEXT_SPECIFIC | CONSTRUCTED | number, ...contents);
}

/** Context-specific primitive tag `[number]` IMPLICIT over content octets. */
export function taggedPrimitive(number: number, content: Buffer): Buffer {
  return element(CONTEXT_SPECIFIC | number, content);
}
