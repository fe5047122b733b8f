import type { LiveSession, SessionCheck, SessionStore } from '../../flows/ports.ts';
import {
  judgeExpiry,
  type AuthenticationMethod,
  type Session,
  type SessionEndReason,
  type SessionLimits,
} from '../../sessions/session.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { EndedCookies } from './ended-cookies.ts';
import { inOneStep } from './in-one-step.ts';

export interface MemorySessionOptions {
  /** Milliseconds since the epoch on a clock that never goes backwards: the store's one clock. */
  readonly now: () => number;
  readonly limits: SessionLimits;
  /** Host of the portal, to which the first cookie of every session belongs; lower case, without port. */
  readonly portalHost: string;
  /** Live sessions at most; beyond, nobody new is let in. Default 200,000: twice the largest load measured, < 200 MB. */
  readonly limit?: number;
}

export interface MemorySessionStore extends SessionStore {
  /** Ends every session whose time is over; the store's timer does it every second. */
  sweep(): void;
  /** Ends the timers. */
  stop(): void;
}

interface LiveRecord {
  readonly session: Session;
  readonly openedMs: number;
  readonly endsAtMs: number | null;
  lastActivityMs: number;
  /** Newest last, by host. */
  readonly cookies: Map<string, string[]>;
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
  return {
    open: (session, portalCookieHash) => inOneStep(() => store.open(session, portalCookieHash)),
    addHostCookie: (sessionId, host, cookieHash) => inOneStep(() => store.addHostCookie(sessionId, host, cookieHash)),
    check: (host, cookieHash, touch) => inOneStep(() => store.check(host, cookieHash, touch)),
    end: (sessionId, reason) => inOneStep(() => store.end(sessionId, reason)),
    endAllOf: (accountId, reason, method) => inOneStep(() => store.endAllOf(accountId, reason, method)),
    listLiveOf: accountId => inOneStep(() => store.listLiveOf(accountId)),
    onEnd: listener => void store.listeners.push(listener),
    browserSessions,
    sweep: () => store.sweep(),
    stop: () => timers.forEach(clearInterval),
  };
}

class Sessions {
  readonly listeners: ((session: Session, reason: SessionEndReason) => void)[] = [];
  readonly #options: MemorySessionOptions;
  readonly #live = new Map<string, LiveRecord>();
  readonly #byCookie = new Map<string, LiveRecord>();
  readonly #byAccount = new Map<string, Set<LiveRecord>>();
  readonly #ended: EndedCookies;

  constructor(options: MemorySessionOptions) {
    this.#options = options;
    this.#ended = new EndedCookies(options.now);
  }

  open(session: Session, portalCookieHash: string): void {
    if (this.#live.has(session.id)) throw new Error('A session of this id is open already.');
    if (this.#live.size >= (this.#options.limit ?? 200_000)) this.sweep();
    if (this.#live.size >= (this.#options.limit ?? 200_000)) throw new Error('The session store is full.');
    const nowMs = this.#options.now();
    const record: LiveRecord = {
      session,
      openedMs: nowMs,
      endsAtMs: session.endsAt?.getTime() ?? null,
      lastActivityMs: nowMs,
      cookies: new Map(),
    };
    this.#live.set(session.id, record);
    const ofAccount = this.#byAccount.get(session.accountId) ?? new Set();
    this.#byAccount.set(session.accountId, ofAccount.add(record));
    this.#giveCookie(record, this.#options.portalHost, portalCookieHash);
  }

  addHostCookie(sessionId: string, host: string, cookieHash: string): boolean {
    const record = this.#live.get(sessionId);
    if (record === undefined || this.#endIfOver(record)) return false;
    this.#giveCookie(record, host, cookieHash);
    return true;
  }

  check(host: string, cookieHash: string, touch: boolean): SessionCheck {
    const cookie = cookieKey(host, cookieHash);
    const record = this.#byCookie.get(cookie);
    if (record === undefined || this.#endIfOver(record)) {
      return { alive: false, endedBecause: this.#ended.reasonOf(cookie) };
    }
    if (touch) record.lastActivityMs = this.#options.now();
    return { alive: true, live: this.#describe(record) };
  }

  isLiveCookie(host: string, cookieHash: string): boolean {
    return this.#byCookie.has(cookieKey(host, cookieHash));
  }

  end(sessionId: string, reason: SessionEndReason): boolean {
    const record = this.#live.get(sessionId);
    if (record === undefined || this.#endIfOver(record)) return false;
    this.#end(record, reason);
    return true;
  }

  listLiveOf(accountId: string): Session[] {
    return this.#standingOf(accountId).map(record => record.session);
  }

  endAllOf(accountId: string, reason: SessionEndReason, method?: AuthenticationMethod): Session[] {
    const standing = this.#standingOf(accountId).filter(
      ({ session }) => method === undefined || session.method === method,
    );
    for (const record of standing) this.#end(record, reason);
    return standing.map(record => record.session);
  }

  sweep(): void {
    for (const record of this.#live.values()) this.#endIfOver(record);
    this.#ended.purge();
  }

  #standingOf(accountId: string): LiveRecord[] {
    return [...(this.#byAccount.get(accountId) ?? [])].filter(record => !this.#endIfOver(record));
  }

  #giveCookie(record: LiveRecord, host: string, cookieHash: string): void {
    const ofHost = record.cookies.get(host) ?? [];
    record.cookies.set(host, ofHost);
    ofHost.push(cookieHash);
    this.#byCookie.set(cookieKey(host, cookieHash), record);
    if (ofHost.length <= COOKIES_PER_HOST) return;
    const oldest = ofHost.shift();
    if (oldest !== undefined) this.#byCookie.delete(cookieKey(host, oldest));
  }

  #endIfOver(record: LiveRecord): boolean {
    const nowMs = this.#options.now();
    const over = judgeExpiry({ ...record, nowMs }, this.#options.limits);
    if (over !== null) this.#end(record, over);
    return over !== null;
  }

  #end(record: LiveRecord, reason: SessionEndReason): void {
    const { session } = record;
    this.#live.delete(session.id);
    const ofAccount = this.#byAccount.get(session.accountId);
    ofAccount?.delete(record);
    if (ofAccount?.size === 0) this.#byAccount.delete(session.accountId);
    for (const [host, hashes] of record.cookies) {
      for (const hash of hashes) {
        this.#byCookie.delete(cookieKey(host, hash));
        this.#ended.remember(cookieKey(host, hash), reason);
      }
    }
    this.#tell(session, reason);
  }

  /** A listener that throws keeps no session alive and no other listener uninformed: its fault goes to the process. */
  #tell(session: Session, reason: SessionEndReason): void {
    for (const listener of this.listeners) {
      try {
        listener(session, reason);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #describe(record: LiveRecord): LiveSession {
    const { limits, now } = this.#options;
    const idleMs = limits.idleMs - (now() - record.lastActivityMs);
    const lifetimeMs = limits.lifetimeMs - (now() - record.openedMs);
    const dayMs = record.endsAtMs === null ? Infinity : record.endsAtMs - now();
    return { session: record.session, idleRemainingMs: Math.min(idleMs, lifetimeMs, dayMs) };
  }
}

/** A cookie is worthless on any host but its own: the host is part of the key. */
function cookieKey(host: string, cookieHash: string): string {
  return `${host} ${cookieHash}`;
}
