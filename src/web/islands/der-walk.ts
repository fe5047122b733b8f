/** One value of a DER encoding: its tag octet and its content. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The encoding is not what it has to be. */
export class MalformedDerError extends Error {
  override readonly name = 'MalformedDerError';
}

/**
 * The values of an encoding, one after the other.
 *
 * @throws MalformedDerError when a value does not end where the encoding says, or its length is none of a certificate's
 */
export function readValues(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const { start, length } = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new MalformedDerError();
    values.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return values;
}

/** The content of the first value, which must have this tag. */
export function enter(bytes: Uint8Array, tag: number): Uint8Array {
  const [value] = readValues(bytes);
  return expect(value, tag);
}

/** The content of a value that must be there and have this tag. */
export function expect(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw new MalformedDerError();
  return value.content;
}

/** Definite lengths of up to three octets: a certificate is a few kilobytes. */
function readLength(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } {
  const first = bytes[at];
  if (first === undefined) throw new MalformedDerError();
  if (first < 0x80) return { start: at + 1, length: first };
  const octets = first - 0x80;
  if (octets === 0 || octets > 3 || at + octets >= bytes.length) throw new MalformedDerError();
  const length = bytes.subarray(at + 1, at + 1 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  return { start: at + 1 + octets, length };
}
