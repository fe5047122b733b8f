import { describe, expect, test } from 'vitest';
import { findActive, planRotation, stateOf, type AssertionKey } from '../../src/http-fields/assertion-keys.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);

function key(kid: string, signsFromS: number, untilS: number | null = null, madeS = 0): AssertionKey {
  const publishedUntil = untilS === null ? null : at(untilS);
  return { kid, madeAt: at(madeS), signsFrom: at(signsFromS), publishedUntil };
}

describe('which key signs', () => {
  const keys = [key('first', -1000, 840), key('next', 360)];
  test.each([
    [0, ['active', 'prepared']],
    [359, ['active', 'prepared']],
    [360, ['retired', 'active']],
    [839, ['retired', 'active']],
    [840, ['gone', 'active']],
  ])('after %i s: %j', (seconds, states) => {
    expect(keys.map(each => stateOf(each, keys, at(seconds)))).toEqual(states);
  });

  test('none, where all are gone or to come', () => {
    expect(findActive([], at(0))).toBeUndefined();
    expect(findActive([key('gone', -10, 0), key('next', 1)], at(0))).toBeUndefined();
  });

  test('of two nodes whose clocks differ by a minute, each finds the key of the other published', () => {
    for (let seconds = 0; seconds < 1000; seconds += 5) {
      const others = findActive(keys, at(seconds + 60))!;
      expect(stateOf(others, keys, at(seconds))).not.toBe('gone');
    }
  });
});

describe('a rotation', () => {
  const current = key('current', -1000, null, -1000);

  test('publishes the next key for max-age and a minute before it signs, and the one before for what it has signed', () => {
    const plan = planRotation([current], at(0), 'planned');
    expect(plan).toEqual({ ok: true, signsFrom: at(360), othersUntil: at(360 + 480) });
  });

  test('begins at once where no key is published', () => {
    expect(planRotation([], at(0), 'planned')).toMatchObject({ ok: true, signsFrom: at(0) });
    expect(planRotation([key('gone', -10, -1)], at(0), 'first')).toMatchObject({ ok: true, signsFrom: at(0) });
  });

  test('in an emergency leaves no other key a moment, the one that is prepared neither', () => {
    const keys = [key('current', -1000, 840), key('next', 360)];
    expect(planRotation(keys, at(10), 'at-once')).toEqual({ ok: true, signsFrom: at(10), othersUntil: at(10) });
  });

  test('is refused while one is under way, and for the first key where there is one', () => {
    const next = key('next', 360);
    const keys = [key('current', -1000, 840), next];
    expect(planRotation(keys, at(10), 'planned')).toEqual({
      ok: false,
      failure: { code: 'rotation-under-way', next },
    });
    expect(planRotation(keys, at(10), 'first')).toEqual({ ok: false, failure: { code: 'key-exists' } });
  });

  test.each(['planned', 'at-once'] as const)('by a clock that is behind is refused (%s): no key would sign', kind => {
    const newest = key('current', 100, null, 61);
    expect(planRotation([newest], at(0), kind)).toEqual({ ok: false, failure: { code: 'clock-behind', newest } });
    expect(planRotation([key('current', -1, null, 60)], at(0), kind)).toMatchObject({ ok: true });
  });
});
