// Taiwan has no daylight saving.
const TAIPEI_OFFSET_MS = 8 * 3_600_000;

/** `2026-11-22T21:30:00`, what clocks in Taipei show at this instant. */
export function taipeiTime(at: Date): string {
  return new Date(at.getTime() + TAIPEI_OFFSET_MS).toISOString().slice(0, 19);
}
