import type { AccessRecord } from '../../audit/access-record.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Database } from '../ports.ts';
import type { AccessRecordCounts, AccessRecorder } from '../ports/access-records.ts';
import { StoreFault } from '../ports/store-fault.ts';
import type { Timers } from '../sessions/watch-ends.ts';

/** A record that nobody waits for is written this much later at most, together with those that have come meanwhile. */
const GATHERED_MS = 200;

/** One statement's worth: a few milliseconds of the store's one connection where it is embedded. */
const BATCH = 500;

/** After the store could not write, before it is asked again. */
const RETRY_MS = 1_000;

/** Waiting records: a minute of 800 requests a second with the database away, and what a node can spare in memory. */
const JOURNAL_LIMITS = { records: 50_000, bytes: 33_554_432 } as const;

/** Of a record without its texts that have no fixed length; measured, with the objects' own share. */
const RECORD_BYTES = 800;
const NAMED_BYTES = 300;

/** What a journal works with. */
export interface JournalContext extends Pick<GatewayContext, 'clock' | 'randomness'> {
  readonly database: Pick<Database, 'accessRecords' | 'ping' | 'record'>;
}

export interface JournalOptions {
  readonly timers: Pick<Timers, 'after'>;
  /** The store does not write, or does not take a record; called once until it writes again. */
  readonly onProblem: (problem: unknown) => void;
  /** A gap has begun, or is left when the journal stops: its event waits for the database, or for nobody any more. */
  readonly onLost: (lost: Gap) => void;
  readonly limits?: { readonly records: number; readonly bytes: number };
}

/** Records that could not be kept. */
export interface Gap {
  /** `at` of the first and the last of them. */
  readonly from: Date;
  readonly to: Date;
  readonly count: number;
}

interface Entry {
  readonly record: AccessRecord;
  readonly bytes: number;
  /** Of somebody who waits until it is durable. */
  readonly settle: { readonly resolve: () => void; readonly reject: (error: StoreFault) => void } | undefined;
}

/**
 * Takes access records and writes them in batches, so that no request waits for its own; whoever must wait shares a
 * commit with all who came meanwhile. What a full journal cannot take is counted, and the gap is one event as soon as the
 * database takes it. A process that is killed loses what has not been written: 200 ms of records while the database answers.
 */
export class AccessJournal implements AccessRecorder {
  readonly #context: JournalContext;
  readonly #options: JournalOptions;
  readonly #limits: { readonly records: number; readonly bytes: number };
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #awaited = 0;
  /** Of the batch that is being written, what nobody knows yet to be written or lost. */
  readonly #underWay: Entry[] = [];
  /** Under way; never rejects. */
  #writing: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #isTroubled = false;
  #gap: Gap | undefined;
  #written = 0;
  #lost = 0;

  constructor(context: JournalContext, options: JournalOptions) {
    this.#context = context;
    this.#options = options;
    this.#limits = options.limits ?? JOURNAL_LIMITS;
  }

  get isWritable(): boolean {
    return !this.#isTroubled && !this.#isFull(0);
  }

