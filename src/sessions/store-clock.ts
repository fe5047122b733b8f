/** A store whose clock departs by more than this from what a node reckons has had its clock set. */
export const CLOCK_JUMP_MS = 2_000;

/** How far clocks may drift apart: 1 ms a second is twice what time services correct by. */
const DRIFT = 0.001;

/** One answer of the store, with the moments at which it was asked for and received, on this node's monotonic clock. */
export interface ClockReading {
  readonly sentMs: number;
  readonly receivedMs: number;
  /** What the store's clock said before it was told how late this node reckons it to be. */
  readonly toldMs: number;
  /** The time that the store went by; never earlier than told or reckoned, nor than it is known to have been before. */
  readonly nowMs: number;
}

/**
 * What one node knows of its store's clock: bounds for the offset between it and the node's own monotonic clock.
 *
 * An answer N taken between S and R bounds the offset to [N−R, N−S], however slow the network or a blocked event loop was:
 * slowness widens the bounds and looks like no jump. Only an answer that is out of all former bounds is one.
 */
export class StoreClock {
  /** Lowest and highest offset, and the moment of which this was true; null until the first answer. */
  #offset: { readonly low: number; readonly high: number; readonly atMs: number } | null = null;

  /**
   * The earliest that the store's clock can be now, whole milliseconds; 0 while nothing is known. Handed to the store with
   * every question, so that it goes on from there should its own clock say less.
   */
  reckon(monotonicMs: number): number {
    const offset = this.#offsetAt(monotonicMs);
    return offset === null ? 0 : Math.max(0, Math.floor(monotonicMs + offset.low));
  }

  /**
   * Takes an answer in.
   *
   * @returns by how much the store's clock jumped, milliseconds (negative: back); 0 for anything that drift or slowness explain
   */
  observe(reading: ClockReading): number {
    const { sentMs, receivedMs, toldMs, nowMs } = reading;
    const before = this.#offsetAt(receivedMs);
    const jumpMs =
      before === null
        ? judgeJumpWhileAway(reading)
        : judgeJump(before, { low: toldMs - receivedMs, high: toldMs - sentMs });
    const seen = { low: nowMs - receivedMs, high: nowMs - sentMs };
    this.#offset = { ...narrow(before, seen), atMs: receivedMs };
    return jumpMs;
  }

  #offsetAt(monotonicMs: number): { readonly low: number; readonly high: number } | null {
    if (this.#offset === null) return null;
    const drift = Math.max(0, monotonicMs - this.#offset.atMs) * DRIFT;
    return { low: this.#offset.low - drift, high: this.#offset.high + drift };
  }
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Before this node reckoned anything only the store itself can have known of a later time: its clock was set back since. */
function judgeJumpWhileAway({ toldMs, nowMs }: ClockReading): number {
  return nowMs - toldMs > CLOCK_JUMP_MS ? toldMs - nowMs : 0;
}

function judgeJump(before: Bounds, told: Bounds): number {
  const ahead = told.low - before.high;
  if (ahead > CLOCK_JUMP_MS) return Math.round(ahead);
  const behind = before.low - told.high;
  return behind > CLOCK_JUMP_MS ? -Math.round(behind) : 0;
}

/** Both bounds hold at once; where they exclude each other, the clock was set and the newer ones hold. */
function narrow(before: Bounds | null, seen: Bounds): Bounds {
  if (before === null) return seen;
  const both = { low: Math.max(before.low, seen.low), high: Math.min(before.high, seen.high) };
  return both.low <= both.high ? both : seen;
}
