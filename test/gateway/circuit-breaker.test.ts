import { beforeEach, describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../src/gateway/upstreams/circuit-breaker.ts';

let breaker: CircuitBreaker;

beforeEach(() => {
  breaker = new CircuitBreaker();
});

function failTimes(times: number, nowMs: number): void {
  for (let count = 0; count < times; count += 1) breaker.failed(nowMs);
}

describe('a server that fails', () => {
  test('is left alone after five failures in a row, for a second', () => {
    failTimes(4, 0);
    expect(breaker.admits(0)).toBe(true);
    failTimes(1, 100);
    expect([breaker.state, breaker.admits(100), breaker.admits(1_099)]).toEqual(['open', false, false]);
    expect(breaker.pauseLeftMs(400)).toBe(700);
    expect(breaker.admits(1_100)).toBe(true);
  });

  test('is not where an answer has come in between', () => {
    failTimes(4, 0);
    breaker.succeeded();
    failTimes(4, 0);
    expect(breaker.state).toBe('closed');
  });

  test('is tried by one request, and by another two seconds later if that has not been answered', () => {
    failTimes(5, 0);
    breaker.begin(1_000);
    expect([breaker.state, breaker.admits(1_000), breaker.admits(2_999)]).toEqual(['half-open', false, false]);
    expect(breaker.admits(3_000)).toBe(true);
    breaker.begin(3_000);
    breaker.succeeded();
    expect([breaker.state, breaker.admits(3_000)]).toEqual(['closed', true]);
    // The first is over at last; one failure is none.
    breaker.failed(30_000);
    expect(breaker.state).toBe('closed');
  });

  test('is tried at once by the next, where one that tried ended without telling anything', () => {
    failTimes(5, 0);
    breaker.begin(1_000);
    breaker.abandoned();
    expect([breaker.state, breaker.admits(1_001)]).toEqual(['open', true]);
  });

  test('is left alone for twice as long after each trial that fails, up to half a minute; and for a second again once it has answered', () => {
    failTimes(5, 0);
    let nowMs = 0;
    const pauses: number[] = [];
    for (let trial = 0; trial < 7; trial += 1) {
      nowMs += breaker.pauseLeftMs(nowMs);
      breaker.begin(nowMs);
      breaker.failed(nowMs);
      pauses.push(breaker.pauseLeftMs(nowMs));
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    breaker.succeeded();
    failTimes(5, nowMs);
    expect(breaker.pauseLeftMs(nowMs)).toBe(1_000);
  });

  test('is left alone at once where it is found to say nothing at all', () => {
    breaker.failed(0, true);
    expect([breaker.state, breaker.pauseLeftMs(0)]).toEqual(['open', 1_000]);
  });

  test('that fails many requests at once is left alone for one pause, not for many', () => {
    failTimes(30, 0);
    expect(breaker.pauseLeftMs(0)).toBe(1_000);
  });
});
