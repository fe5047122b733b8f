import type { SessionStore } from '../flows/ports.ts';

/** Why the gateway itself breaks an exchange off. */
export type BreakReason = 'session-over' | 'idle' | 'shutdown';

/** A request on its way through the gateway, from judgement to the last byte; a WebSocket for as long as it lasts. */
export interface OpenExchange {
  readonly sessionId: string;
  /** Counted up by the sweep, set to 0 by the exchange whenever a byte moves. */
  idleSeconds: number;
  /** How long it may be idle just now; Infinity where it may be so for ever. */
  readonly idleLimitS: number;
  /** Whether it would go on until somebody ends it (WebSocket, server-sent events). */
  readonly isEndless: boolean;
  breakOff(reason: BreakReason): void;
}

/** A judgement takes seconds at most (5 s a statement of the database); ends are remembered for at least this long. */
const ENDS_KEPT_S = 30;

/**
 * All exchanges under way. Of a session that ends, the endless ones are broken off at once and the others within a
 * second, so that what was sent just before has its answer; so are those that stand still.
 *
 * One sweep a second counts idle seconds, so that an exchange costs no timer of its own.
 */
export class OpenExchanges {
  readonly #open = new Set<OpenExchange>();
  #endedLately = new Set<string>();
  #endedBefore = new Set<string>();
  #sweeps = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(sessions: SessionStore) {
    sessions.onEnd(session => {
      this.#endedLately.add(session.id);
      for (const exchange of this.#open) {
        if (exchange.sessionId === session.id && exchange.isEndless) exchange.breakOff('session-over');
      }
    });
    this.#timer = setInterval(() => this.#sweep(), 1_000);
    this.#timer.unref();
  }

  /**
   * Takes an exchange in as its first act after judgement.
   *
   * @returns false when its session has ended while it was judged; then nothing may be passed on
   */
  add(exchange: OpenExchange): boolean {
    if (this.#hasEnded(exchange.sessionId)) return false;
    this.#open.add(exchange);
    return true;
  }

  remove(exchange: OpenExchange): void {
    this.#open.delete(exchange);
  }

  /** Ends what would never end by itself; the rest may finish. */
  breakOffEndless(): void {
    for (const exchange of this.#open) if (exchange.isEndless) exchange.breakOff('shutdown');
  }

  /** Ends everything and stops counting. */
  close(): void {
    for (const exchange of this.#open) exchange.breakOff('shutdown');
    clearInterval(this.#timer);
  }

  #hasEnded(sessionId: string): boolean {
    return this.#endedLately.has(sessionId) || this.#endedBefore.has(sessionId);
  }

  #sweep(): void {
    for (const exchange of this.#open) {
      exchange.idleSeconds += 1;
      if (this.#hasEnded(exchange.sessionId)) exchange.breakOff('session-over');
      else if (exchange.idleSeconds > exchange.idleLimitS) exchange.breakOff('idle');
    }
    this.#sweeps += 1;
    if (this.#sweeps % ENDS_KEPT_S !== 0) return;
    this.#endedBefore = this.#endedLately;
    this.#endedLately = new Set();
  }
}
