import { KeyBusy } from '../../../flows/ports/assertion-keys.ts';
import type { TokenQuestion, TokenReply, TokenRequest } from './token-message.ts';

/** An HSM in the network answers in milliseconds, one on the USB in a tenth of a second; a call that takes longer hangs. */
const DEADLINE_MS = 3_000;

/** Whoever waits longer for his turn has given up: of those that come at once, a slow HSM signs as many as it can in this time. */
const LONGEST_WAIT_MS = 10_000;

/** As many as keep the module busy while an answer is on its way back; more would only stand there instead of here. */
const SENT_AT_ONCE = 4;

type Outcome = TokenReply['outcome'];

interface Waiting {
  readonly question: TokenQuestion;
  readonly sinceMs: number;
  readonly settle: { readonly resolve: (outcome: Outcome) => void; readonly reject: (fault: KeyBusy) => void };
}

/**
 * What is asked of one process of the module, which answers one question after the other. That it hangs is known by nothing being
 * answered for three seconds: to have much to do is not to hang.
 */
export class QuestionQueue {
  readonly #send: (request: TokenRequest) => void;
  readonly #onSilence: (problem: string) => void;
  readonly #waiting: Waiting[] = [];
  readonly #sent = new Map<number, (outcome: Outcome) => void>();
  #lastId = 0;
  #watch: NodeJS.Timeout | undefined;
  #ended: Outcome | undefined;

  /** @param onSilence told once a deadline; questions stand until {@link end} */
  constructor(send: (request: TokenRequest) => void, onSilence: (problem: string) => void) {
    this.#send = send;
    this.#onSilence = onSilence;
  }

  /** @throws KeyBusy where its turn has not come within ten seconds */
  ask(question: TokenQuestion): Promise<Outcome> {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, sinceMs: performance.now(), settle: { resolve, reject } });
      this.#sendNext();
    });
  }

  answer({ id, outcome }: TokenReply): void {
    const resolve = this.#sent.get(id);
    if (resolve === undefined) return;
    this.#sent.delete(id);
    clearTimeout(this.#watch);
    this.#watch = undefined;
    resolve(outcome);
    this.#sendNext();
  }

  /** All that is asked, and all that will be, comes to this. */
  end(outcome: Outcome): void {
    if (this.#ended !== undefined) return;
    this.#ended = outcome;
    clearTimeout(this.#watch);
    for (const resolve of this.#sent.values()) resolve(outcome);
    for (const { settle } of this.#waiting) settle.resolve(outcome);
    this.#sent.clear();
    this.#waiting.length = 0;
  }

  #sendNext(): void {
    while (this.#ended === undefined && this.#sent.size < SENT_AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      if (performance.now() - next.sinceMs > LONGEST_WAIT_MS) {
        next.settle.reject(new KeyBusy('The token has more to do than it can.'));
        continue;
      }
      this.#lastId += 1;
      this.#sent.set(this.#lastId, next.settle.resolve);
      this.#send({ id: this.#lastId, question: next.question });
    }
    if (this.#sent.size === 0 || this.#ended !== undefined) return;
    this.#watch ??= setTimeout(
      () => this.#onSilence(`The module did not answer within ${DEADLINE_MS / 1000} s.`),
      DEADLINE_MS,
    );
  }
}
