/** One block: label, base64 lines, the same label; white space around it only (RFC 7468 section 3, strict form). */
const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;

/** The DER of a file that holds exactly one PEM block with this label; `undefined` for anything else. */
export function decodePem(file: Uint8Array, label: string): Uint8Array | undefined {
  const match = BLOCK.exec(Buffer.from(file).toString('latin1'));
  return match?.[1] === label ? decodeStrictly(match[2] ?? '') : undefined;
}

/**
 * The DER of every PEM block with this label, in order. Text between blocks and blocks of other kinds are passed over
 * (RFC 7468 section 2); `undefined` where there is none, or where any with this label is broken: a list that is read in
 * part is not read. Time in proportion to the file, which may have hundreds of MB: no regular expression goes over it.
 */
export function decodePemBlocks(file: Uint8Array, label: string): readonly Uint8Array[] | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  for (let at = bytes.indexOf(begin); at >= 0; at = bytes.indexOf(begin, at)) {
    const start = at + begin.length;
    const stop = bytes.indexOf(end, start);
    const der = stop < 0 ? undefined : decodeLines(bytes.subarray(start, stop));
    if (der === undefined) return undefined;
    blocks.push(der);
    at = stop + end.length;
  }
  return blocks.length === 0 ? undefined : blocks;
}

/** The label's line ends, then base64 in lines. */
function decodeLines(lines: Buffer): Uint8Array | undefined {
  if (lines[0] !== 0x0a && !(lines[0] === 0x0d && lines[1] === 0x0a)) return undefined;
  const base64 = Buffer.allocUnsafeSlow(lines.length);
  let length = 0;
  for (const octet of lines) if (octet !== 0x0a && octet !== 0x0d) base64[length++] = octet;
  const text = base64.toString('latin1', 0, length);
  const der = Buffer.from(text, 'base64');
  return length > 0 && der.toString('base64') === text ? new Uint8Array(der) : undefined;
}

function decodeStrictly(lines: string): Uint8Array | undefined {
  const base64 = lines.replace(/[\r\n]/g, '');
  const der = Buffer.from(base64, 'base64');
  // Buffer reads past bad padding and trailing bits; only what it would write the same again is base64.
  return der.toString('base64') === base64 ? new Uint8Array(der) : undefined;
}
