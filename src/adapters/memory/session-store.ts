import type { SessionCheck, SessionStanding, SessionStore } from '../../flows/ports/session-store.ts';
import {
  judgeExpiry,
  type AuthenticationMethod,
  type Session,
  type SessionEndReason,
  type SessionLimits,
} from '../../sessions/session.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { CookieNames } from './cookie-names.ts';
import { DueRecords } from './due-records.ts';
import { EndedCookies, type WhyEnded } from './ended-cookies.ts';
import { atOnce, inOneStep } from './in-one-step.ts';
import { inOnePiece, LiveRecord } from './live-record.ts';
import { tell } from './tell-listeners.ts';
import { WrittenSessions } from './written-sessions.ts';

export interface MemorySessionOptions {
  /** Milliseconds since the epoch on a clock that never goes backwards: the store's one clock. */
  readonly now: () => number;
  readonly limits: SessionLimits;
  /** Host of the portal, to which the first cookie of every session belongs; lower case, without port. */
  readonly portalHost: string;
  /** Live sessions at most; beyond, nobody new is let in. Default 200,000: twice the largest load measured, < 200 MB. */
  readonly limit?: number;
  /** Nobody is let in or served while it throws; sessions can be ended all the same. @throws StoreFault */
  readonly requireRight?: () => void;
}

export interface MemorySessionStore extends SessionStore {
  /** Ends every session whose time is over; the store's timer does it every second. */
  sweep(): void;
  /** Ends the timers. */
  stop(): void;
}

/** Open streams of a session are closed when its end is noticed, and nothing may be served 2 s after it. */
const SWEEP_INTERVAL_MS = 1_000;

/** Expired browser sessions are unreadable at once; only their memory waits for this. */
const PURGE_INTERVAL_MS = 60_000;

/** Tabs that enter a host at the same moment each get a cookie, and the browser keeps the last: older ones may go. */
const COOKIES_PER_HOST = 4;

/** The session store of a single node, in memory: every operation is one synchronous step, so none can interleave. */
export function createMemorySessionStore(options: MemorySessionOptions): MemorySessionStore {
  const store = new Sessions(options);
  const browserSessions = createBrowserSessions({
    now: options.now,
    isLive: cookieHash => store.isLiveCookie(options.portalHost, cookieHash),
  });
  const timers = [
    setInterval(() => store.sweep(), SWEEP_INTERVAL_MS).unref(),
    setInterval(() => browserSessions.purge(), PURGE_INTERVAL_MS).unref(),
  ];
  const byRight =
    <T>(step: () => T) =>
    (): T => {
      options.requireRight?.();
      return step();
    };
  const withRight = <T>(step: () => T): Promise<T> => inOneStep(byRight(step));
  return {
    open: (session, portalCookieHash) => withRight(() => store.open(session, portalCookieHash)),
    addHostCookie: (reference, host, cookieHash, idleMs) =>
      withRight(() => store.addHostCookie(reference, host, cookieHash, idleMs)),
    declare: (reference, host, cookieHash, declared) =>
      withRight(() => store.declare(reference, host, cookieHash, declared)),
    check: (host, cookieHash, touch) => atOnce(byRight(() => store.check(host, cookieHash, touch))),
    checkAgain: (host, reference) => atOnce(byRight(() => store.checkAgain(host, reference))),
    findToEnd: (host, cookieHash) =>
      inOneStep(() => {
        const check = store.check(host, cookieHash, false);
        return check.alive ? check.live.session : undefined;
      }),
    end: (reference, reason) => inOneStep(() => store.end(reference, reason)),
    endAllOf: (accountId, reason, method) => inOneStep(() => store.endAllOf(accountId, reason, method)),
    listLiveOf: accountId => inOneStep(() => store.listLiveOf(accountId)),
    listLive: () => inOneStep(() => ({ sessions: store.listLive(), next: null })),
    describe: references => inOneStep(() => store.describe(references)),
    onEnd: listener => void store.endListeners.push(listener),
    onExpiry: listener => void store.expiryListeners.push(listener),
    isCurrent: () => doesNotThrow(options.requireRight),
    ping: () => withRight(() => undefined),
    browserSessions,
    sweep: () => store.sweep(),
    stop: () => timers.forEach(clearInterval),
  };
}

function doesNotThrow(requirement: (() => void) | undefined): boolean {
  try {
    requirement?.();
    return true;
  } catch {
    return false;
  }
}

