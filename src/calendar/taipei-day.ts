/** A calendar day in Asia/Taipei, written `YYYY-MM-DD`; compares correctly as a string. */
export type TaipeiDay = string;

// Taiwan has kept UTC+8 without daylight saving since 1980, so the offset is a constant and no zone data is needed.
const TAIPEI_OFFSET_MS = 8 * 3_600_000;

const DAY_MS = 24 * 3_600_000;

/** The day that was asked for last: one in thousands of requests asks for another. */
let latest: { readonly number: number; readonly day: TaipeiDay } | undefined;

/** The Taipei day that contains `instant`, whatever the server's own zone. */
export function taipeiDayOf(instant: Date): TaipeiDay {
  const inTaipeiMs = instant.getTime() + TAIPEI_OFFSET_MS;
  const number = Math.floor(inTaipeiMs / DAY_MS);
  if (latest?.number !== number) latest = { number, day: new Date(inTaipeiMs).toISOString().slice(0, 10) };
  return latest.day;
}

/** `YYYY-MM-DD HH:MM:SS` in Taipei; pages say the zone once. */
export function formatTaipeiTime(instant: Date): string {
  return new Date(instant.getTime() + TAIPEI_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** ISO 8601 with the Taipei offset, for `<time datetime>`. */
export function toTaipeiIso(instant: Date): string {
  return `${new Date(instant.getTime() + TAIPEI_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** The first instant of a Taipei day. */
export function startOfTaipeiDay(day: TaipeiDay): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - TAIPEI_OFFSET_MS);
}

/** Monday to Friday; public holidays are not known here. */
export function isWeekday(day: TaipeiDay): boolean {
  return ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}

/** Whole minutes since midnight in Taipei, 0 to 1439. */
export function minuteOfTaipeiDay(instant: Date): number {
  const inTaipei = new Date(instant.getTime() + TAIPEI_OFFSET_MS);
  return inTaipei.getUTCHours() * 60 + inTaipei.getUTCMinutes();
}
