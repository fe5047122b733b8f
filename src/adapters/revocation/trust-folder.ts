import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadTrustStore, type TrustStore } from '../../pki/trust-store.ts';

/** A certificate file is a few kB; anything larger is something else. */
const FILE_LIMIT_BYTES = 64 * 1024;

/** The pinned certificates cannot be used as they lie in their folder. The gateway does not start. */
class TrustFolderFault extends Error {
  override readonly name = 'TrustFolderFault';
}

/**
 * Reads the pinned certificates: every file of the folder but README.md must be in its manifest, unchanged.
 *
 * @throws TrustFolderFault naming the file and what is wrong with it
 */
export function readTrustFolder(folder: string): TrustStore {
  const files = new Map<string, Uint8Array>();
  let manifest: unknown;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'README.md') continue;
      if (!entry.isFile()) throw new Error(`${entry.name} is not a plain file`);
      const bytes = readFileSync(join(folder, entry.name));
      if (bytes.length > FILE_LIMIT_BYTES) throw new Error(`${entry.name} is larger than a certificate`);
      if (entry.name === 'manifest.json') manifest = JSON.parse(bytes.toString('utf8'));
      else files.set(entry.name, bytes);
    }
  } catch (cause) {
    throw new TrustFolderFault(`The trust folder ${folder} cannot be read: ${String(cause)}`, { cause });
  }
  const loaded = loadTrustStore(manifest, files);
  if (loaded.ok) return loaded.trustStore;
  throw new TrustFolderFault(`The trust folder ${folder} is refused: ${JSON.stringify(loaded.failure)}`);
}