class Sessions {
  readonly endListeners: Parameters<SessionStore['onEnd']>[0][] = [];
  readonly expiryListeners: Parameters<SessionStore['onExpiry']>[0][] = [];
  readonly #options: MemorySessionOptions;
  readonly #names = new CookieNames();
  readonly #live = new Map<string, LiveRecord>();
  readonly #byCookie = new Map<string, LiveRecord>();
  /** Of most accounts there is one. */
  readonly #byAccount = new Map<string, LiveRecord | readonly LiveRecord[]>();
  readonly #due = new DueRecords();
  readonly #ended: EndedCookies;
  readonly #written = new WrittenSessions();

  constructor(options: MemorySessionOptions) {
    this.#options = options;
    this.#ended = new EndedCookies(options.now);
  }

  open(session: Session, portalCookieHash: string): Session[] {
    if (this.#live.has(session.reference)) throw new Error('A session of this reference is open already.');
    if (this.#live.size >= (this.#options.limit ?? 200_000)) this.sweep();
    if (this.#live.size >= (this.#options.limit ?? 200_000)) throw new Error('The session store is full.');
    const gaveWay = this.#makeWayFor(session);
    const record = new LiveRecord(session, this.#options.now(), this.#options.limits.idleMs);
    this.#live.set(record.reference, record);
    this.#setOfAccount(record.accountId, [...this.#ofAccount(record.accountId), record]);
    this.#giveCookie(record, this.#options.portalHost, portalCookieHash);
    this.#putDue(record);
    return gaveWay;
  }

  addHostCookie(reference: string, host: string, cookieHash: string, idleMs: number | null): boolean {
    const record = this.#live.get(reference);
    if (record === undefined || this.#endIfOver(record)) return false;
    this.#giveCookie(record, host, cookieHash);
    if (idleMs !== null && idleMs < record.idleMs) {
      record.idleMs = idleMs;
      this.#putDue(record);
    }
    return true;
  }

  declare(
    reference: string,
    host: string,
    cookieHash: string,
    { declaration, validMs }: Parameters<SessionStore['declare']>[3],
  ): boolean {
    const record = this.#live.get(reference);
    if (record === undefined || this.#endIfOver(record)) return false;
    const untilMs = validMs === null ? Infinity : this.#options.now() + validMs;
    record.declared = new Map(record.declared).set(host, { declaration, untilMs });
    this.#giveCookie(record, host, cookieHash);
    return true;
  }

  check(host: string, cookieHash: string, touch: boolean): SessionCheck {
    const cookie = this.#names.nameOf(host, cookieHash);
    const record = this.#byCookie.get(cookie);
    if (record === undefined || this.#endIfOver(record)) {
      return { alive: false, ...this.#ended.reasonOf(cookie) };
    }
    const nowMs = this.#options.now();
    // It lies among those due too early now; the sweep that finds it there moves it.
    if (touch) record.lastActivityMs = nowMs;
    return this.checkAgain(host, record.reference);
  }

  checkAgain(host: string, reference: string): SessionCheck {
    const record = this.#live.get(reference);
    if (record === undefined || this.#endIfOver(record)) return { alive: false, endedBecause: null };
    const nowMs = this.#options.now();
    const remaining = record.remaining(nowMs, this.#options.limits.lifetimeMs);
    const declared = record.declared?.get(host);
    const declaration = declared !== undefined && nowMs < declared.untilMs ? declared.declaration : null;
    return { alive: true, live: { session: this.#written.of(record), ...remaining, declaration } };
  }

  isLiveCookie(host: string, cookieHash: string): boolean {
    return this.#byCookie.has(this.#names.nameOf(host, cookieHash));
  }

  end(reference: string, reason: SessionEndReason): boolean {
    const record = this.#live.get(reference);
    if (record === undefined || this.#endIfOver(record)) return false;
    this.#end(record, { endedBecause: reason });
    return true;
  }

  listLiveOf(accountId: string): Session[] {
    return this.#standingOf(accountId).map(record => record.toSession());
  }

  listLive(): Session[] {
    const standing = [...this.#live.values()].filter(record => !this.#endIfOver(record));
    return standing.map(record => record.toSession());
  }

  endAllOf(accountId: string, reason: SessionEndReason, method?: AuthenticationMethod): Session[] {
    const standing = this.#standingOf(accountId).filter(record => method === undefined || record.method === method);
    for (const record of standing) this.#end(record, { endedBecause: reason });
    return standing.map(record => record.toSession());
  }

  describe(references: readonly string[]): Map<string, SessionStanding> {
    if (references.length > 1_000) throw new RangeError('At most 1,000 sessions are described at once.');
    const found = references.map(reference => this.#live.get(reference)).filter(record => record !== undefined);
    return new Map(
      found
        .filter(record => !this.#endIfOver(record))
        .map(record => {
          const nowMs = this.#options.now();
          const { idleRemainingMs } = record.remaining(nowMs, this.#options.limits.lifetimeMs);
          return [record.reference, { idleMs: nowMs - record.lastActivityMs, idleRemainingMs }];
        }),
    );
  }

  sweep(): void {
    for (const record of this.#due.listBegun(this.#options.now())) {
      if (!this.#endIfOver(record)) this.#putDue(record);
    }
    this.#ended.purge();
  }

  #ofAccount(accountId: string): readonly LiveRecord[] {
    const found = this.#byAccount.get(accountId);
    if (found === undefined) return [];
    return found instanceof LiveRecord ? [found] : found;
  }

  #setOfAccount(accountId: string, records: readonly LiveRecord[]): void {
    const [first, ...others] = records;
    if (first === undefined) this.#byAccount.delete(accountId);
    else this.#byAccount.set(first.accountId, others.length === 0 ? first : records);
  }

  #standingOf(accountId: string): LiveRecord[] {
    return this.#ofAccount(accountId).filter(record => !this.#endIfOver(record));
  }

  #giveCookie(record: LiveRecord, host: string, cookieHash: string): void {
    const name = inOnePiece(this.#names.nameOf(host, cookieHash));
    const ofHost = record.cookies.filter(other => this.#names.areOfOneHost(other, name));
    const leaving = ofHost.slice(0, Math.max(0, ofHost.length + 1 - COOKIES_PER_HOST));
    for (const oldest of leaving) this.#byCookie.delete(oldest);
    record.cookies = record.cookies.filter(other => !leaving.includes(other)).concat(name);
    this.#byCookie.set(name, record);
  }

  /** Ends those unused longest until there is room for one more of its account and method. */
  #makeWayFor({ accountId, method, clientAddress, authenticatedAt: at }: Session): Session[] {
    const { concurrent } = this.#options.limits;
    const standing = this.#standingOf(accountId).sort((a, b) => a.lastActivityMs - b.lastActivityMs);
    const ofMethod = standing.filter(record => record.method === method);
    const leaving = new Set(ofMethod.slice(0, Math.max(0, ofMethod.length + 1 - concurrent[method])));
    for (const record of standing) {
      if (standing.length - leaving.size < concurrent.account) break;
      leaving.add(record);
    }
    const end = { endedBecause: 'replaced', replacedBy: { method, clientAddress, at } } as const;
    for (const record of leaving) this.#end(record, end);
    return [...leaving].map(record => record.toSession());
  }

  #putDue(record: LiveRecord): void {
    this.#due.delete(record);
    const nowMs = this.#options.now();
    record.dueMs = nowMs + record.remaining(nowMs, this.#options.limits.lifetimeMs).idleRemainingMs;
    this.#due.add(record);
  }

  #endIfOver(record: LiveRecord): boolean {
    const nowMs = this.#options.now();
    const { openedMs, lastActivityMs, endsAtMs, idleMs } = record;
    const times = { openedMs, lastActivityMs, endsAtMs, nowMs };
    const over = judgeExpiry(times, { idleMs, lifetimeMs: this.#options.limits.lifetimeMs });
    if (over === null) return false;
    this.#end(record, { endedBecause: over });
    const session = record.toSession();
    tell(this.expiryListeners, listener => listener(session, over));
    return true;
  }

  #end(record: LiveRecord, end: WhyEnded): void {
    this.#live.delete(record.reference);
    this.#written.forget(record);
    this.#due.delete(record);
    const others = this.#ofAccount(record.accountId).filter(other => other !== record);
    this.#setOfAccount(record.accountId, others);
    for (const cookie of record.cookies) {
      this.#byCookie.delete(cookie);
      this.#ended.remember(cookie, end);
    }
    tell(this.endListeners, listener => listener(record.reference, end.endedBecause));
  }
}
