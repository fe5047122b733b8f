import type { SessionEndReason } from '../../sessions/session.ts';
import type { Clock } from '../ports.ts';
import type { EndsMark, SessionRecordReader } from '../ports/session-records.ts';

export interface Timers {
  /** Milliseconds of a clock that only ever goes forward. */
  now(): number;
  /** Calls `work` once, after so many milliseconds; returns what calls it off. */
  after(milliseconds: number, work: () => void): () => void;
}

/** The process's own; they keep no process running. */
export const PROCESS_TIMERS: Timers = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

export interface EndsWatchOptions {
  readonly records: Pick<SessionRecordReader, 'listEndsAfter'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** How far back the first look goes, milliseconds of wall time. */
  readonly firstLookMs: number;
  readonly onEnd: (reference: string, reason: SessionEndReason) => void;
  /** After every look; with what went wrong, when it failed. */
  readonly onLook: (problem: unknown) => void;
}

/** From the beginning of one look to that of the next. */
const LOOK_EVERY_MS = 1_000;

/** DESIGN §2: a node whose last successful look is older serves nobody. */
const CURRENT_FOR_MS = 2_000;

/** Whoever waits for a look waits no longer: the database may hang. */
const CATCH_UP_MS = 1_000;

/** Reads the ends that other nodes have recorded, every second, one look at a time, until it is stopped. */
export class EndsWatch {
  readonly #options: EndsWatchOptions;
  #mark: EndsMark | null = null;
  /** When the last look that succeeded began: what is committed later it cannot have seen. */
  #lookedMs = -Infinity;
  #look: Promise<void> = Promise.resolve();
  #isLooking = false;
  #hasFailed = false;
  #callOff: () => void = () => undefined;
  #isStopped = false;

  constructor(options: EndsWatchOptions) {
    this.#options = options;
  }

  /** Resolves after the first look, whatever came of it. */
  async start(): Promise<void> {
    this.#next();
    await this.#look;
  }

  isCurrent(): boolean {
    return this.#options.timers.now() - this.#lookedMs <= CURRENT_FOR_MS;
  }

  /**
   * Looks before anybody is told that nothing is known: for a process that was held up, whose look is due and not begun, or
   * began before. Nobody waits while looks fail, nor longer than a second.
   */
  async catchUp(): Promise<void> {
    const { timers } = this.#options;
    const untilMs = timers.now() + CATCH_UP_MS;
    while (!this.isCurrent() && !this.#hasFailed && !this.#isStopped && timers.now() < untilMs) {
      if (!this.#isLooking) {
        this.#callOff();
        this.#next();
      }
      await this.#lookWithin(untilMs - timers.now());
    }
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff();
    await this.#look;
  }

  async #lookWithin(milliseconds: number): Promise<void> {
    let callOff = (): void => undefined;
    const timeUp = new Promise<void>(resolve => (callOff = this.#options.timers.after(milliseconds, resolve)));
    await Promise.race([this.#look, timeUp]);
    callOff();
  }

  #next(): void {
    if (this.#isStopped) return;
    const { timers, onLook } = this.#options;
    const beganMs = timers.now();
    this.#isLooking = true;
    this.#look = this.#lookOnce(beganMs)
      .then(
        () => onLook(undefined),
        (problem: unknown) => {
          this.#hasFailed = true;
          onLook(problem);
        },
      )
      .finally(() => {
        this.#isLooking = false;
        const restMs = Math.max(0, LOOK_EVERY_MS - (timers.now() - beganMs));
        this.#callOff = timers.after(restMs, () => this.#next());
        if (this.#isStopped) this.#callOff();
      });
  }

  async #lookOnce(beganMs: number): Promise<void> {
    const { records, clock, firstLookMs, onEnd } = this.#options;
    const since = new Date(clock.now().getTime() - firstLookMs);
    const { ends, mark } = await records.listEndsAfter(this.#mark, since);
    for (const { reference, reason } of ends) onEnd(reference, reason);
    this.#mark = mark;
    this.#lookedMs = beganMs;
    this.#hasFailed = false;
  }
}
