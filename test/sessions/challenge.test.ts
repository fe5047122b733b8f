import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeTbs, hashSecret, judgeChallenge, type Challenge } from '../../src/sessions/challenge.ts';

const expiresAt = new Date('2026-03-01T00:05:00Z');
const browserSessionHash = hashSecret('cookie');
const basis = {
  purpose: 'login',
  portal: 'portal.gateway.test:8443',
  nonce: new Uint8Array(16).fill(7),
  expiresAt,
  browserSessionHash,
} as const;

describe('the text that the card signs', () => {
  test('carries version, purpose, service, nonce, expiry and browser session', () => {
    const nonce = Buffer.from(basis.nonce).toString('base64url');
    const seconds = expiresAt.getTime() / 1000;
    expect(composeTbs(basis)).toBe(
      `moica-gw.v1.login.portal.gateway.test_8443.${nonce}.${seconds}.${browserSessionHash}`,
    );
  });

  test.each([
    ['purpose', { purpose: 'bind' }],
    ['portal', { portal: 'portal.gateway.test:443' }],
    ['nonce', { nonce: new Uint8Array(16).fill(8) }],
    ['expiry', { expiresAt: new Date(expiresAt.getTime() + 1_000) }],
    ['browser session', { browserSessionHash: hashSecret('another') }],
  ] as const)('is another one for another %s', (_part, change) => {
    expect(composeTbs({ ...basis, ...change })).not.toBe(composeTbs(basis));
  });

  test('is ASCII of [A-Za-z0-9._-] and at most 512 characters, or is not made', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ minLength: 16, maxLength: 400 }),
        (portal, nonce) => {
          let tbs;
          try {
            tbs = composeTbs({ ...basis, portal, nonce });
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          expect(tbs).toMatch(/^[A-Za-z0-9._-]{1,512}$/);
        },
      ),
    );
  });

  test('needs a nonce of 128 bits', () => {
    expect(() => composeTbs({ ...basis, nonce: new Uint8Array(15) })).toThrow(RangeError);
  });
});

describe('a challenge that comes back', () => {
  const challenge: Challenge = { id: 'id', purpose: 'login', tbs: composeTbs(basis), browserSessionHash, expiresAt };
  const expected = { purpose: 'login', browserSessionHash, now: expiresAt } as const;

  test('stands for its purpose and its browser, to its last instant', () => {
    expect(judgeChallenge(challenge, expected)).toBeNull();
  });

  test.each([
    ['that is not there', undefined, expected, { code: 'challenge-unknown' }],
    ['of another purpose', challenge, { ...expected, purpose: 'bind' }, { code: 'challenge-of-another-purpose' }],
    [
      'of another browser',
      challenge,
      { ...expected, browserSessionHash: hashSecret('another') },
      { code: 'challenge-of-another-session' },
    ],
    [
      'a millisecond after its time',
      challenge,
      { ...expected, now: new Date(expiresAt.getTime() + 1) },
      { code: 'challenge-expired', expiredAt: expiresAt },
    ],
  ] as const)('one %s is refused', (_defect, given, expectation, failure) => {
    expect(judgeChallenge(given, expectation)).toEqual(failure);
  });
});

test('a secret is held as its SHA-256, base64url', () => {
  expect(hashSecret('secret')).toBe(createHash('sha256').update('secret').digest('base64url'));
  expect(hashSecret('secret')).toHaveLength(43);
});
