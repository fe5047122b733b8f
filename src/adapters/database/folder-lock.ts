import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process has the folder open. */
export class FolderInUseFault extends Error {
  override readonly name = 'FolderInUseFault';
  /** As the holder wrote it down; null when it could not be read. */
  readonly pid: number | null;

  constructor(folder: string, pid: number | null, cause: unknown) {
    const holder = pid === null ? 'another process' : `process ${pid}`;
    super(`${folder} is in use by ${holder}: only one process may have it open.`, { cause });
    this.pid = pid;
  }
}

export interface FolderLock {
  release(): void;
}

/**
 * Takes `folder` for this process alone, until it releases it or ends, however it ends.
 *
 * The lock is the kernel's own record lock (fcntl) on `lock.db`, through Node's SQLite, which is the only part of Node
 * that takes one: the kernel drops it with the process, so SIGKILL leaves none behind; it cannot be stolen, since no
 * file has to be judged stale; it holds between containers that share the folder, whose process ids mean nothing to
 * each other. On a network file system it is as good as that system's locks.
 *
 * @throws FolderInUseFault at once when it is held, by another process or by this one
 */
export function lockFolder(folder: string): FolderLock {
  const holderFile = join(folder, 'lock-holder');
  const database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    // For the message to whoever comes second, nothing else: the lock is what counts.
    writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    database.close();
    throw isBusy(error) ? new FolderInUseFault(folder, readHolder(holderFile), error) : error;
  }
  return { release: () => database.close() };
}

/** SQLITE_BUSY: somebody else holds the lock. Anything else (a full disk, no permission) is said as it is. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function readHolder(holderFile: string): number | null {
  try {
    const pid = Number(readFileSync(holderFile, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    // Not written yet: the holder has taken the lock this very moment.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
