import { cardFailure } from './card-reader.ts';
import type { CardOutcome } from './card-reader.ts';

/** Fifty pages at once are served with room to spare; beyond that an answer would come after the page has given up. */
const WAITING_LIMIT = 64;

/** One card operation at a time: a card has one PIN state, and PKCS#11 modules differ in what they survive. */
export class CardQueue {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` when all earlier work is done. Work whose caller has gone away before its turn is not begun, so that
   * no PIN is used for a page that can no longer receive the answer.
   */
  async run<T>(work: () => Promise<CardOutcome<T>>, callerGone: AbortSignal): Promise<CardOutcome<T>> {
    if (this.#waiting >= WAITING_LIMIT) return cardFailure('helper-failed', 0, 'too many requests are waiting');
    this.#waiting += 1;
    const turn = this.#last.then(async () => {
      try {
        return callerGone.aborted ? cardFailure('helper-failed', 0, 'the page has gone') : await work();
      } finally {
        this.#waiting -= 1;
      }
    });
    // the next one waits for this turn to be over, whatever became of it; the caller still sees a fault
    this.#last = turn.catch((_fault: unknown) => undefined);
    return await turn;
  }
}
