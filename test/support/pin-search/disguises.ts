/** One way in which a text may lie in a log, a file or a memory. */
export interface Disguise {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every disguise of a text of ASCII letters and digits, the plain one first; none is short enough to turn up by chance. */
export function disguisesOf(text: string): Disguise[] {
  const plain = Buffer.from(text, 'ascii');
  const hex = plain.toString('hex');
  const percent = hex.replaceAll(/../g, '%$&');
  return [
    { name: 'UTF-8', bytes: plain },
    // without the last zero: so it is found in both byte orders
    { name: 'UTF-16', bytes: Buffer.from(text, 'utf16le').subarray(0, -1) },
    { name: 'hexadecimal', bytes: Buffer.from(hex) },
    { name: 'HEXADECIMAL', bytes: Buffer.from(hex.toUpperCase()) },
    { name: 'percent', bytes: Buffer.from(percent) },
    { name: 'PERCENT', bytes: Buffer.from(percent.toUpperCase()) },
    ...[0, 1, 2].flatMap(offset => {
      const core = base64Core(plain, offset);
      const isSameInBoth = !/[+/]/.test(core);
      const base64url = core.replaceAll('+', '-').replaceAll('/', '_');
      return [
        { name: `base64 at ${offset}`, bytes: Buffer.from(core) },
        ...(isSameInBoth ? [] : [{ name: `base64url at ${offset}`, bytes: Buffer.from(base64url) }]),
      ];
    }),
  ];
}

/**
 * What stands in the base64 of any bytes that hold `bytes`, `offset` past a multiple of three: the digits that depend on
 * `bytes` alone.
 */
function base64Core(bytes: Buffer, offset: number): string {
  const firstBit = offset * 8;
  const lastBit = firstBit + bytes.length * 8;
  const padded = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]);
  return padded.toString('base64').slice(Math.ceil(firstBit / 6), Math.floor(lastBit / 6));
}
