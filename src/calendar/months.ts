import type { TaipeiDay } from './taipei-day.ts';

/**
 * `day` so many calendar months later (or earlier, where `months` is negative): the same day of that month, or its last
 * day where it has none (DESIGN §5.6).
 *
 * @param months a whole number
 */
export function addMonths(day: TaipeiDay, months: number): TaipeiDay {
  const [year, month, date] = partsOf(day);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return write(first);
}

/** `day` so many days later, or earlier. */
export function addDays(day: TaipeiDay, days: number): TaipeiDay {
  const [year, month, date] = partsOf(day);
  return write(new Date(Date.UTC(year, month - 1, date + days)));
}

/**
 * The first day on which more than `months` calendar months have gone by since `day`: three months are complete on the
 * same day of the third month, and over from the next Taipei day (document 1, 五(十)).
 */
export function overFrom(day: TaipeiDay, months: number): TaipeiDay {
  return addDays(addMonths(day, months), 1);
}

/** Whether `text` is a day that exists, written `YYYY-MM-DD`. */
export function isTaipeiDay(text: string): text is TaipeiDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const [year, month, date] = partsOf(text);
  return year > 0 && write(new Date(Date.UTC(year, month - 1, date))) === text;
}

function partsOf(day: TaipeiDay): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

function write(day: Date): TaipeiDay {
  return day.toISOString().slice(0, 10);
}
