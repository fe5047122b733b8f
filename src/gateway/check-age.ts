import type { SessionStore } from '../flows/ports/session-store.ts';

/** DESIGN §2: nothing begins later than this after its session was checked, however long the process was held up. */
const CHECK_GOOD_FOR_MS = 2_000;

/** While ends may go unheard, nobody would tell of one since the check; and that may stand on an answer kept for a second. */
const CHECK_GOOD_IN_DOUBT_MS = 1_000;

/**
 * Whether a session has to be checked again before anything rests on the check: a process that was held up meanwhile knows
 * nothing of what has ended.
 *
 * @param checkedMs when the check was begun, in milliseconds of `performance.now()`
 */
export function isCheckTooOld(
  sessions: Pick<SessionStore, 'isCurrent'>,
  checkedMs: number,
  nowMs = performance.now(),
): boolean {
  return nowMs - checkedMs > (sessions.isCurrent() ? CHECK_GOOD_FOR_MS : CHECK_GOOD_IN_DOUBT_MS);
}
