import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StoreClock } from '../../src/sessions/store-clock.ts';

/** An answer given at `atMs` of the node's clock, after `delayMs` on the way there and before `backMs` on the way back. */
function answer(atMs: number, offsetMs: number, delayMs = 1, backMs = 1, nowMs = atMs + offsetMs) {
  return { sentMs: atMs - delayMs, receivedMs: atMs + backMs, toldMs: atMs + offsetMs, nowMs };
}

describe('what a node knows of the store’s clock', () => {
  test('is nothing at first', () => {
    expect(new StoreClock().reckon(5_000)).toBe(0);
  });

  test('goes on by the node’s own clock from the last answer, and never claims more than has passed', () => {
    const clock = new StoreClock();
    expect(clock.observe(answer(1_000, 500_000, 3, 5))).toBe(0);
    expect(clock.reckon(1_005)).toBe(501_000);
    // 10 s on; two clocks may drift apart by 10 ms in that time.
    expect(clock.reckon(11_005)).toBe(510_990);
  });

  test('whole milliseconds', () => {
    const clock = new StoreClock();
    clock.observe(answer(1_000.25, 500_000.5));
    expect(Number.isInteger(clock.reckon(1_234.75))).toBe(true);
  });

  test('answers within drift and slowness are no jump, whatever their order', () => {
    const path = fc.array(
      fc.record({
        passedMs: fc.integer({ min: 0, max: 60_000 }),
        delayMs: fc.integer({ min: 0, max: 30_000 }),
        backMs: fc.integer({ min: 0, max: 30_000 }),
      }),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(path, fc.integer({ min: -1_000, max: 1_000 }), (steps, driftPpm) => {
        const clock = new StoreClock();
        let atMs = 100_000;
        for (const { passedMs, delayMs, backMs } of steps) {
          atMs += passedMs + delayMs;
          const toldMs = 1e12 + atMs * (1 + driftPpm / 1e6);
          const reckonedMs = clock.reckon(atMs - delayMs);
          // What is reckoned is never ahead of the store by more than drift explains.
          expect(reckonedMs).toBeLessThanOrEqual(toldMs + 1);
          const nowMs = Math.max(toldMs, reckonedMs);
          expect(clock.observe({ sentMs: atMs - delayMs, receivedMs: atMs + backMs, toldMs, nowMs })).toBe(0);
          atMs += backMs;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a jump of the store’s clock', () => {
  test.each([
    ['forward by 2.5 s', 2_500, 2_498],
    ['forward by an hour', 3_600_000, 3_599_998],
    ['back by 2.5 s', -2_500, -2_498],
    ['back by an hour', -3_600_000, -3_599_998],
    ['forward by 1.9 s', 1_900, 0],
    ['back by 1.9 s', -1_900, 0],
  ])('%s', (_name, jumpMs, toldMs) => {
    const clock = new StoreClock();
    clock.observe(answer(1_000, 500_000));
    const reckoned = clock.reckon(1_099);
    const told = 1_100 + 500_000 + jumpMs;
    const seen = clock.observe(answer(1_100, 500_000 + jumpMs, 1, 1, Math.max(told, reckoned)));
    expect(Math.abs(seen - toldMs)).toBeLessThanOrEqual(1);
  });

  test.each([
    ['an hour', 3_600_000, -3_600_000],
    ['2,001 ms', 2_001, -2_001],
    ['2 s, which is none', 2_000, 0],
    ['nothing', 0, 0],
  ])('back by %s while no node was there to see it: told by the first answer, once', (_name, backMs, expected) => {
    const clock = new StoreClock();
    const told = 1_000 + 500_000;
    expect(clock.observe({ sentMs: 999, receivedMs: 1_001, toldMs: told, nowMs: told + backMs })).toBe(expected);
    // The store goes on from the later time.
    expect(clock.observe(answer(2_000, 500_000 + backMs))).toBe(0);
    expect(clock.reckon(3_000)).toBeGreaterThan(502_990 + backMs);
  });

  test('is told once, forward', () => {
    const clock = new StoreClock();
    clock.observe(answer(1_000, 500_000));
    expect(clock.observe(answer(2_000, 600_000))).toBeGreaterThan(99_000);
    expect(clock.observe(answer(3_000, 600_000))).toBe(0);
    expect(clock.reckon(4_000)).toBeGreaterThan(603_900);
  });

  test('back: what is reckoned goes on as if nothing had happened, until the store has caught up', () => {
    const clock = new StoreClock();
    clock.observe(answer(1_000, 500_000));
    const reckoned = clock.reckon(1_999);
    expect(clock.observe(answer(2_000, 400_000, 1, 1, reckoned))).toBeLessThan(-99_000);
    expect(clock.reckon(3_000)).toBeGreaterThan(502_990);
    // From now on the store's own time is moved on: no second jump.
    expect(clock.observe(answer(4_000, 499_998))).toBe(0);
  });

  test('that a slow answer hides is told with the next quick one', () => {
    const back = new StoreClock();
    back.observe(answer(1_000, 500_000));
    expect(back.observe(answer(9_000, 495_000, 8_000, 1))).toBe(0);
    expect(back.observe(answer(10_000, 495_000, 1, 1, back.reckon(9_999)))).toBeLessThan(-4_900);
    const forward = new StoreClock();
    forward.observe(answer(1_000, 500_000));
    expect(forward.observe(answer(9_000, 505_000, 1, 8_000))).toBe(0);
    expect(forward.observe(answer(18_000, 505_000))).toBeGreaterThan(4_900);
  });
});
