import type { SessionEndReason } from '../../sessions/session.ts';

/** Long enough that the browser that comes back from lunch is told why; longer would be a record of its own. */
const REMEMBERED_MS = 3_600_000;

/** A few cookies for each session that may end within the hour; the oldest are forgotten first. */
const LIMIT = 100_000;

/** Why the sessions behind cookies ended, for an hour: what lets a page say "idle" instead of "log in". */
export class EndedCookies {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #reasons = new Map<string, { readonly reason: SessionEndReason; readonly endedMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  remember(cookie: string, reason: SessionEndReason): void {
    for (const oldest of this.#reasons.keys()) {
      if (this.#reasons.size < LIMIT) break;
      this.#reasons.delete(oldest);
    }
    this.#reasons.set(cookie, { reason, endedMs: this.#now() });
  }

  reasonOf(cookie: string): SessionEndReason | null {
    const ended = this.#reasons.get(cookie);
    return ended === undefined || this.#isForgotten(ended.endedMs) ? null : ended.reason;
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
