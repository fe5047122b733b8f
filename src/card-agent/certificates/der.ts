/** A small DER reader and writer (X.690): enough for key usage, issuer and serial number, and for SignedData. */

export interface DerElement {
  readonly tag: number;
  /** content octets */
  readonly content: Uint8Array;
  /** the whole element: tag, length and content */
  readonly bytes: Uint8Array;
}

export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context3: 0xa3,
} as const;

/** Reads one element at the start of `bytes`; nothing for bytes that are not DER with a one-octet tag. */
export function readElement(bytes: Uint8Array): DerElement | undefined {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    // a certificate on a card has a few kilobytes: three length octets are plenty
    if (octets === 0 || octets > 3 || bytes.length < 2 + octets) return undefined;
    length = bytes.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
    start = 2 + octets;
  }
  if (bytes.length < start + length) return undefined;
  return { tag, content: bytes.subarray(start, start + length), bytes: bytes.subarray(0, start + length) };
}

/** Reads the elements that follow one another in `content`; nothing when any of them is malformed. */
export function readElements(content: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let rest = content; rest.length > 0;) {
    const element = readElement(rest);
    if (element === undefined) return undefined;
    elements.push(element);
    rest = rest.subarray(element.bytes.length);
  }
  return elements;
}

export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...encodeLength(content.length)), content]);
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** SET OF: DER wants the elements in ascending order of their encodings (X.690 section 11.6). */
export function encodeSetOf(elements: readonly Uint8Array[]): Uint8Array {
  return encode(Tag.set, ...[...elements].sort((a, b) => Buffer.compare(a, b)));
}

/** @param dotted for example `1.2.840.113549.1.7.2` */
export function encodeOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...arcs].flatMap(arc => {
    const groups = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return encode(Tag.oid, Uint8Array.from(octets));
}
