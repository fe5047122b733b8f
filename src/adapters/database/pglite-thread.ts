import { Worker } from 'node:worker_threads';
import { ConnectionFault, faultOf } from './faults.ts';
import type { PgliteReply, PgliteRequest, PgliteStart } from './pglite-messages.ts';
import type { SqlResult } from './sql-source.ts';

/** Making a database takes seconds, minutes on a machine busy with other things; a start that fails says so at once. */
const START_DEADLINE_MS = 180_000;

/** A checkpoint of a small database; what it leaves undone, the next start does from the log. */
const CLOSE_DEADLINE_MS = 10_000;

interface Pending {
  readonly resolve: (result: SqlResult) => void;
  readonly reject: (fault: Error) => void;
  readonly deadline: NodeJS.Timeout;
}

/** One run of the worker thread, from its start to its end; a thread that has ended is never used again. */
export class PgliteThread {
  readonly #worker: Worker;
  readonly #statementDeadlineMs: number;
  readonly #pending = new Map<number, Pending>();
  /** Settles when the thread is gone; says why. */
  readonly ended: Promise<ConnectionFault>;
  #nextId = 0;
  #end: ConnectionFault | undefined;

  /** Starts a thread on `dataFolder` and waits until it answers. */
  static async start(dataFolder: string, statementDeadlineMs: number): Promise<PgliteThread> {
    // The sources run as .ts in tests and as .js from dist; the worker is beside this file in either.
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const workerData: PgliteStart = { dataFolder };
    const worker = new Worker(new URL(`./pglite-worker${extension}`, import.meta.url), { workerData });
    const thread = new PgliteThread(worker, statementDeadlineMs);

    const deadline = setTimeout(() => thread.#giveUp('PGlite did not start in time.'), START_DEADLINE_MS);
    const ready = new Promise<void>(resolve => worker.once('message', () => resolve()));
    const end = await Promise.race([ready, thread.ended]);
    clearTimeout(deadline);
    if (end instanceof ConnectionFault) throw end;
    return thread;
  }

  private constructor(worker: Worker, statementDeadlineMs: number) {
    this.#worker = worker;
    this.#statementDeadlineMs = statementDeadlineMs;
    worker.on('message', (message: PgliteReply) => this.#receive(message));
    this.ended = new Promise(resolve => {
      worker.on('error', error => {
        this.#end ??= new ConnectionFault('PGlite has failed.', { cause: error });
      });
      worker.on('exit', () => {
        this.#end ??= new ConnectionFault('PGlite was closed.');
        this.#rejectPending(this.#end);
        resolve(this.#end);
      });
    });
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  query(statement: string, parameters: readonly unknown[]): Promise<SqlResult> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      // A statement that computes cannot be interrupted; the thread is ended, as by a crash, which PGlite survives.
      const giveUp = () => this.#giveUp('A statement took longer than its deadline.');
      this.#send({ kind: 'query', id, statement, parameters });
      this.#pending.set(id, { resolve, reject, deadline: setTimeout(giveUp, this.#statementDeadlineMs) });
    });
  }

  /** Lets the thread finish what it has been asked, shut the database down and end. */
  async close(): Promise<void> {
    if (this.#end === undefined) this.#send({ kind: 'close' });
    const deadline = setTimeout(() => this.#giveUp('PGlite did not close in time.'), CLOSE_DEADLINE_MS);
    await this.ended;
    clearTimeout(deadline);
  }

  /** Ends the thread as a crash would; what it was asked is answered with a ConnectionFault. */
  abandon(): void {
    this.#giveUp('The connection was given up.');
  }

  #send(request: PgliteRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(message: PgliteReply): void {
    if (message.kind === 'ready') return;
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.deadline);
    if (message.kind === 'result') pending.resolve(message);
    else pending.reject(faultOf(message.sqlState, message.message, message.constraint));
  }

  #giveUp(reason: string): void {
    this.#end ??= new ConnectionFault(reason);
    this.#rejectPending(this.#end);
    void this.#worker.terminate();
  }

  #rejectPending(fault: ConnectionFault): void {
    for (const { reject, deadline } of this.#pending.values()) {
      clearTimeout(deadline);
      reject(fault);
    }
    this.#pending.clear();
  }
}
