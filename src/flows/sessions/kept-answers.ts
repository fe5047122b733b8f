import type { LiveSession } from '../ports/session-store.ts';

/** DESIGN §2: the store is asked at most once a second per session and node. */
const KEPT_MS = 1_000;

/** What was asked, or is being asked at this moment. */
export interface KeptAnswer {
  readonly askedMs: number;
  readonly touched: boolean;
  readonly live: Promise<LiveSession | undefined>;
}

/** What the store said of live sessions within the last second, by what it was asked. */
export class KeptAnswers {
  /** Oldest first. */
  readonly #answers = new Map<string, KeptAnswer>();

  /**
   * An answer to the same question that is still good. A person's activity is no question that an answer without it
   * could settle: the idle limit has to move.
   */
  find(question: string, touch: boolean, nowMs: number): KeptAnswer | undefined {
    const answer = this.#answers.get(question);
    if (answer === undefined || nowMs - answer.askedMs > KEPT_MS) return undefined;
    return touch && !answer.touched ? undefined : answer;
  }

  keep(question: string, answer: KeptAnswer): void {
    this.#answers.delete(question);
    this.#answers.set(question, answer);
  }

  drop(question: string): void {
    this.#answers.delete(question);
  }

  forgetOld(nowMs: number): void {
    for (const [question, { askedMs }] of this.#answers) {
      if (nowMs - askedMs <= KEPT_MS) return;
      this.#answers.delete(question);
    }
  }
}

/** An answer of a while ago, as it would be now; undefined when the session has ended of itself since. */
export function age(live: LiveSession, ageMs: number): LiveSession | undefined {
  if (ageMs >= live.idleRemainingMs) return undefined;
  const { idleRemainingMs, fixedRemainingMs } = live;
  return { ...live, idleRemainingMs: idleRemainingMs - ageMs, fixedRemainingMs: fixedRemainingMs - ageMs };
}
