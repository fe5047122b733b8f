import type { Replacement, SessionEndReason } from '../../sessions/session.ts';

/** What a browser is told of the end of its session. */
export interface WhyEnded {
  readonly endedBecause: SessionEndReason;
  readonly replacedBy?: Replacement;
}

/** Long enough that the browser that comes back from lunch is told why; longer would be a record of its own. */
const REMEMBERED_MS = 3_600_000;

/** A few cookies for each session that may end within the hour; the oldest are forgotten first. */
const LIMIT = 100_000;

/** Why the sessions behind cookies ended, for an hour: what lets a page say "idle" instead of "log in". */
export class EndedCookies {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #reasons = new Map<string, { readonly why: WhyEnded; readonly endedMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  remember(cookie: string, why: WhyEnded): void {
    for (const oldest of this.#reasons.keys()) {
      if (this.#reasons.size < LIMIT) break;
      this.#reasons.delete(oldest);
    }
    this.#reasons.set(cookie, { why, endedMs: this.#now() });
  }

  reasonOf(cookie: string): WhyEnded | { readonly endedBecause: null } {
    const ended = this.#reasons.get(cookie);
    return ended === undefined || this.#isForgotten(ended.endedMs) ? { endedBecause: null } : ended.why;
  }

  purge(): void {
    for (const [cookie, { endedMs }] of this.#reasons) {
      if (!this.#isForgotten(endedMs)) return;
      this.#reasons.delete(cookie);
    }
  }

  #isForgotten(endedMs: number): boolean {
    return this.#now() - endedMs > REMEMBERED_MS;
  }
}
