import { constants } from 'node:fs';
import { open, readFile, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { PendingEnd, PendingEnds } from '../../flows/ports/pending-ends.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { readPendingEnd, writePendingEnd } from './pending-end-line.ts';

export interface PendingEndsOptions {
  /** Exists, is this process's alone, and lies on a disk that a sync reaches. */
  readonly folder: string;
  /** Is told of lines that are no ends, which are kept aside in `pending-ends.broken.jsonl`. */
  readonly onBroken: (count: number) => void;
  /** Is told of ends that cannot be kept, and why. */
  readonly onUnkept: (ends: readonly PendingEnd[], problem: unknown) => void;
}

/** Ends that wait for the database, one line of JSON each, in a file of this node's data folder. */
export function openPendingEnds(options: PendingEndsOptions): PendingEnds {
  return new SpooledEnds(options);
}

/** Nothing is remembered: what is on the disk is all that counts. Operations take turns. */
class SpooledEnds implements PendingEnds {
  readonly #folder: string;
  readonly #file: string;
  readonly #onBroken: PendingEndsOptions['onBroken'];
  readonly #onUnkept: PendingEndsOptions['onUnkept'];
  /** Never rejects. */
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor({ folder, onBroken, onUnkept }: PendingEndsOptions) {
    this.#folder = folder;
    this.#file = join(folder, 'pending-ends.jsonl');
    this.#onBroken = onBroken;
    this.#onUnkept = onUnkept;
  }

  keep(ends: readonly PendingEnd[]): Promise<void> {
    return this.#inTurn(async () => {
      if (ends.length === 0) return;
      try {
        await this.#append(this.#file, ends.map(writePendingEnd));
      } catch (cause) {
        this.#onUnkept(ends, cause);
        throw new StoreFault('The disk does not take the ends that wait for the database.', { cause });
      }
    });
  }

  list(): Promise<readonly PendingEnd[]> {
    return this.#inTurn(async () => {
      const lines = await this.#readLines();
      const ends = lines.map(readPendingEnd).filter(end => end !== undefined);
      const broken = lines.filter(line => readPendingEnd(line) === undefined);
      if (broken.length > 0) {
        await this.#append(join(this.#folder, 'pending-ends.broken.jsonl'), broken);
        await this.#replace(ends.map(writePendingEnd));
        this.#onBroken(broken.length);
      }
      return ends;
    });
  }

  drop(eventIds: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const lines = await this.#readLines();
      const dropped = new Set(eventIds);
      const kept = lines.filter(line => !dropped.has(readPendingEnd(line)?.event.id ?? ''));
      if (kept.length < lines.length) await this.#replace(kept);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Whole lines only: nobody was told that the rest of one, left by a crash or a full disk, is kept. */
  async #readLines(): Promise<string[]> {
    const text = await readOrNothing(this.#file);
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(line => line !== '');
  }

  async #append(path: string, lines: readonly string[]): Promise<void> {
    const handle = await openPrivate(path, constants.O_RDWR | constants.O_CREAT);
    try {
      const end = await findEndOfLines(handle);
      await handle.truncate(end);
      await writeAt(handle, Buffer.from(`${lines.join('\n')}\n`), end);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#syncFolder();
  }

  /** Either the old lines are there or the new ones. */
  async #replace(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) {
      await unlink(this.#file);
    } else {
      const draft = `${this.#file}.new`;
      const handle = await openPrivate(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
      try {
        await handle.writeFile(`${lines.join('\n')}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.#file);
    }
    await this.#syncFolder();
  }

  async #syncFolder(): Promise<void> {
    const handle = await open(this.#folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function openPrivate(path: string, flags: number): Promise<FileHandle> {
  const handle = await open(path, flags | constants.O_NOFOLLOW, 0o600);
  try {
    await handle.chmod(0o600);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Where the last whole line ends. The file is read only where it does not end with one. */
async function findEndOfLines(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  if (size === 0) return 0;
  const { buffer: last } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return last.toString('latin1') === '\n' ? size : (await handle.readFile()).lastIndexOf('\n') + 1;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
