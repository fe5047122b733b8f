/** In a row, until a server is left alone: one or two are chance, a restart, a deployment. */
const FAILURES = 5;

/** How long it is left alone at first; doubled after every trial that fails. */
const FIRST_PAUSE_MS = 1_000;

/** Nobody waits longer than this for a server that is back. */
const LONGEST_PAUSE_MS = 30_000;

/** So long others wait for the one that tries; it may be a request that takes its time, and the next one tries then. */
const TRIAL_MS = 2_000;

/**
 * Keeps requests from a server that has failed several times in a row, or says nothing at all, so that people are told at
 * once instead of after a time limit each. When the pause is over one request tries; others wait for what becomes of it.
 */
export class CircuitBreaker {
  #state: 'closed' | 'open' | 'half-open' = 'closed';
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #openUntilMs = 0;
  #trialUntilMs = 0;

  get state(): 'closed' | 'open' | 'half-open' {
    return this.#state;
  }

  /** How long it admits nothing, as far as it knows; 0 or less: no longer. */
  pauseLeftMs(nowMs: number): number {
    if (this.#state === 'closed') return 0;
    return (this.#state === 'open' ? this.#openUntilMs : this.#trialUntilMs) - nowMs;
  }

  admits(nowMs: number): boolean {
    return this.#state === 'closed' || this.pauseLeftMs(nowMs) <= 0;
  }

  /** A request that was admitted goes to the server; each ends in one of the following three. */
  begin(nowMs: number): void {
    if (this.#state === 'closed') return;
    this.#state = 'half-open';
    this.#trialUntilMs = nowMs + TRIAL_MS;
  }

  succeeded(): void {
    this.#state = 'closed';
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** @param isCertain whether the server has been found silent, which is not counted any more */
  failed(nowMs: number, isCertain = false): void {
    if (this.#state === 'open') return;
    this.#failures += 1;
    if (this.#state === 'closed' && !isCertain && this.#failures < FAILURES) return;
    if (this.#state === 'half-open') this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#state = 'open';
    this.#openUntilMs = nowMs + this.#pauseMs;
  }

  /** It ended without telling anything of the server: the client went away, say. The next one tries. */
  abandoned(): void {
    if (this.#state === 'half-open') this.#state = 'open';
  }
}
