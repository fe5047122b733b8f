/** Clocks of two machines may differ by this much without anybody having set one wrong. */
const TOLERATED_MS = 60_000;

/**
 * Whether the clock that sessions are reckoned by goes with this machine's, and what follows where it does not, for operators.
 *
 * @param sessionMs milliseconds since the epoch; null: not known
 */
export function judgeSessionClock(
  sessionMs: number | null,
  machineMs: number,
): { readonly ok: boolean; readonly detail: string } {
  if (sessionMs === null) return { ok: true, detail: 'not known yet' };
  const aheadMs = sessionMs - machineMs;
  if (Math.abs(aheadMs) <= TOLERATED_MS) return { ok: true, detail: 'goes with this machine' };
  const length = formatLength(Math.abs(aheadMs));
  const detail =
    aheadMs > 0
      ? `session clock is ${length} ahead of this machine: one-day passwords end so much before 24:00, until all nodes are stopped and it is set right`
      : `session clock is ${length} behind this machine: one-day passwords end so much after 24:00, until the clock that is wrong is set`;
  return { ok: false, detail };
}

function formatLength(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
