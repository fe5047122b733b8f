import { isLoginName } from '../accounts/account.ts';
import { isTaipeiDay } from '../calendar/months.ts';
import type { FieldKind } from './form.ts';
import type { FieldProblemCode } from './field-problem.ts';

/**
 * Control characters, line separators, marks that turn or hide text, and halves of surrogate pairs: none of them can be
 * seen on paper, and some make a form read differently from what it says. Markup is text like any other.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/u;

/** The same, but several lines may be written. */
const UNSEEN_IN_PROSE = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Cs}\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/u;

/** Full-width forms and ideographic space, as Chinese input methods write them where ASCII is needed. */
const FULL_WIDTH = /[\u3000\uFF01-\uFF5E]/;

/** Takes out what nobody types on purpose: line ends of other systems, spaces at the ends, decomposed characters. */
export function tidy(text: string): string {
  return text.replaceAll('\r\n', '\n').normalize('NFC').trim();
}

/** Rules of every text: its length in characters, and that all of it can be seen. */
export function judgeText(text: string, maxLength: number, isProse: boolean): FieldProblemCode | null {
  // Length first: a megabyte is not searched for marks.
  if (text.length > 2 * maxLength || Array.from(text).length > maxLength) return 'too-long';
  return (isProse ? UNSEEN_IN_PROSE : UNSEEN).test(text) ? 'control-character' : null;
}

const SHAPES: Partial<
  Record<FieldKind, { readonly fits: (text: string) => boolean; readonly code: FieldProblemCode }>
> = {
  day: { fits: isTaipeiDay, code: 'not-a-day' },
  'login-name': { fits: isLoginName, code: 'not-a-login-name' },
  'last-four': { fits: text => /^[0-9A-Z]{4}$/.test(text), code: 'not-four-characters' },
  // One @, a domain with a dot, nothing else that a mail header gives a meaning to.
  mail: {
    fits: text => /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text),
    code: 'not-a-mail-address',
  },
  telephone: { fits: text => /^[0-9+()#*, 轉分機ext.-]{3,40}$/.test(text), code: 'not-a-telephone-number' },
};

/** What is wrong with the shape of a written value of its kind; null when nothing is. */
export function judgeShape(kind: FieldKind, text: string): FieldProblemCode | null {
  const shape = SHAPES[kind];
  if (shape === undefined || shape.fits(text)) return null;
  return FULL_WIDTH.test(text) ? 'not-half-width' : shape.code;
}
