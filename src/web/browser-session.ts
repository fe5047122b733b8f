import session, { Store, type SessionData } from 'express-session';
import { z } from 'zod';
import type { BrowserSessionStore } from '../flows/ports/session-store.ts';
import { StoreFault } from '../flows/ports/store-fault.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { mintSecret } from '../flows/gateway-context.ts';
import { hashSecret } from '../sessions/challenge.ts';
import { TRIP_LIFETIME_MS } from '../sessions/trip.ts';

declare module 'express-session' {
  interface SessionData {
    /** Set when the first challenge is asked for: a browser without it has no record here. */
    openedAtMs: number;
    /** Set at login, with a new id; the login itself is the master session that the cookie's hash leads to. */
    loggedInAtMs?: number;
  }
}

export const PORTAL_COOKIE = '__Host-gw-portal';

/** Host-only, over TLS only, out of reach of scripts, gone with the browser; the store decides when it is over. */
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;

const storedState = z.strictObject({ openedAtMs: z.number(), loggedInAtMs: z.number().optional() });

/**
 * The browser's session at the portal (express-session over the session port). Before a login it carries nothing but
 * its own existence, so that a challenge can be bound to it; GET requests never write one.
 *
 * @param input.cookieSecret signs the cookie, so that a made-up one costs no look-up
 */
export function browserSession(input: {
  readonly context: GatewayContext;
  readonly cookieSecret: string;
  /** A login's cookie record must live as long as the login can. */
  readonly sessionLifetimeMs: number;
  /** The way out: with the store away a cookie that bears our signature is enough. */
  readonly isWayOut?: true;
}) {
  return session({
    name: PORTAL_COOKIE,
    secret: input.cookieSecret,
    genid: () => mintSecret(input.context),
    store: new PortStore(input.context, input.sessionLifetimeMs, input.isWayOut === true),
    cookie: COOKIE,
    resave: false,
    saveUninitialized: false,
    rolling: false,
  });
}

/** A login's record outlives it, so that the browser can be told why it is over; the store knows that for as long. */
const TOLD_MS = 3_600_000;

/** express-session's store over our port; records are found by the hash of the cookie's id. */
class PortStore extends Store {
  readonly #sessions: BrowserSessionStore;
  readonly #now: () => Date;
  readonly #loginLifetimeMs: number;
  readonly #isWayOut: boolean;

  constructor(context: GatewayContext, loginLifetimeMs: number, isWayOut: boolean) {
    super();
    this.#sessions = context.sessions.browserSessions;
    this.#now = () => context.clock.now();
    this.#loginLifetimeMs = loginLifetimeMs;
    this.#isWayOut = isWayOut;
  }

  override get(id: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    settle(this.#isWayOut ? this.#load(id).catch(standIn) : this.#load(id), callback);
  }

  override set(id: string, data: SessionData, callback?: (error?: unknown) => void): void {
    // An anonymous record lives as long as a trip: nobody needs it longer, and robots make many.
    const lifetimeMs = data.loggedInAtMs === undefined ? TRIP_LIFETIME_MS : this.#loginLifetimeMs + TOLD_MS;
    const expiresAt = new Date(this.#now().getTime() + lifetimeMs);
    const { openedAtMs, loggedInAtMs } = data;
    settle(this.#sessions.save(hashSecret(id), JSON.stringify({ openedAtMs, loggedInAtMs }), expiresAt), callback);
  }

  override destroy(id: string, callback?: (error?: unknown) => void): void {
    settle(this.#sessions.destroy(hashSecret(id)), callback);
  }

  async #load(id: string): Promise<SessionData | null> {
    const state = await this.#sessions.load(hashSecret(id));
    if (state === undefined) return null;
    const { openedAtMs, loggedInAtMs } = storedState.parse(JSON.parse(state));
    return {
      cookie: { ...COOKIE, originalMaxAge: null },
      openedAtMs,
      ...(loggedInAtMs === undefined ? {} : { loggedInAtMs }),
    };
  }
}

/** A cookie with our signature was given to a browser that had a record, so it is no stranger's, and form tokens are due. */
function standIn(error: unknown): SessionData {
  if (!(error instanceof StoreFault)) throw error;
  return { cookie: { ...COOKIE, originalMaxAge: null }, openedAtMs: 0 };
}

/** Carries a promise's fate over to a callback, on a turn of its own: what the callback throws is not taken for the promise's. */
function settle<T>(promise: Promise<T>, callback: ((error: unknown, value?: T) => void) | undefined): void {
  promise.then(
    value => setImmediate(() => callback?.(null, value)),
    (error: unknown) => setImmediate(() => callback?.(error)),
  );
}
