import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, addMonths, isTaipeiDay, overFrom } from '../../src/calendar/months.ts';
import { formatRocDay } from '../../src/calendar/roc-date.ts';

const day = fc
  .date({ min: new Date('1912-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10));

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2024-01-31', 1, '2024-02-29'],
  ['2026-11-30', 3, '2027-02-28'],
  ['2026-08-22', 3, '2026-11-22'],
  ['2026-03-31', -1, '2026-02-28'],
  ['2026-01-15', -1, '2025-12-15'],
])('D1-100 %s and %i months is %s, clamped to the month', (from, months, to) => {
  expect(addMonths(from, months)).toBe(to);
});

test.each([
  ['2026-08-22', '2026-11-23'],
  ['2026-01-31', '2026-05-01'],
  ['2025-11-30', '2026-03-01'],
  ['2023-11-30', '2024-03-01'],
])('D1-100 three months since %s are over from %s', (since, from) => {
  expect(overFrom(since, 3)).toBe(from);
});

test('months never leave the month they lead to, and keep the order of days', () => {
  fc.assert(
    fc.property(day, day, fc.integer({ min: -600, max: 600 }), (a, b, months) => {
      const moved = addMonths(a, months);
      expect(isTaipeiDay(moved)).toBe(true);
      const count = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
      expect(count(moved) - count(a)).toBe(months);
      expect(Number(moved.slice(8))).toBeLessThanOrEqual(Number(a.slice(8)));
      if (a <= b) expect(moved <= addMonths(b, months)).toBe(true);
    }),
  );
});

test('three months are never over within them, and always the day after', () => {
  fc.assert(
    fc.property(day, since => {
      const from = overFrom(since, 3);
      expect(addDays(from, -1)).toBe(addMonths(since, 3));
      expect(from > addMonths(since, 3)).toBe(true);
    }),
  );
});

test('days are added across every month', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -4_000, max: 4_000 }), (from, days) => {
      expect(addDays(addDays(from, days), -days)).toBe(from);
    }),
  );
});

test.each(['2026-02-29', '2026-13-01', '2026-00-10', '0000-01-01', '2026-1-1', '２０２６-01-01', '2026-01-01 ', ''])(
  '"%s" is no day',
  text => {
    expect(isTaipeiDay(text)).toBe(false);
  },
);

test('forms write days of the Republic', () => {
  expect(formatRocDay('2026-11-22')).toBe('民國115年11月22日');
  expect(formatRocDay('1912-01-01')).toBe('民國1年1月1日');
  expect(() => formatRocDay('1911-12-31')).toThrow(RangeError);
});
