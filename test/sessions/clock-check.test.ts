import { describe, expect, test } from 'vitest';
import { judgeSessionClock } from '../../src/sessions/clock-check.ts';

const NOW = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the clock of sessions beside that of this machine', () => {
  test.each([
    ['the same', 0],
    ['a minute ahead', MINUTE],
    ['a minute behind', -MINUTE],
  ])('%s is as it should be', (_name, aheadMs) => {
    expect(judgeSessionClock(NOW + aheadMs, NOW)).toEqual({ ok: true, detail: 'goes with this machine' });
  });

  test.each([
    [MINUTE + 1, 'session clock is 1 min ahead of this machine'],
    [59 * MINUTE, 'session clock is 59 min ahead of this machine'],
    [3 * HOUR + 20 * MINUTE, 'session clock is 3 h 20 min ahead of this machine'],
    [-2 * HOUR, 'session clock is 2 h 0 min behind this machine'],
  ])('%i ms: %s', (aheadMs, detail) => {
    const check = judgeSessionClock(NOW + aheadMs, NOW);
    expect([check.ok, check.detail.slice(0, detail.length)]).toEqual([false, detail]);
  });

  test('one that has not been told yet says nothing', () => {
    expect(judgeSessionClock(null, NOW)).toEqual({ ok: true, detail: 'not known yet' });
  });
});
