import type { HealthCheck } from './cli/command.ts';

/** Clocks of two machines may differ by this much without anybody having set one wrong. */
const TOLERATED_MS = 60_000;

/**
 * Whether the clock that sessions are reckoned by goes with this machine's. It never goes back: after a clock that ran
 * ahead was set right, sessions that are over at 24:00 end early by what it is ahead.
 *
 * @param sessionMs milliseconds since the epoch; null: not known
 */
export function checkSessionClock(sessionMs: number | null, machineMs: number): HealthCheck {
  const name = 'session clock';
  if (sessionMs === null) return { name, ok: true, detail: 'not known yet' };
  const aheadMs = sessionMs - machineMs;
  const length = formatLength(Math.abs(aheadMs));
  if (aheadMs > TOLERATED_MS) {
    const detail = `is ${length} ahead of this machine: sessions by one-day password end so much before 24:00`;
    return { name, ok: false, detail: `${detail}; set right by stopping all nodes (notes on several nodes)` };
  }
  if (aheadMs < -TOLERATED_MS) {
    const detail = `is ${length} behind this machine: sessions by one-day password end so much after 24:00`;
    return { name, ok: false, detail: `${detail}; set the clock of the machine that is wrong` };
  }
  return { name, ok: true, detail: 'goes with this machine' };
}

function formatLength(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
