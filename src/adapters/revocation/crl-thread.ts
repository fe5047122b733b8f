import { Worker } from 'node:worker_threads';
import type { Certificate } from '../../pki/certificate.ts';
import type { CrlReading, CrlReadRequest, CrlThreadReply, CrlThreadRequest, CrlThreadStart } from './crl-messages.ts';

/** 4,000,000 entries take about two seconds; a minute on a machine busy with other things. */
const DEADLINE_MS = 180_000;

/** Entries lie outside the heap. What is in it are the issuers that an indirect CRL names, 65,535 at most. */
const HEAP_LIMIT_MB = 512;

/** No CRL could be read because of a fault of ours or of the machine; not a verdict about the CRL. */
class CrlThreadFault extends Error {
  override readonly name = 'CrlThreadFault';
}

interface Pending {
  readonly resolve: (reading: CrlReading) => void;
  readonly reject: (fault: CrlThreadFault) => void;
  readonly deadline: NodeJS.Timeout;
}

/**
 * Reads CRL files in another thread, one after the other. The thread is started when there is something to read and
 * ended by `rest`, which gives back the memory of the files that it has read.
 */
export class CrlThread {
  readonly #start: CrlThreadStart;
  readonly #heapLimitMb: number;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 0;

  constructor(signers: readonly Certificate[], sealingKey: Uint8Array, heapLimitMb: number = HEAP_LIMIT_MB) {
    this.#start = { signers: signers.map(certificate => certificate.der), sealingKey };
    this.#heapLimitMb = heapLimitMb;
  }

  /** @throws CrlThreadFault when the thread fails or takes too long; the next call starts another */
  read(request: CrlReadRequest): Promise<CrlReading> {
    const worker = (this.#worker ??= this.#begin());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const giveUp = () => this.#end(worker, new CrlThreadFault('took too long to read'));
      this.#pending.set(id, { resolve, reject, deadline: setTimeout(giveUp, DEADLINE_MS) });
      const message: CrlThreadRequest = { id, request };
      worker.postMessage(message);
    });
  }

  /** Ends the thread; whatever it was reading is rejected. */
  async rest(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#end(worker, new CrlThreadFault('was not read to its end: the gateway is closing'));
    await worker.terminate();
  }

  #begin(): Worker {
    // The sources run as .ts in tests and as .js from dist; the worker is beside this file in either.
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = new Worker(new URL(`./crl-worker${extension}`, import.meta.url), {
      workerData: this.#start,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapLimitMb },
    });
    worker.on('message', ({ id, reading }: CrlThreadReply) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      clearTimeout(pending?.deadline);
      pending?.resolve(reading);
    });
    worker.on('error', cause => {
      const detail = cause instanceof Error ? cause.message : String(cause);
      this.#end(worker, new CrlThreadFault(`could not be read (${detail})`, { cause }));
    });
    worker.on('exit', code => this.#end(worker, new CrlThreadFault(`could not be read (the thread ended, ${code})`)));
    return worker;
  }

  #end(worker: Worker, fault: CrlThreadFault): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject, deadline } of this.#pending.values()) {
      clearTimeout(deadline);
      reject(fault);
    }
    this.#pending.clear();
    void worker.terminate();
  }
}
