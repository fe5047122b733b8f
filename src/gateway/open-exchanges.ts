import type { SessionStore } from '../flows/ports/session-store.ts';
import type { SessionEndReason } from '../sessions/session.ts';
import type { DenyReason } from '../policy/decision.ts';
import { isCheckTooOld } from './check-age.ts';

/** Why the gateway itself breaks an exchange off. */
export type BreakCause =
  | { readonly kind: 'session-over'; readonly reason: SessionEndReason }
  /** Ends of sessions may have gone unheard for 2 s, or every check is too old: what nobody can judge does not go on. */
  | { readonly kind: 'cannot-tell' }
  /** What goes on for hours was judged anew, and may not be begun any more. */
  | { readonly kind: 'not-allowed'; readonly reason: DenyReason | 'foreign-origin' | 'system-gone' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'shutdown' };

export type ExchangeKind = 'request' | 'event-stream' | 'websocket';

/** A request on its way through the gateway, from judgement to the last byte; a WebSocket for as long as it lasts. */
export interface OpenExchange {
  readonly sessionReference: string;
  /** When the check of its session was begun, in milliseconds of `performance.now()`. */
  readonly checkedMs: number;
  /** Whether any of it may have reached the system. */
  readonly hasBegun: boolean;
  /** Counted up by the sweep, set to 0 by the exchange whenever a byte moves. */
  idleSeconds: number;
  /** How long it may be idle just now; Infinity where it may be so for ever. */
  readonly idleLimitS: number;
  /** Whether it would go on until somebody ends it (WebSocket, server-sent events). */
  readonly isEndless: boolean;
  readonly kind: ExchangeKind;
  /** Where it stands among those that are open; -1 before and after. Theirs, not its own. */
  place: number;
  breakOff(cause: BreakCause): void;
}

/** A judgement takes seconds at most (5 s a statement of the database); ends are remembered for at least this long. */
const ENDS_KEPT_S = 30;

/** How often it is looked whether ends are still heard of: streams may outlive one by little more than 2 s. */
const DOUBT_CHECK_MS = 100;

/**
 * All exchanges under way. Of a session that ends, the endless ones and those that have not reached their system are
 * broken off at once and the others within a second, so that what was sent just before has its answer; so are those
 * that stand still.
 *
 * One sweep a second counts idle seconds, so that an exchange costs no timer of its own.
 */
export class OpenExchanges {
  readonly #sessions: Pick<SessionStore, 'isCurrent'>;
  readonly #now: () => number;
  /**
   * In no order. A Set of what comes and goes thousands of times a second leaves chains of old tables behind, and with them
   * requests that are over, until all memory is gone through.
   */
  readonly #open: OpenExchange[] = [];
  #endedLately = new Map<string, SessionEndReason>();
  #endedBefore = new Map<string, SessionEndReason>();
  #sweeps = 0;
  #wasCurrent = true;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(sessions: Pick<SessionStore, 'isCurrent' | 'onEnd'>, now: () => number = () => performance.now()) {
    this.#sessions = sessions;
    this.#now = now;
    sessions.onEnd((reference, reason) => {
      this.#endedLately.set(reference, reason);
      for (const exchange of [...this.#open]) {
        const isToStop = exchange.isEndless || !exchange.hasBegun;
        if (isToStop && exchange.sessionReference === reference) exchange.breakOff({ kind: 'session-over', reason });
      }
    });
    this.#timers = [
      setInterval(() => this.#sweep(), 1_000).unref(),
      setInterval(() => this.#doubt(), DOUBT_CHECK_MS).unref(),
    ];
  }

  /** Takes an exchange in as its first act after judgement; false: its session has ended meanwhile, and it is broken off. */
  add(exchange: OpenExchange): boolean {
    const reason = this.#endOf(exchange.sessionReference);
    if (reason === undefined) exchange.place = this.#open.push(exchange) - 1;
    else exchange.breakOff({ kind: 'session-over', reason });
    return reason === undefined;
  }

  /**
   * Whether its session has to be checked again before the first byte goes to the system, asked in the moment before it does:
   * a process that was held up meanwhile knows nothing of what has ended.
   */
  isCheckTooOld({ checkedMs }: Pick<OpenExchange, 'checkedMs'>): boolean {
    return isCheckTooOld(this.#sessions, checkedMs, this.#now());
  }

  remove(exchange: OpenExchange): void {
    const { place } = exchange;
    if (place === -1) return;
    exchange.place = -1;
    const last = this.#open.pop();
    if (last === undefined || last === exchange) return;
    this.#open[place] = last;
    last.place = place;
  }

  /** How many of each kind are under way. */
  get counts(): Readonly<Record<ExchangeKind, number>> {
    const counts = { request: 0, 'event-stream': 0, websocket: 0 };
    for (const { kind } of this.#open) counts[kind] += 1;
    return counts;
  }

  /** What goes on until somebody ends it, and what has gone on for longer than `longMs` since it was judged. */
  standing(longMs: number): readonly OpenExchange[] {
    const since = this.#now() - longMs;
    return this.#open.filter(({ isEndless, hasBegun, checkedMs }) => isEndless || (hasBegun && checkedMs < since));
  }

  /** Ends what would never end by itself; the rest may finish. */
  breakOffEndless(cause: BreakCause = { kind: 'shutdown' }): void {
    for (const exchange of this.#open.filter(({ isEndless }) => isEndless)) exchange.breakOff(cause);
  }

  /** Ends everything and stops counting. */
  close(): void {
    for (const exchange of [...this.#open]) exchange.breakOff({ kind: 'shutdown' });
    this.#timers.forEach(clearInterval);
  }

  /** Twice in a row: a process that was held up has what it should have heard still before it, and reads it in between. */
  #doubt(): void {
    const isCurrent = this.#sessions.isCurrent();
    if (!isCurrent && !this.#wasCurrent) this.breakOffEndless({ kind: 'cannot-tell' });
    this.#wasCurrent = isCurrent;
  }

  #endOf(sessionReference: string): SessionEndReason | undefined {
    return this.#endedLately.get(sessionReference) ?? this.#endedBefore.get(sessionReference);
  }

  #sweep(): void {
    for (const exchange of [...this.#open]) {
      exchange.idleSeconds += 1;
      const reason = this.#endOf(exchange.sessionReference);
      if (reason !== undefined) exchange.breakOff({ kind: 'session-over', reason });
      else if (exchange.idleSeconds > exchange.idleLimitS) exchange.breakOff({ kind: 'idle' });
    }
    this.#sweeps += 1;
    if (this.#sweeps % ENDS_KEPT_S !== 0) return;
    this.#endedBefore = this.#endedLately;
    this.#endedLately = new Map();
  }
}
