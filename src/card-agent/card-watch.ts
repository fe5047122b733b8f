import { setTimeout as sleep } from 'node:timers/promises';
import type { CardQueue } from './card-queue.ts';
import type { CardOutcome, CardReader, Inventory } from './card-reader.ts';

/** A person who puts a card in sees it on the page at once. */
const ASK_EVERY_MS = 400;
/** Modules report events late or never, some cannot: the readers are looked at this often in any case. */
const LOOK_EVERY_MS = 4_000;
/** A module may hang once because a card was pulled just then; one that hangs again and again is left in peace. */
const FAILED_QUESTIONS_LIMIT = 3;

type Listener = (outcome: CardOutcome<Inventory>) => void;

/**
 * Tells what lies in the readers whenever that has changed, while anybody listens. Slot events are asked for only as
 * hints to look again, and no more where the module cannot tell. Every step makes way for the pages that want the card
 * (`CardQueue.runIdle`).
 */
export class CardWatch {
  readonly #reader: CardReader;
  readonly #queue: CardQueue;
  readonly #reportFault: (detail: string) => void;
  readonly #listeners = new Set<Listener>();
  #isRunning = false;
  #failedQuestions = 0;
  /** What the last look found, without certificates, as JSON; nothing when somebody is still to be told. */
  #lastSeen: string | undefined;

  constructor(parts: {
    readonly reader: CardReader;
    readonly queue: CardQueue;
    /** told what the person who runs the agent should know */
    readonly reportFault: (detail: string) => void;
  }) {
    this.#reader = parts.reader;
    this.#queue = parts.queue;
    this.#reportFault = parts.reportFault;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** The listener is told what is there now and then every change; calling the result ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#lastSeen = undefined;
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#run().catch((_fault: unknown) => this.#reportFault('watching the readers ended in a fault'));
    }
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    let lookedAt = -Infinity;
    try {
      while (this.#listeners.size > 0) {
        const isDue = this.#lastSeen === undefined || performance.now() - lookedAt >= LOOK_EVERY_MS;
        if ((isDue || (await this.#isHinted())) && (await this.#look())) lookedAt = performance.now();
        await sleep(ASK_EVERY_MS);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  async #isHinted(): Promise<boolean> {
    if (this.#failedQuestions >= FAILED_QUESTIONS_LIMIT) return false;
    const outcome = await this.#queue.runIdle(giveWay => this.#reader.slotEvent(giveWay));
    if (outcome === 'gave-way') return false;
    if (!outcome.ok) {
      this.#failedQuestions += 1;
      if (outcome.failure.detail !== undefined) this.#reportFault(outcome.failure.detail);
      return true;
    }
    if (outcome.value === 'unsupported') this.#failedQuestions = FAILED_QUESTIONS_LIMIT;
    return outcome.value === 'seen';
  }

  /** False when it had to make way. Certificates are read, which takes a card seconds, only when something has changed. */
  async #look(): Promise<boolean> {
    const brief = await this.#inventory(false);
    if (brief === 'gave-way') return false;
    const seen = JSON.stringify(brief);
    if (seen === this.#lastSeen) return true;
    const outcome = await this.#inventory(true);
    if (outcome === 'gave-way') return false;
    this.#lastSeen = seen;
    for (const listener of this.#listeners) listener(outcome);
    return true;
  }

  #inventory(withCertificates: boolean) {
    return this.#queue.runIdle(giveWay => this.#reader.inventory({ withCertificates, giveWay }));
  }
}
