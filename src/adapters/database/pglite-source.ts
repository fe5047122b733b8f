import { access, chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectionFault } from './faults.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import { PgliteThread } from './pglite-thread.ts';
import { ACQUIRE_DEADLINE_MS, STATEMENT_DEADLINE_MS, type SqlConnection, type SqlSource } from './sql-source.ts';

/**
 * Opens PGlite in `folder` (made when absent; 0700): its data, our lock, and nothing else.
 *
 * @throws FolderInUseFault when another process, or another part of this one, has it open
 */
export async function openPgliteSource(
  folder: string,
  statementDeadlineMs = STATEMENT_DEADLINE_MS,
): Promise<SqlSource> {
  await mkdir(folder, { recursive: true });
  // PGlite's own files are open to everybody; nobody else gets as far as them.
  await chmod(folder, 0o700);
  const lock = lockFolder(folder);
  try {
    const dataFolder = join(folder, 'pgdata');
    await createDataFolder(dataFolder);
    const start = () => PgliteThread.start(dataFolder, statementDeadlineMs);
    return new PgliteSource(await start(), start, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Makes the database under another name first. PGlite knows a finished one by one file of a thousand; killed while it
 * writes that one, it would never start again. The thread that made it is ended for the memory it keeps (700 MB).
 */
async function createDataFolder(dataFolder: string): Promise<void> {
  if (await exists(dataFolder)) return;
  const draft = `${dataFolder}.new`;
  await rm(draft, { recursive: true, force: true });
  const thread = await PgliteThread.start(draft, STATEMENT_DEADLINE_MS);
  await thread.close();
  await rename(draft, dataFolder);
}

/** Hands PGlite's one connection to one borrower after another, and starts the thread again when it has ended. */
class PgliteSource implements SqlSource {
  readonly kind = 'embedded';
  readonly #start: () => Promise<PgliteThread>;
  readonly #lock: FolderLock;
  #thread: PgliteThread;
  #starting: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isBorrowed = false;
  /** First come, first served. */
  readonly #waiting: (() => void)[] = [];

  constructor(thread: PgliteThread, start: () => Promise<PgliteThread>, lock: FolderLock) {
    this.#thread = thread;
    this.#start = start;
    this.#lock = lock;
  }

  async acquire(): Promise<SqlConnection> {
    await this.#awaitTurn();
    try {
      await this.#ensureRunning();
    } catch (error) {
      this.#passOn();
      throw error;
    }
    // A borrower keeps the thread he began with: what follows a crash must not run outside his transaction.
    const thread = this.#thread;
    return {
      query: (statement, parameters) => thread.query(statement, parameters),
      release: broken => {
        if (broken) thread.abandon();
        this.#passOn();
      },
    };
  }

  /** The lock goes last, when no thread of ours can write any more. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#awaitTurn().catch((error: unknown) => {
      if (!(error instanceof ConnectionFault)) throw error;
      this.#thread.abandon();
    });
    await Promise.allSettled([this.#starting]);
    await this.#thread.close();
    this.#lock.release();
    this.#passOn();
  }

  async #ensureRunning(): Promise<void> {
    if (this.#isClosed) throw new ConnectionFault('The store is closed.');
    if (!this.#thread.hasEnded) return;
    this.#starting = this.#restart();
    await this.#starting;
  }

  async #restart(): Promise<void> {
    await this.#thread.ended;
    this.#thread = await this.#start();
  }

  #awaitTurn(): Promise<void> {
    if (!this.#isBorrowed) {
      this.#isBorrowed = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const proceed = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(new ConnectionFault('No turn at the store came up in time.'));
      }, ACQUIRE_DEADLINE_MS);
      this.#waiting.push(proceed);
    });
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isBorrowed = false;
    else next();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
