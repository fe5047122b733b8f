import { describe, expect, test } from 'vitest';
import { createSessionClock } from '../../src/sessions/process-clock.ts';

function start() {
  const at = { wall: 1_000_000, monotonic: 5 };
  const jumps: number[] = [];
  const now = createSessionClock(jumpMs => jumps.push(Math.round(jumpMs)), {
    wall: () => at.wall,
    monotonic: () => at.monotonic,
  });
  const pass = (milliseconds: number) => {
    at.wall += milliseconds;
    at.monotonic += milliseconds;
  };
  return { at, jumps, now, pass };
}

describe('the clock of sessions in the process', () => {
  test('goes as both clocks go', () => {
    const { jumps, now, pass } = start();
    pass(5_000);
    expect(now()).toBe(1_005_000);
    expect(jumps).toEqual([]);
  });

  test('a wall clock set back by an hour prolongs nothing, and is told once', () => {
    const { at, jumps, now, pass } = start();
    at.wall -= 3_600_000;
    expect(now()).toBe(1_000_000);
    pass(10_000);
    expect(now()).toBe(1_010_000);
    expect(jumps).toEqual([-3_600_000]);
  });

  test('a wall clock set forward, or a machine that slept, moves it on, and back again does not', () => {
    const { at, jumps, now, pass } = start();
    at.wall += 3_600_000;
    expect(now()).toBe(4_600_000);
    at.wall -= 3_600_000;
    pass(1_000);
    expect(now()).toBe(4_601_000);
    expect(jumps).toEqual([3_600_000, -3_600_000]);
  });

  test('a clock that is being set right by less than two seconds is no jump', () => {
    const { at, jumps, now } = start();
    at.wall += 2_000;
    now();
    at.wall -= 1_999;
    now();
    expect(jumps).toEqual([]);
  });
});
