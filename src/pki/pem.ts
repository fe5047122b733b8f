/** One block: label, base64 lines, the same label; white space around it only (RFC 7468 section 3, strict form). */
const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;

/** The DER of a file that holds exactly one PEM block with this label; `undefined` for anything else. */
export function decodePem(file: Uint8Array, label: string): Uint8Array | undefined {
  const match = BLOCK.exec(Buffer.from(file).toString('latin1'));
  if (match?.[1] !== label) return undefined;
  const base64 = (match[2] ?? '').replace(/[\r\n]/g, '');
  const der = Buffer.from(base64, 'base64');
  // Buffer reads past bad padding and trailing bits; only what it would write the same again is base64.
  return der.toString('base64') === base64 ? new Uint8Array(der) : undefined;
}
