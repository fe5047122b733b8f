import { describe, expect, test } from 'vitest';
import { Http2Budget } from '../../src/gateway/http2-budget.ts';

const QUIET = { requests: 0, openStreams: 0, contentBytes: 0, sentBytes: 0 };

describe('what a connection of HTTP/2 may cost', () => {
  test('200 requests cut short at once, then ten a second', () => {
    const budget = new Http2Budget(0);
    for (let index = 0; index < 200; index += 1) expect(budget.takeCutShort(0)).toBe(true);
    expect(budget.takeCutShort(0)).toBe(false);
    const later = new Http2Budget(0);
    for (let second = 0; second < 600; second += 1) {
      for (let index = 0; index < 10; index += 1) expect(later.takeCutShort(second * 1_000)).toBe(true);
    }
  });

  test('bytes that serve no request: a little at first and by the second, more by requests, content and answers', () => {
    const budget = new Http2Budget(0);
    const spends = (received: number, progress: Partial<typeof QUIET> = {}, nowMs = 0) =>
      budget.isOverspent({ ...QUIET, ...progress, receivedBytes: received }, 1_000, nowMs);
    expect([spends(60_000), spends(70_000)]).toEqual([false, true]);
    expect([spends(70_000, {}, 10_000), spends(80_000, {}, 10_000)]).toEqual([false, true]);
    expect([spends(70_000, { requests: 1 }), spends(90_000, { requests: 1 })]).toEqual([false, true]);
    expect([spends(1_000_000, { contentBytes: 990_000 }), spends(1_000_000, { openStreams: 900 })]).toEqual([
      false,
      true,
    ]);
    expect([spends(1_000_000, { sentBytes: 8_000_000 }), spends(1_000_000, { sentBytes: 800_000 })]).toEqual([
      false,
      true,
    ]);
  });
});
