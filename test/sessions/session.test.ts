import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeExpiry, mayDecide } from '../../src/sessions/session.ts';

const HOUR = 3_600_000;
const LIMITS = { idleMs: 4 * HOUR, lifetimeMs: 12 * HOUR };

describe('four hours idle (D1-098, decision E4)', () => {
  test.each([
    ['0:00:00', 0, null],
    ['3:59:59', 4 * HOUR - 1_000, null],
    ['4:00:00', 4 * HOUR, null],
    ['4:00:00.001', 4 * HOUR + 1, 'idle'],
    ['4:00:01', 4 * HOUR + 1_000, 'idle'],
  ] as const)('after %s of it: %s ms → %s', (_time, idleMs, verdict) => {
    const lastActivityMs = 7 * HOUR;
    expect(
      judgeExpiry({ endsAtMs: null, openedMs: lastActivityMs, lastActivityMs, nowMs: lastActivityMs + idleMs }, LIMITS),
    ).toBe(verdict);
  });
});

describe('the lifetime, however active', () => {
  test.each([
    ['just before', 12 * HOUR - 1, null],
    ['at its last instant', 12 * HOUR, null],
    ['past it', 12 * HOUR + 1, 'lifetime'],
  ] as const)('%s', (_moment, ageMs, verdict) => {
    expect(judgeExpiry({ endsAtMs: null, openedMs: 0, lastActivityMs: ageMs, nowMs: ageMs }, LIMITS)).toBe(verdict);
  });

  test('is named where both limits are past', () => {
    expect(judgeExpiry({ endsAtMs: null, openedMs: 0, lastActivityMs: 0, nowMs: 13 * HOUR }, LIMITS)).toBe('lifetime');
  });
});

test('what is over stays over while time goes on', () => {
  const instant = fc.integer({ min: 0, max: 48 * HOUR });
  fc.assert(
    fc.property(instant, instant, instant, instant, (openedMs, activeMs, waitMs, moreMs) => {
      const lastActivityMs = openedMs + activeMs;
      const nowMs = lastActivityMs + waitMs;
      const verdict = judgeExpiry({ endsAtMs: null, openedMs, lastActivityMs, nowMs }, LIMITS);
      const later = judgeExpiry({ endsAtMs: null, openedMs, lastActivityMs, nowMs: nowMs + moreMs }, LIMITS);
      if (verdict !== null) expect(later).not.toBeNull();
    }),
  );
});

describe('a session of one day (D1-148, decision E8)', () => {
  test.each([
    ['23:59:59.999', 24 * HOUR - 1, null],
    ['24:00:00', 24 * HOUR, 'day-over'],
    ['0:00:01 of the next day', 24 * HOUR + 1_000, 'day-over'],
  ] as const)('at %s', (_time, nowMs, verdict) => {
    const openedMs = 20 * HOUR;
    expect(judgeExpiry({ openedMs, lastActivityMs: nowMs, endsAtMs: 24 * HOUR, nowMs }, LIMITS)).toBe(verdict);
  });

  test('may not decide anything; one by card may (DESIGN §5.7)', () => {
    expect(mayDecide({ method: 'one-day-password' })).toBe(false);
    expect(mayDecide({ method: 'card' })).toBe(true);
  });
});
