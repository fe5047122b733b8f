import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACCOUNT_STATES,
  canBecome,
  isLoginName,
  judgeAccountState,
  stateAfterSuspension,
} from '../../src/accounts/account.ts';

describe('the state of an account at a login (D1-081)', () => {
  test.each([
    ['active', null],
    ['pending-activation', 'account-pending-activation'],
    ['suspended', 'account-suspended'],
    ['deleted', 'account-deleted'],
  ] as const)('%s → %s', (state, code) => {
    expect(judgeAccountState({ id: 'the-account', state })).toEqual(code && { code, accountId: 'the-account' });
  });

  test('only one state lets in', () => {
    expect(ACCOUNT_STATES.filter(state => judgeAccountState({ id: 'id', state }) === null)).toEqual(['active']);
  });
});

describe('changes of state', () => {
  const allowed = new Set([
    'pending-activation → active',
    'pending-activation → suspended',
    'pending-activation → deleted',
    'active → suspended',
    'active → deleted',
    'suspended → active',
    'suspended → pending-activation',
    'suspended → deleted',
  ]);
  const every = ACCOUNT_STATES.flatMap(from => ACCOUNT_STATES.map(to => [from, to] as const));

  test.each(every)('%s → %s', (from, to) => {
    expect(canBecome(from, to)).toBe(allowed.has(`${from} → ${to}`));
  });

  test('D1-089 a suspension leads back to where it began: without a card ever, to the first activation', () => {
    expect(stateAfterSuspension(true)).toBe('active');
    expect(stateAfterSuspension(false)).toBe('pending-activation');
  });

  test('nothing comes back from deleted: its `sub` is never used again', () => {
    expect(ACCOUNT_STATES.some(to => canBecome('deleted', to))).toBe(false);
  });
});

describe('a login name', () => {
  test.each(['abc', 'a.b', '0-1_2', 'x'.repeat(32)])('%s may be one', text => {
    expect(isLoginName(text)).toBe(true);
  });

  test.each([
    ['too short', 'ab'],
    ['too long', 'x'.repeat(33)],
    ['upper case', 'Abc'],
    ['a leading dot', '.abc'],
    ['a leading hyphen', '-abc'],
    ['Chinese', '王小明'],
    ['full-width letters', 'ａｂｃ'],
    ['a line break at its end', 'abc\n'],
    ['a comma, which separates field values', 'a,b'],
    ['nothing', ''],
  ])('%s is none', (_defect, text) => {
    expect(isLoginName(text)).toBe(false);
  });

  test('with any other character in it is none: it always fits an HTTP field as it is', () => {
    const other = fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit));
    fc.assert(
      fc.property(fc.nat({ max: 9 }), other, (index, unit) => {
        const text = `${'a'.repeat(index)}${unit}${'a'.repeat(9 - index)}`;
        const isAllowed = index === 0 ? /^[a-z0-9]$/.test(unit) : /^[a-z0-9._-]$/.test(unit);
        expect(isLoginName(text)).toBe(isAllowed);
      }),
    );
  });
});
