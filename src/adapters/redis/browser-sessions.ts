import { z } from 'zod';
import type { BrowserSessionStore } from '../../flows/ports/session-store.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { FIND_BROWSER_LUA, SAVE_BROWSER_LUA, DESTROY_BROWSER_LUA } from './browser-scripts.ts';
import { redisScript, type RedisConnection } from './connection.ts';
import { cookieName } from './keys.ts';

/** What a page needs between two requests is a form token and a challenge id; 16 KiB says that something is wrong. */
const STATE_LIMIT_CHARACTERS = 16_384;

const FIND = redisScript(FIND_BROWSER_LUA);
const SAVE = redisScript(SAVE_BROWSER_LUA);
const DESTROY = redisScript(DESTROY_BROWSER_LUA);

const found = z.tuple([z.string()]).transform(([state]) => state);

/**
 * The portal's browser sessions, in Redis.
 *
 * Full, it drops what would expire next and belongs to no live session: strangers push out strangers, not people at work.
 */
export function createRedisBrowserSessions(
  connection: RedisConnection,
  options: {
    readonly portalHost: string;
    /** The clock that expiries are reckoned with, milliseconds. */
    readonly now: () => number;
    readonly limit: number;
  },
): BrowserSessionStore {
  const nameOf = (cookieHash: string): string => cookieName(options.portalHost, cookieHash);
  return {
    async load(cookieHash) {
      const answer = await connection.run(FIND, [nameOf(cookieHash)]);
      return found.safeParse(answer).data;
    },
    async save(cookieHash, state, expiresAt) {
      if (state.length > STATE_LIMIT_CHARACTERS) throw new RangeError('The state of a browser session is too long.');
      const remainingMs = Math.ceil(expiresAt.getTime() - options.now());
      const [isSaved] = await connection.run(SAVE, [nameOf(cookieHash), state, remainingMs, options.limit]);
      if (isSaved !== 1) throw new StoreFault('The store of browser sessions is full.');
    },
    async destroy(cookieHash) {
      await connection.run(DESTROY, [nameOf(cookieHash)]);
    },
  };
}
