import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** What a new password lacks; all that it lacks is told at once. */
export type PasswordFault =
  | 'password-too-short'
  | 'password-too-long'
  | 'password-needs-upper-case'
  | 'password-needs-lower-case'
  | 'password-needs-digit'
  | 'password-has-control-character'
  | 'password-holds-login-name'
  | 'password-too-common'
  | 'password-used-before';

/** Characters at least (D1-150). */
export const PASSWORD_MIN = 12;

/** Characters at most: more than anybody types, and the guesser's work on it stays some milliseconds. */
export const PASSWORD_MAX = 128;

/** Of 0 … 4: "safely unguessable, moderate protection from an offline attack". */
const LEAST_SCORE = 3;

/** Words that every guesser of ours tries first. */
const HOUSE_WORDS = ['moica', 'gateway', 'moea', 'taiwan', 'taipei', 'gongshang', '商工', '自然人憑證', '密碼'];

/**
 * The form in which a password is compared and hashed: NFKC. People type with a Chinese input method on, whose
 * full-width letters look the same to them; half the strength of a password lies elsewhere.
 *
 * @returns undefined for what is too long to be one
 */
export function normalisePassword(typed: string): string | undefined {
  return typed.length > 2 * PASSWORD_MAX ? undefined : typed.normalize('NFKC');
}

/**
 * Judges a password that somebody chooses (D1-150, D1-151, D1-153), without the rule against reuse, which needs the
 * hashes of the last ones.
 *
 * @param password in its normal form
 * @param loginName of the account it is for
 * @returns everything that is wrong with it, in the order of the rules; empty when it may be used
 */
export function judgeNewPassword(password: string, loginName: string): PasswordFault[] {
  const length = Array.from(password).length;
  if (length > PASSWORD_MAX) return ['password-too-long'];
  const faults: PasswordFault[] = [];
  if (length < PASSWORD_MIN) faults.push('password-too-short');
  if (!/[A-Z]/.test(password)) faults.push('password-needs-upper-case');
  if (!/[a-z]/.test(password)) faults.push('password-needs-lower-case');
  if (!/[0-9]/.test(password)) faults.push('password-needs-digit');
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(password)) faults.push('password-has-control-character');
  if (password.toLowerCase().includes(loginName)) faults.push('password-holds-login-name');
  // Said of a password that keeps the other rules only: "too common" of three letters helps nobody.
  if (faults.length === 0 && isGuessable(password, loginName)) faults.push('password-too-common');
  return faults;
}

let guesser: ZxcvbnFactory | undefined;

function isGuessable(password: string, loginName: string): boolean {
  // The word lists take 40 ms and 15 MB: they wait until somebody chooses a password.
  guesser ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  // The work grows with the length; what is weak in 48 characters is not made strong by those after them.
  return (
    guesser.check(password.slice(0, 48), [loginName, ...loginName.split(/[._-]/), ...HOUSE_WORDS]).score < LEAST_SCORE
  );
}
