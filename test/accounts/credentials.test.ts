import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPending, judgeActivation, judgeInitialSecret, type ActivationFacts } from '../../src/accounts/activation.ts';
import { decoySubject, normaliseLoginName } from '../../src/accounts/attempt-subject.ts';
import { matchHolder } from '../../src/accounts/holder-match.ts';
import { isUsedOften, judgeOneDayPassword } from '../../src/accounts/one-day-password.ts';
import { composeSecret, normaliseSecret, SECRET_BYTES } from '../../src/accounts/one-time-secret.ts';

describe('a one-time secret (D1-122)', () => {
  test('is sixteen unambiguous letters in groups, and comes back however it is typed', () => {
    const bytes = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES });
    fc.assert(
      fc.property(bytes, random => {
        const secret = composeSecret(random);
        expect(secret).toMatch(/^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){3}$/);
        expect(normaliseSecret(` ${secret.toLowerCase().replaceAll('-', ' ')} `)).toBe(secret);
      }),
    );
  });

  test('every bit of the randomness counts', () => {
    const zero = composeSecret(new Uint8Array(SECRET_BYTES));
    for (let bit = 0; bit < 8 * SECRET_BYTES; bit += 1) {
      const random = new Uint8Array(SECRET_BYTES);
      random[bit >> 3] = 1 << (bit & 7);
      expect(composeSecret(random)).not.toBe(zero);
    }
  });

  test.each(['', 'ABCD', 'ABCD-EFGH-JKLM-NPQ', 'ABCD-EFGH-JKLM-NPQRS', 'OOOO-1111-0000-IIII', 'x'.repeat(9_999)])(
    '%j is none',
    text => {
      expect(normaliseSecret(text)).toBeUndefined();
    },
  );

  test('its seven days end exactly', () => {
    const expiresAt = new Date(1_000);
    expect(judgeInitialSecret({ expiresAt }, new Date(999))).toBeNull();
    expect(judgeInitialSecret({ expiresAt }, new Date(1_000))).toBe('secret-expired');
    expect(judgeInitialSecret(undefined, new Date(0))).toBe('secret-unknown');
  });
});

describe('the steps of activation (D1-120, D1-121)', () => {
  const NOTHING: ActivationFacts = {
    state: 'pending-activation',
    hasPassword: false,
    hasAcknowledged: false,
    isCardWaiting: false,
  };

  test.each([
    [{}, { kind: 'step', step: 'password' }],
    [{ hasAcknowledged: true }, { kind: 'step', step: 'password' }],
    [{ hasPassword: true }, { kind: 'step', step: 'rules' }],
    [
      { hasPassword: true, isCardWaiting: true },
      { kind: 'step', step: 'rules' },
    ],
    [
      { hasPassword: true, hasAcknowledged: true },
      { kind: 'step', step: 'certificate' },
    ],
    [{ hasPassword: true, hasAcknowledged: true, isCardWaiting: true }, { kind: 'waiting-for-registrar' }],
    [{ state: 'active', hasPassword: true, hasAcknowledged: true }, { kind: 'done' }],
    [{ state: 'active' }, { kind: 'step', step: 'password' }],
    [{ state: 'suspended', hasPassword: true }, { kind: 'closed' }],
    [{ state: 'deleted' }, { kind: 'closed' }],
  ] as const)('%j → %j', (facts, stand) => {
    expect(judgeActivation({ ...NOTHING, ...facts })).toEqual(stand);
  });

  test('only the pending step may be taken; while a card waits, another card', () => {
    expect(isPending({ kind: 'step', step: 'rules' }, 'rules')).toBe(true);
    expect(isPending({ kind: 'step', step: 'rules' }, 'certificate')).toBe(false);
    expect(isPending({ kind: 'waiting-for-registrar' }, 'certificate')).toBe(true);
    expect(isPending({ kind: 'waiting-for-registrar' }, 'password')).toBe(false);
    expect(isPending({ kind: 'done' }, 'certificate')).toBe(false);
    expect(isPending({ kind: 'closed' }, 'password')).toBe(false);
  });
});

