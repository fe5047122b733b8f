import type { BrowserSessionStore } from '../../flows/ports/session-store.ts';
import { inOneStep } from './in-one-step.ts';

export interface MemoryBrowserSessions extends BrowserSessionStore {
  /** Gives back the memory of what has expired. */
  purge(): void;
}

/** What a page needs between two requests is a form token and a challenge id; 16 KiB says that something is wrong. */
const STATE_LIMIT_CHARACTERS = 16_384;

/** Anybody can make one by opening the login page: 100,000 small ones are some 50 MB. */
const DEFAULT_LIMIT = 100_000;

/**
 * The portal's browser sessions, in memory.
 *
 * Full, it drops the record saved longest ago that belongs to no live session: strangers push out strangers, not
 * people at work.
 */
export function createBrowserSessions(options: {
  readonly now: () => number;
  /** Whether a live session stands behind this portal cookie. */
  readonly isLive: (cookieHash: string) => boolean;
  readonly limit?: number;
}): MemoryBrowserSessions {
  const { now, isLive, limit = DEFAULT_LIMIT } = options;
  /** Saved longest ago first. */
  const records = new Map<string, { readonly state: string; readonly expiresAtMs: number }>();

  const makeRoom = (): void => {
    let inspected = 0;
    for (const [oldest, record] of records) {
      if (records.size < limit || inspected > limit) break;
      inspected += 1;
      records.delete(oldest);
      // Records of live sessions go to the end of the queue, so that the next search does not meet them first again.
      if (record.expiresAtMs > now() && isLive(oldest)) records.set(oldest, record);
    }
    if (records.size >= limit) throw new Error('The store of browser sessions is full.');
  };

  return {
    load: cookieHash =>
      inOneStep(() => {
        const record = records.get(cookieHash);
        return record === undefined || record.expiresAtMs <= now() ? undefined : record.state;
      }),
    save: (cookieHash, state, expiresAt) =>
      inOneStep(() => {
        if (state.length > STATE_LIMIT_CHARACTERS) throw new RangeError('The state of a browser session is too long.');
        records.delete(cookieHash);
        makeRoom();
        records.set(cookieHash, { state, expiresAtMs: expiresAt.getTime() });
      }),
    destroy: cookieHash => inOneStep(() => void records.delete(cookieHash)),
    purge: () => {
      for (const [key, record] of records) if (record.expiresAtMs <= now()) records.delete(key);
    },
  };
}
