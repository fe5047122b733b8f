import { cardFailure } from './card-reader.ts';
import type { CardOutcome } from './card-reader.ts';

/** Fifty pages at once are served with room to spare; beyond that an answer would come after the page has given up. */
const WAITING_LIMIT = 64;
/** What a page waits at most for work that nobody asked for: a look at the readers takes a tenth of this. */
const PATIENCE_MS = 1_000;

/** One card operation at a time: a card has one PIN state, and PKCS#11 modules differ in what they survive. */
export class CardQueue {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #idleWork: AbortController | undefined;

  /**
   * Runs `work` when all earlier work is done. Work whose caller has gone away before its turn is not begun, so that
   * no PIN is used for a page that can no longer receive the answer.
   */
  async run<T>(work: () => Promise<CardOutcome<T>>, callerGone: AbortSignal): Promise<CardOutcome<T>> {
    if (this.#waiting >= WAITING_LIMIT) return cardFailure('helper-failed', 0, 'too many requests are waiting');
    const { promise, lastsTooLong } = this.#takeTurn(async () =>
      callerGone.aborted ? cardFailure('helper-failed', 0, 'the page has gone') : await work(),
    );
    try {
      return await promise;
    } finally {
      clearTimeout(lastsTooLong);
    }
  }

  /**
   * Runs `work` only when nothing else runs or waits, and aborts its signal when somebody has waited behind it for a
   * second; `gave-way` in both cases.
   */
  async runIdle<T>(work: (giveWay: AbortSignal) => Promise<CardOutcome<T>>): Promise<CardOutcome<T> | 'gave-way'> {
    if (this.#waiting > 0) return 'gave-way';
    const idleWork = new AbortController();
    const { promise } = this.#takeTurn(() => work(idleWork.signal));
    this.#idleWork = idleWork;
    try {
      const outcome = await promise;
      return idleWork.signal.aborted ? 'gave-way' : outcome;
    } finally {
      this.#idleWork = undefined;
    }
  }

  #takeTurn<T>(work: () => Promise<CardOutcome<T>>) {
    const ahead = this.#idleWork;
    const lastsTooLong = ahead === undefined ? undefined : setTimeout(() => ahead.abort(), PATIENCE_MS);
    this.#waiting += 1;
    const promise = this.#last.then(async () => {
      try {
        return await work();
      } finally {
        this.#waiting -= 1;
      }
    });
    // the next one waits for this turn to be over, whatever became of it; the caller still sees a fault
    this.#last = promise.catch((_fault: unknown) => undefined);
    return { promise, lastsTooLong };
  }
}
