/** One block: label, base64 lines, the same label; white space around it only (RFC 7468 section 3, strict form). */
const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;

/** The DER of a file that holds exactly one PEM block with this label; `undefined` for anything else. */
export function decodePem(file: Uint8Array, label: string): Uint8Array | undefined {
  const match = BLOCK.exec(Buffer.from(file).toString('latin1'));
  return match?.[1] === label ? decodeStrictly(match[2] ?? '') : undefined;
}

/** Blocks of one kind one after the other; text between them is ignored (RFC 7468 section 2). */
const BLOCKS = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----/g;

/**
 * The DER of every PEM block with this label, in order. Text between blocks and blocks of other kinds are passed over;
 * `undefined` where there is none, or where any with this label is broken: a list that is read in part is not read.
 */
export function decodePemBlocks(file: Uint8Array, label: string): readonly Uint8Array[] | undefined {
  const text = Buffer.from(file).toString('latin1');
  const begun = text.split(`-----BEGIN ${label}-----`).length - 1;
  const blocks: Uint8Array[] = [];
  for (const [, found, base64 = ''] of text.matchAll(BLOCKS)) {
    const der = found === label ? decodeStrictly(base64) : undefined;
    if (der !== undefined) blocks.push(der);
  }
  return blocks.length === begun && begun > 0 ? blocks : undefined;
}

function decodeStrictly(lines: string): Uint8Array | undefined {
  const base64 = lines.replace(/[\r\n]/g, '');
  const der = Buffer.from(base64, 'base64');
  // Buffer reads past bad padding and trailing bits; only what it would write the same again is base64.
  return der.toString('base64') === base64 ? new Uint8Array(der) : undefined;
}