describe('whose card it is (D1-123)', () => {
  const person = { name: '示範員', idLastFour: '6789' };

  test.each([
    ['the same', person, 'matches', []],
    ['spaces, dots and width', { name: '示 範 員', idLastFour: '6789' }, 'matches', []],
    ['another name', { name: '示範他', idLastFour: '6789' }, 'must-be-confirmed', ['name-differs']],
    ['other four characters', { name: '示範員', idLastFour: '0000' }, 'must-be-confirmed', ['last-four-differs']],
    ['no four characters', { name: '示範員', idLastFour: null }, 'must-be-confirmed', ['last-four-absent']],
    ['nothing fits', { name: '示範他', idLastFour: '0000' }, 'another-person', ['name-differs', 'last-four-differs']],
    [
      'another name, no four',
      { name: '示範他', idLastFour: null },
      'another-person',
      ['name-differs', 'last-four-absent'],
    ],
    ['a rare character', { name: '示範\u{20BB7}', idLastFour: '6789' }, 'must-be-confirmed', ['name-not-comparable']],
    [
      'a private-use character',
      { name: '示範\uE000', idLastFour: '6789' },
      'must-be-confirmed',
      ['name-not-comparable'],
    ],
    ['a stand-in', { name: '示範？', idLastFour: '6789' }, 'must-be-confirmed', ['name-not-comparable']],
  ] as const)('%s', (_case, holder, kind, mismatches) => {
    const verdict = matchHolder(person, holder);
    expect(verdict.kind).toBe(kind);
    expect(verdict.kind === 'matches' ? [] : verdict.mismatches).toEqual(mismatches);
  });

  test('a private-use character proves nothing even where both have it', () => {
    const rare = { name: '示範\uE000', idLastFour: '6789' };
    expect(matchHolder(rare, rare).kind).toBe('must-be-confirmed');
  });
});

describe('a one-day password (D1-147)', () => {
  const password = { day: '2026-03-01', changedAt: null, replacedAt: null };

  test.each([
    ['2026-02-28', {}, null],
    ['2026-03-01', {}, 'change'],
    ['2026-03-01', { changedAt: new Date(0) }, 'login'],
    ['2026-03-01', { replacedAt: new Date(0) }, null],
    ['2026-03-02', {}, null],
    ['2026-03-02', { changedAt: new Date(0) }, null],
  ] as const)('on %s, %j: %s', (today, changes, step) => {
    expect(judgeOneDayPassword({ ...password, ...changes }, today)).toBe(step);
  });

  test('none is good for nothing', () => {
    expect(judgeOneDayPassword(undefined, '2026-03-01')).toBeNull();
  });

  test('D1-152 three used days within thirty are often; the thirty-first day back does not count', () => {
    expect(isUsedOften(['2026-03-30', '2026-03-15', '2026-03-01'], '2026-03-30')).toBe(true);
    expect(isUsedOften(['2026-03-30', '2026-03-15', '2026-02-28'], '2026-03-30')).toBe(false);
    expect(isUsedOften(['2026-03-30', '2026-03-30', '2026-03-30'], '2026-03-30')).toBe(false);
    expect(isUsedOften(['2026-03-31', '2026-03-15', '2026-03-01'], '2026-03-30')).toBe(false);
  });
});

describe('whom attempts are counted for', () => {
  test.each([
    ['demo.clerk', 'demo.clerk'],
    [' DEMO.Clerk ', 'demo.clerk'],
    ['ｄｅｍｏ．ｃｌｅｒｋ', 'demo.clerk'],
    ['demo clerk', 'democlerk'],
    ['示範', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%j is %j', (typed, name) => {
    expect(normaliseLoginName(typed)).toBe(name);
  });

  test('names that nobody has share 256 counters, none of them a person', () => {
    const subjects = new Set(Array.from({ length: 5_000 }, (_, number) => decoySubject(`guess${number}`)));
    expect(subjects.size).toBeLessThanOrEqual(256);
    for (const subject of subjects) expect(subject).toMatch(/^00000000-0000-4000-8000-0000000000[0-9a-f]{2}$/);
  });
});
