import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import type { SealedCrl } from '../../pki/revocation/sealed-crl.ts';

/** The layout below; what is inside the seals has a version of its own. */
const MAGIC = Buffer.from('moica-gateway CRL index 1\n');

const SEAL_BYTES = 32;
/** Lengths of description and columns, 32 bits each, then the seal. */
const HEADER_BYTES = 8 + SEAL_BYTES;

/** A file of 256 MiB holds at most 10 million entries of 15 octets in the index. */
const SIZE_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Writes sealed CRLs to a new file that only its owner can read. What stops in the middle leaves a file that
 * `readCrlIndex` refuses; give it its name by renaming.
 */
export function writeCrlIndex(path: string, crls: readonly SealedCrl[]): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeAll(file, MAGIC);
    for (const { description, columns, seal } of crls) {
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32BE(description.length, 0);
      lengths.writeUInt32BE(columns.byteLength, 4);
      for (const part of [lengths, seal, description, new Uint8Array(columns)]) writeAll(file, part);
    }
  } finally {
    closeSync(file);
  }
}

/** One call may write less than it was given. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/**
 * Reads what `writeCrlIndex` wrote. Nothing in it is to be believed before the seals are opened.
 *
 * @returns `undefined` if there is no such file, or it is something else, or cut off
 */
export function readCrlIndex(path: string): readonly SealedCrl[] | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size > SIZE_LIMIT_BYTES) return undefined;
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const crls: SealedCrl[] = [];
  let at = MAGIC.length;
  while (at < bytes.length) {
    if (bytes.length - at < HEADER_BYTES) return undefined;
    const descriptionStart = at + HEADER_BYTES;
    const columnsStart = descriptionStart + bytes.readUInt32BE(at);
    const end = columnsStart + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) return undefined;
    crls.push({
      seal: new Uint8Array(bytes.subarray(at + 8, descriptionStart)),
      description: new Uint8Array(bytes.subarray(descriptionStart, columnsStart)),
      columns: new Uint8Array(bytes.subarray(columnsStart, end)).buffer,
    });
    at = end;
  }
  return crls;
}
