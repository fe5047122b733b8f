import type { Session } from '../../sessions/session.ts';
import type { LiveRecord } from './live-record.ts';

/** Half a megabyte. Of all sessions that stand it would be too much. */
const MOST = 1_000;

/** Sessions as they were asked for lately: the same object each time, so that others can keep what follows from it. */
export class WrittenSessions {
  readonly #written = new Map<LiveRecord, Session>();

  of(record: LiveRecord): Session {
    const known = this.#written.get(record);
    if (known !== undefined) return known;
    if (this.#written.size >= MOST) this.#written.clear();
    const session = record.toSession();
    this.#written.set(record, session);
    return session;
  }

  forget(record: LiveRecord): void {
    this.#written.delete(record);
  }
}