  get counts(): AccessRecordCounts {
    return { waiting: this.#waiting.length + this.#underWay.length, written: this.#written, lost: this.#lost };
  }

  add(record: AccessRecord): void {
    const bytes = sizeOf(record);
    if (this.#isFull(bytes)) this.#lose(record);
    else {
      this.#push({ record, bytes, settle: undefined });
      if (this.#waiting.length >= BATCH && !this.#isTroubled) this.#write();
      else this.#schedule(GATHERED_MS);
    }
  }

  commit(record: AccessRecord): Promise<void> {
    const bytes = sizeOf(record);
    if (this.#isTroubled || this.#isFull(bytes)) {
      return Promise.reject(new StoreFault('Access records cannot be written now.'));
    }
    return new Promise((resolve, reject) => {
      this.#awaited += 1;
      this.#push({ record, bytes, settle: { resolve, reject } });
      this.#write();
    });
  }

  /** Writes what is left, for so long at most; what nobody knows to be written then is lost, and told. */
  async stop(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    while (this.#waiting.length > 0 || this.#writing !== undefined || this.#gap !== undefined) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) break;
      this.#write();
      await within(this.#writing, leftMs);
      if (this.#isTroubled) await within(undefined, Math.min(leftMs, GATHERED_MS));
    }
    this.#callOff?.();
    for (const entry of [...this.#underWay.splice(0), ...this.#waiting.splice(0)]) {
      this.#lose(entry.record);
      this.#refuse(entry);
    }
    if (this.#gap !== undefined) this.#options.onLost(this.#gap);
  }

  #isFull(bytes: number): boolean {
    return this.#waiting.length >= this.#limits.records || this.#waitingBytes + bytes > this.#limits.bytes;
  }

  #push(entry: Entry): void {
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes;
  }

  #schedule(afterMs: number): void {
    this.#callOff ??= this.#options.timers.after(afterMs, () => {
      this.#callOff = undefined;
      this.#write();
    });
  }

  #write(): void {
    this.#writing ??= this.#writeBatches().finally(() => {
      this.#writing = undefined;
      if (this.#isTroubled) this.#schedule(RETRY_MS);
      else if (this.#awaited > 0) this.#write();
      else if (this.#waiting.length > 0) this.#schedule(GATHERED_MS);
      else if (this.#gap !== undefined) this.#schedule(RETRY_MS);
    });
  }

  /** As long as somebody waits, or a whole batch does. Never rejects. */
  async #writeBatches(): Promise<void> {
    do {
      this.#underWay.push(...this.#waiting.splice(0, BATCH));
      for (const { bytes } of this.#underWay) this.#waitingBytes -= bytes;
      try {
        // With nothing to write it is asked all the same, so that those who will wait are told the truth.
        if (this.#underWay.length === 0) await this.#context.database.ping();
        else await this.#insert();
        await this.#recordGap();
        this.#isTroubled = false;
      } catch (problem) {
        this.#fail(problem);
      }
    } while (!this.#isTroubled && (this.#awaited > 0 || this.#waiting.length >= BATCH));
  }

  async #insert(): Promise<void> {
    const { accessRecords } = this.#context.database;
    try {
      await accessRecords.insertAccessRecords(this.#underWay.map(({ record }) => record));
      for (const entry of this.#underWay.splice(0)) this.#settle(entry);
    } catch (problem) {
      if (problem instanceof StoreFault) throw problem;
      // One of them is none that the store takes: the others are not lost with it.
      this.#options.onProblem(problem);
      for (let [next] = this.#underWay; next !== undefined; [next] = this.#underWay) {
        const isTaken = await this.#insertAlone(next.record);
        // Unless the journal has stopped meanwhile, and given it up.
        if (this.#underWay.shift() === undefined) return;
        if (isTaken) this.#settle(next);
        else if (next.settle === undefined) this.#lose(next.record);
        else this.#refuse(next);
      }
    }
  }

  async #insertAlone(record: AccessRecord): Promise<boolean> {
    try {
      await this.#context.database.accessRecords.insertAccessRecords([record]);
      return true;
    } catch (problem) {
      if (problem instanceof StoreFault) throw problem;
      return false;
    }
  }

  #settle(entry: Entry): void {
    this.#written += 1;
    if (entry.settle === undefined) return;
    this.#awaited -= 1;
    entry.settle.resolve();
  }

  /** Those that nobody waits for are written again, those of one batch perhaps twice: they have ids. */
  #fail(problem: unknown): void {
    if (!this.#isTroubled) this.#options.onProblem(problem);
    this.#isTroubled = true;
    const all = [...this.#underWay.splice(0), ...this.#waiting];
    this.#waiting = all.filter(entry => entry.settle === undefined);
    this.#waitingBytes = this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const entry of all) this.#refuse(entry);
  }

  #refuse(entry: Entry): void {
    if (entry.settle === undefined) return;
    this.#awaited -= 1;
    entry.settle.reject(new StoreFault('The access record could not be written.'));
  }

  #lose({ at }: AccessRecord): void {
    this.#lost += 1;
    this.#gap = { from: this.#gap?.from ?? at, to: at, count: (this.#gap?.count ?? 0) + 1 };
    if (this.#gap.count === 1) this.#options.onLost(this.#gap);
  }

  /** One event for all that was lost since the last one. */
  async #recordGap(): Promise<void> {
    const gap = this.#gap;
    if (gap === undefined) return;
    const facts = { from: gap.from.toISOString(), to: gap.to.toISOString(), count: gap.count };
    await this.#context.database.record([
      composeEvent(this.#context, 'access-records.lost', { actor: { kind: 'gateway' }, facts }),
    ]);
    // What was lost meanwhile is another gap.
    const { to, count } = this.#gap ?? gap;
    this.#gap = count === gap.count ? undefined : { from: gap.to, to, count: count - gap.count };
  }
}

function sizeOf({ path, named, purpose, caseNumber }: AccessRecord): number {
  const texts = path.length + (purpose?.length ?? 0) + (caseNumber?.length ?? 0);
  return RECORD_BYTES + 2 * texts + NAMED_BYTES * named.length;
}

async function within(work: Promise<void> | undefined, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>(resolve => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race(work === undefined ? [over] : [work, over]);
  clearTimeout(timer);
}
