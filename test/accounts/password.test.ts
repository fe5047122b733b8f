import { describe, expect, test } from 'vitest';
import { judgeNewPassword, normalisePassword, PASSWORD_MAX } from '../../src/accounts/password.ts';

const judge = (password: string) => judgeNewPassword(normalisePassword(password) ?? '', 'demo.clerk');

describe('a new password', () => {
  test.each([
    ['D1-150 twelve characters', 'Rivrbnk7-Lan', []],
    ['D1-150 eleven characters', 'Rivrbnk7-La', ['password-too-short']],
    ['D1-151 no upper case', 'rivrbnk7-lan', ['password-needs-upper-case']],
    ['D1-151 no lower case', 'RIVRBNK7-LAN', ['password-needs-lower-case']],
    ['D1-151 no digit', 'Rivrbnk-Lant', ['password-needs-digit']],
    ['several faults at once', 'abc', ['password-too-short', 'password-needs-upper-case', 'password-needs-digit']],
    ['a control character', 'Rivrbnk7\u0000-Lan', ['password-has-control-character']],
    ['a hidden character', 'Rivrbnk7\u200b-Lan', ['password-has-control-character']],
    ['the login name, in capitals too', 'xX9-Demo.Clerk-77', ['password-holds-login-name']],
    ['a common one', 'Password1234', ['password-too-common']],
    ['a keyboard walk', 'Qwertyuiop123', ['password-too-common']],
    ['one letter many times', `A1${'a'.repeat(30)}`, ['password-too-common']],
    ['Chinese characters beside the three kinds', '密碼河岸Lantern7x山', []],
    ['the longest', `Rivrbnk7-Lan${'.'.repeat(PASSWORD_MAX - 12)}`, []],
    ['one longer', `Rivrbnk7-Lan${'.'.repeat(PASSWORD_MAX - 11)}`, ['password-too-long']],
    [
      'nothing',
      '',
      ['password-too-short', 'password-needs-upper-case', 'password-needs-lower-case', 'password-needs-digit'],
    ],
  ])('%s', (_case, password, faults) => {
    expect(judge(password)).toEqual(faults);
  });

  test('full-width letters are those they look like', () => {
    expect(normalisePassword('Ｒｉｖｒｂｎｋ７－Ｌａｎ')).toBe('Rivrbnk7-Lan');
  });

  test('what is far too long is not even read', () => {
    expect(normalisePassword('x'.repeat(10_000))).toBeUndefined();
  });
});
