import type { SessionEndReason } from '../../sessions/session.ts';

/**
 * Sessions known to be over, with why. Holds each for as long as any store could still take it for alive, so as many as
 * people logged in during that time: some 100 bytes each.
 */
export class EndedReferences {
  readonly #keptMs: number;
  /** Oldest first. */
  readonly #ended = new Map<string, { readonly reason: SessionEndReason; readonly learntMs: number }>();

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** False when it was known. */
  learn(reference: string, reason: SessionEndReason, nowMs: number): boolean {
    if (this.#ended.has(reference)) return false;
    this.#ended.set(reference, { reason, learntMs: nowMs });
    return true;
  }

  reasonOf(reference: string): SessionEndReason | undefined {
    return this.#ended.get(reference)?.reason;
  }

  forgetOld(nowMs: number): void {
    for (const [reference, { learntMs }] of this.#ended) {
      if (nowMs - learntMs <= this.#keptMs) return;
      this.#ended.delete(reference);
    }
  }
}
