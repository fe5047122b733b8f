import type { TaipeiDay } from './taipei-day.ts';

/**
 * A day as forms write it: `民國115年11月22日`.
 *
 * @throws RangeError before 1912: no form of ours is that old
 */
export function formatRocDay(day: TaipeiDay): string {
  const year = Number(day.slice(0, 4)) - 1911;
  if (!(year >= 1)) throw new RangeError(`${day} is before the first year of the Republic.`);
  return `民國${year}年${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
}
