import { describe, expect, it } from 'vitest';
import { failureOfCodes } from '../../../src/web/islands/component-codes.ts';
import { isPinInDoubt } from '../../../src/web/islands/pin-doubt.ts';

describe('whether the card may have counted a PIN (D1-130)', () => {
  it.each([
    ['cancelled by the person', 0x76000999, true],
    ['the component gave up waiting', 0x7600000d, true],
    ['no key found, looked for after the login', 0x7610000d, true],
    ['a refused login without a known reason', 0x76100006, true],
    ['a code that nobody knows', 0x12345678, true],
    ['no reader', 0x76100003, false],
    ['no card', 0x76000006, false],
    ['a site that is not trusted', 0x7600000f, false],
    ['the library of the card missing', 0x76100001, false],
    ['a signature that failed after the login', 0x76300004, false],
  ])('%s', (_case, retCode, isInDoubt) => {
    expect(isPinInDoubt(failureOfCodes(retCode, 0))).toBe(isInDoubt);
  });

  it('not where the card itself said what it made of the PIN', () => {
    for (const lastError of [0xa0, 0xa2, 0xa4, 0x80000001]) {
      expect(isPinInDoubt(failureOfCodes(0x76100006, lastError))).toBe(false);
    }
  });
});
