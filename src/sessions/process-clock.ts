/** DESIGN §2: a greater difference between two looks is an event. */
const JUMP_MS = 2_000;

/**
 * The one clock of sessions in the process, milliseconds: it goes on as the monotonic clock does, and further where the
 * wall clock says that more time has passed (a machine that slept). It never stands still or goes back, so that a wall
 * clock set back cannot prolong a session.
 *
 * @param clocks milliseconds: the wall clock's since the epoch, the monotonic one's since whenever
 * @param onJump is told by how much the wall clock has jumped against the monotonic one; negative: back
 */
export function createSessionClock(
  onJump: (jumpMs: number) => void,
  clocks: { readonly wall: () => number; readonly monotonic: () => number },
): () => number {
  let last = clocks.wall();
  let lastWall = last;
  let lastMonotonic = clocks.monotonic();
  return () => {
    const [wall, monotonic] = [clocks.wall(), clocks.monotonic()];
    const passedMs = monotonic - lastMonotonic;
    const jumpMs = wall - lastWall - passedMs;
    last = Math.max(last + passedMs, wall);
    [lastWall, lastMonotonic] = [wall, monotonic];
    if (Math.abs(jumpMs) > JUMP_MS) onJump(jumpMs);
    return last;
  };
}
