import { z } from 'zod';
import type { SessionCheck, SessionPage, SessionStanding, SessionStore } from '../../flows/ports/session-store.ts';
import type { Session, SessionEndReason, SessionLimits } from '../../sessions/session.ts';
import { createRedisBrowserSessions } from './browser-sessions.ts';
import { redisScript, type RedisConnection, type RedisScript } from './connection.ts';
import { EndChannel } from './end-channel.ts';
import { cookieName, hostName, packUuid, unpackUuid } from './keys.ts';
import { endedSessions, factsOf, parseAnswer, parseDeclaration, parseMarker, sessionFacts } from './session-record.ts';
import * as scripts from './session-scripts.ts';

export interface RedisSessionOptions {
  readonly limits: SessionLimits;
  /** Host of the portal, to which the first cookie of every session belongs; lower case, without port. */
  readonly portalHost: string;
  /** The clock that browser sessions' expiries are reckoned with, milliseconds. */
  readonly now: () => number;
  /** Browser sessions at most. Default 100,000: anybody can make one by opening the login page; small, some 50 MB. */
  readonly browserLimit?: number;
}

export interface RedisSessionStore extends SessionStore {
  check(host: string, cookieHash: string, touch: boolean): Promise<SessionCheck>;
  /** Whether ends made on other nodes are heard: false after a second of silence. Then nothing must be remembered. */
  isListening(): boolean;
  /** Ends every session whose time is over; the store's timer does it every second. */
  sweep(): Promise<void>;
  /** Ends timers and subscription; the connection stays its owner's. */
  close(): void;
}

/** Open streams of a session are closed when its end is noticed, and nothing may be served 2 s after it. */
const SWEEP_INTERVAL_MS = 1_000;

const OPEN = redisScript(scripts.OPEN_LUA);
const ADD_COOKIE = redisScript(scripts.ADD_COOKIE_LUA);
const DECLARE = redisScript(scripts.DECLARE_LUA);
const CHECK = redisScript(scripts.CHECK_LUA);
const CHECK_AGAIN = redisScript(scripts.CHECK_AGAIN_LUA);
const END = redisScript(scripts.END_LUA);
const END_ALL = redisScript(scripts.END_ALL_LUA);
const LIST = redisScript(scripts.LIST_LUA);
const LIST_ALL = redisScript(scripts.LIST_ALL_LUA);
const DESCRIBE = redisScript(scripts.DESCRIBE_LUA);
const SWEEP = redisScript(scripts.SWEEP_LUA);

const flag = z.tuple([z.union([z.literal(0), z.literal(1)])]).transform(([value]) => value === 1);
const count = z.tuple([z.number()]).transform(([value]) => value);
const sessions = z.tuple([z.array(sessionFacts)]).transform(([found]) => found);
const page = z.tuple([z.array(sessionFacts), z.string().regex(/^\d+$/)]);
const standings = z.tuple([z.array(z.tuple([z.string(), z.number(), z.number()]))]).transform(([found]) => found);
const checked = z.union([
  z.tuple([z.literal(1), sessionFacts, z.number(), z.number(), z.string()]),
  z.tuple([z.literal(0), z.string()]),
  z.tuple([z.literal(0)]),
]);

/** The sessions of any number of nodes, in Redis: every operation is one script, so none can interleave. */
export function createRedisSessionStore(connection: RedisConnection, options: RedisSessionOptions): RedisSessionStore {
  return new Sessions(connection, options);
}

class Sessions implements RedisSessionStore {
  readonly browserSessions: SessionStore['browserSessions'];
  readonly #connection: RedisConnection;
  readonly #options: RedisSessionOptions;
  readonly #channel: EndChannel;
  readonly #endListeners: Parameters<SessionStore['onEnd']>[0][] = [];
  readonly #expiryListeners: Parameters<SessionStore['onExpiry']>[0][] = [];
  readonly #timer: NodeJS.Timeout;
  #isSweeping = false;

  constructor(connection: RedisConnection, options: RedisSessionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.browserSessions = createRedisBrowserSessions(connection, {
      ...options,
      limit: options.browserLimit ?? 100_000,
    });
    this.#channel = new EndChannel(connection, (reference, reason) =>
      tell(this.#endListeners, listener => listener(reference, reason)),
    );
    this.#timer = setInterval(() => this.#sweepUnlessSweeping(), SWEEP_INTERVAL_MS).unref();
  }

