import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** No secret of ours is longer; whatever is, is another file. */
const SIZE_LIMIT_BYTES = 16_384;

/** A secret file that others may read, or that is no file of ours: it is not used. */
export class PrivateFileFault extends Error {
  override readonly name = 'PrivateFileFault';
}

/**
 * Reads a secret from a file, which is made with `create` at the first start. Made atomically: either the whole secret
 * is there under its name, on the disk, or nothing; of two starters, both use the first one's.
 *
 * @param path   in a folder that exists
 * @throws PrivateFileFault when anybody but the owner can read or write it, or it is not a regular file
 */
export async function openPrivateFile(path: string, create: () => string): Promise<string> {
  const found = await readPrivateFile(path);
  if (found !== undefined) return found;

  const draft = `${path}.${randomBytes(8).toString('hex')}.new`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(create());
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Unlike a rename, a link never replaces a file that another starter has made meanwhile.
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));

  const made = await readPrivateFile(path);
  if (made === undefined) throw new PrivateFileFault(`${path} was removed while it was being made.`);
  return made;
}

/**
 * Reads a secret, if it is there.
 *
 * @throws PrivateFileFault as {@link openPrivateFile}
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new PrivateFileFault(`${path} cannot be opened.`, { cause: error });
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new PrivateFileFault(`${path} is not a regular file.`);
    if ((stat.mode & 0o077) !== 0) {
      throw new PrivateFileFault(`${path} can be read by others than its owner; run: chmod 600 '${path}'`);
    }
    if (stat.size > SIZE_LIMIT_BYTES) throw new PrivateFileFault(`${path} is too long for a secret.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Removes a secret, if it is there; it is not there after a power failure either. */
export async function removePrivateFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
