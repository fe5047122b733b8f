import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTaipeiTime, taipeiDayOf, toTaipeiIso } from '../../src/calendar/taipei-day.ts';

describe('days and times in Taipei (DESIGN rule 6)', () => {
  test.each([
    ['2026-03-01T15:59:59.999Z', '2026-03-01', '2026-03-01 23:59:59', '2026-03-01T23:59:59+08:00'],
    ['2026-03-01T16:00:00.000Z', '2026-03-02', '2026-03-02 00:00:00', '2026-03-02T00:00:00+08:00'],
    ['2026-12-31T16:00:00.000Z', '2027-01-01', '2027-01-01 00:00:00', '2027-01-01T00:00:00+08:00'],
    ['2028-02-28T16:00:00.000Z', '2028-02-29', '2028-02-29 00:00:00', '2028-02-29T00:00:00+08:00'],
  ])('%s', (instant, day, time, iso) => {
    expect(taipeiDayOf(new Date(instant))).toBe(day);
    expect(formatTaipeiTime(new Date(instant))).toBe(time);
    expect(toTaipeiIso(new Date(instant))).toBe(iso);
  });

  // Daylight saving ended in Taiwan in 1979; what the gateway dates is later.
  const instant = fc.date({
    min: new Date('1980-01-01T00:00:00Z'),
    max: new Date('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  });

  test('agree with the zone data of the platform', () => {
    const platform = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Taipei',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    fc.assert(
      fc.property(instant, date => {
        expect(formatTaipeiTime(date)).toBe(platform.format(date));
      }),
    );
  });

  test('days compare as text as their instants do', () => {
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const [earlier, later] = one <= other ? [one, other] : [other, one];
        expect(taipeiDayOf(earlier) <= taipeiDayOf(later)).toBe(true);
      }),
    );
  });

  test('the written instant is the same instant, to the second', () => {
    fc.assert(
      fc.property(instant, date => {
        expect(new Date(toTaipeiIso(date)).getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  test.each(['UTC', 'Asia/Taipei', 'America/New_York', 'Pacific/Kiritimati'])(
    'midnight is where it is on a server in %s (D1-148)',
    zone => {
      const module_ = fileURLToPath(new URL('../../src/calendar/taipei-day.ts', import.meta.url));
      const program = `import { taipeiDayOf } from ${JSON.stringify(module_)};
        console.log(taipeiDayOf(new Date('2026-03-01T15:59:59Z')), taipeiDayOf(new Date('2026-03-01T16:00:00Z')));`;
      const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      });
      expect(printed.trim()).toBe('2026-03-01 2026-03-02');
    },
  );
});