  async open(session: Session, portalCookieHash: string): Promise<Session[]> {
    const { portalHost, limits } = this.#options;
    const { concurrent } = limits;
    const { answer, ends } = await this.#run(OPEN, [
      ...factsOf(session),
      cookieName(portalHost, portalCookieHash),
      hostName(portalHost),
      concurrent.account,
      concurrent[session.method],
    ]);
    if (!parseAnswer(flag, answer)) throw new Error('A session of this reference is open already.');
    return ends.filter(([, reason]) => reason === 'replaced').map(([gaveWay]) => gaveWay);
  }

  async addHostCookie(reference: string, host: string, cookieHash: string, idleMs: number | null): Promise<boolean> {
    const packed = packUuid(reference);
    if (packed === undefined) return false;
    const { answer } = await this.#run(ADD_COOKIE, [
      packed,
      hostName(host),
      cookieName(host, cookieHash),
      idleMs ?? '',
    ]);
    return parseAnswer(flag, answer);
  }

  async declare(
    reference: string,
    host: string,
    cookieHash: string,
    { declaration, validMs }: Parameters<SessionStore['declare']>[3],
  ): Promise<boolean> {
    const packed = packUuid(reference);
    if (packed === undefined) return false;
    const { answer } = await this.#run(DECLARE, [
      packed,
      hostName(host),
      cookieName(host, cookieHash),
      JSON.stringify(declaration),
      validMs ?? '',
    ]);
    return parseAnswer(flag, answer);
  }

  async check(host: string, cookieHash: string, touch: boolean): Promise<SessionCheck> {
    const { answer } = await this.#run(CHECK, [cookieName(host, cookieHash), touch ? 1 : 0, hostName(host)]);
    return toCheck(parseAnswer(checked, answer));
  }

  async checkAgain(host: string, reference: string): Promise<SessionCheck> {
    const packed = packUuid(reference);
    if (packed === undefined) return { alive: false, endedBecause: null };
    return toCheck(parseAnswer(checked, (await this.#run(CHECK_AGAIN, [packed, hostName(host)])).answer));
  }

  async findToEnd(host: string, cookieHash: string): Promise<Session | undefined> {
    const check = await this.check(host, cookieHash, false);
    return check.alive ? check.live.session : undefined;
  }

  async end(reference: string, reason: SessionEndReason): Promise<boolean> {
    const packed = packUuid(reference);
    if (packed === undefined) return false;
    return parseAnswer(flag, (await this.#run(END, [packed, reason])).answer);
  }

  async endAllOf(accountId: string, reason: SessionEndReason, method?: Session['method']): Promise<Session[]> {
    const packed = packUuid(accountId);
    if (packed === undefined) return [];
    return parseAnswer(sessions, (await this.#run(END_ALL, [packed, reason, method ?? ''])).answer);
  }

  async listLiveOf(accountId: string): Promise<Session[]> {
    const packed = packUuid(accountId);
    return packed === undefined ? [] : parseAnswer(sessions, (await this.#run(LIST, [packed])).answer);
  }

  async listLive(after: string | null): Promise<SessionPage> {
    const [found, next] = parseAnswer(page, (await this.#run(LIST_ALL, [after ?? '0'])).answer);
    return { sessions: found, next: next === '0' ? null : next };
  }

  async describe(references: readonly string[]): Promise<Map<string, SessionStanding>> {
    if (references.length > 1_000) throw new RangeError('At most 1,000 sessions are described at once.');
    const packed = references.map(packUuid).filter(name => name !== undefined);
    if (packed.length === 0) return new Map();
    const found = parseAnswer(standings, (await this.#run(DESCRIBE, packed)).answer);
    return new Map(
      found.map(([name, idleMs, idleRemainingMs]) => [unpackUuid(name) ?? name, { idleMs, idleRemainingMs }]),
    );
  }

  onEnd(listener: Parameters<SessionStore['onEnd']>[0]): void {
    this.#endListeners.push(listener);
  }

  onExpiry(listener: Parameters<SessionStore['onExpiry']>[0]): void {
    this.#expiryListeners.push(listener);
  }

  async ping(): Promise<void> {
    await this.#connection.ask(client => client.ping());
  }

  isCurrent(): boolean {
    return this.isListening();
  }

  isListening(): boolean {
    return this.#channel.isListening();
  }

  async sweep(): Promise<void> {
    let looked;
    do looked = parseAnswer(count, (await this.#run(SWEEP, [])).answer);
    while (looked >= scripts.SWEEP_BATCH);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#channel.stop();
  }

  /** What a script answers, and the sessions that it ended; of those everybody here is told at once. */
  async #run(script: RedisScript, args: readonly (string | number)[]) {
    const { idleMs, lifetimeMs } = this.#options.limits;
    const [ended, ...answer] = await this.#connection.run(script, [idleMs, lifetimeMs, ...args]);
    const ends = parseAnswer(endedSessions, ended);
    for (const [session, reason, at, isExpiry] of ends) {
      this.#channel.tell(session.reference, reason, at);
      if (isExpiry === 0 || (reason !== 'idle' && reason !== 'lifetime' && reason !== 'day-over')) continue;
      tell(this.#expiryListeners, listener => listener(session, reason));
    }
    return { answer, ends };
  }

  /** The store away is told by its connection; the sweep comes again. */
  #sweepUnlessSweeping(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.sweep()
      .catch(() => undefined)
      .finally(() => (this.#isSweeping = false));
  }
}

function toCheck(found: z.infer<typeof checked>): SessionCheck {
  if (found[0] === 0) return { alive: false, ...(parseMarker(found[1] ?? '') ?? { endedBecause: null }) };
  const [, session, idleRemainingMs, fixedRemainingMs, declared] = found;
  const declaration = parseDeclaration(declared);
  return { alive: true, live: { session, idleRemainingMs, fixedRemainingMs, declaration } };
}

/** A listener that throws keeps no other one uninformed: its fault goes to the process. */
function tell<L>(listeners: readonly L[], call: (listener: L) => void): void {
  for (const listener of listeners) {
    try {
      call(listener);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
