import type { Timers } from '../../../src/flows/sessions/watch-ends.ts';

/** Time that passes only when a test says so. */
export class HandTimers implements Timers {
  #nowMs = 1_000_000;
  #due: { readonly atMs: number; readonly work: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { atMs: this.#nowMs + milliseconds, work };
    this.#due.push(timer);
    return () => (this.#due = this.#due.filter(each => each !== timer));
  }

  get waiting(): number {
    return this.#due.length;
  }

  /** Lets time pass without anything that is due being done, as a process that stands still. */
  stall(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }

  /** Lets time pass and does what became due. */
  pass(milliseconds: number): void {
    this.stall(milliseconds);
    const due = this.#due.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#due = this.#due.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { work } of due) work();
  }
}
