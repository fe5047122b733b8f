import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Notice } from '../flows/ports.ts';

/** Signs that stand for a blank of the form which nobody has filled, wherever they are. */
const UNFILLED = [
  /[○◯□△◇]|[●■▲◆]{2,}|[*＊]{2,}|[?？]{2,}|＿|_{2,}|\.{3}|…/u,
  // Beside another numeral it is a digit, as in 一〇〇年.
  /(?<![〇一二三四五六七八九])〇{2,}(?![一二三四五六七八九])/u,
  // As 「○○」 is typed in a hurry; within a word they are letters.
  /(?<![A-Za-z])(?:[Oo]{2,}|[Xx]{2,})(?![A-Za-z])|[Ｏｏ]{2,}|[Ｘｘ]{2,}/u,
  /待填|請填|\b(?:TODO|TBD)\b/u,
];

/** What fills a blank alone and says nothing: one sign, however often, or a name in brackets. */
const EMPTY_WORDS = /^(?:(.)\1*|[[<［＜【].*[\]>］＞】])$/u;

const FILLED = 'is a blank that is not filled';

const blank = z
  .string()
  .trim()
  .min(1, FILLED)
  .max(60)
  .refine(text => !isUnfilled(text) && !EMPTY_WORDS.test(text), FILLED);
const whole = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .refine(text => !isUnfilled(text), 'has a blank that is not filled');
const version = z.string().regex(/^[\w.-]{1,32}$/, 'must be 1 to 32 characters of A-Z, a-z, 0-9, dot, hyphen');

const BLANKS = ['purpose', 'users', 'purposeEn', 'usersEn'] as const;
const OWN_WORDS = ['text', 'textEn'] as const;

/**
 * The hint that a system's pages show: the wording of document 2, 六(五), with its two blanks filled (D2-080), or another of
 * the same meaning (D2-081).
 */
export const noticeSchema = z
  .strictObject({
    purpose: blank.optional(),
    users: blank.optional(),
    purposeEn: blank.optional(),
    usersEn: blank.optional(),
    text: whole.optional(),
    textEn: whole.optional(),
    version: version.optional(),
  })
  .superRefine((given, check) => {
    const isOwn = given.text !== undefined || given.textEn !== undefined;
    for (const key of isOwn ? OWN_WORDS : BLANKS) {
      if (given[key] === undefined) check.addIssue({ code: 'custom', path: [key], message: 'missing' });
    }
    for (const key of isOwn ? BLANKS : []) {
      if (given[key] === undefined) continue;
      check.addIssue({ code: 'custom', path: [key], message: 'has no meaning beside a text of its own' });
    }
  })
  .transform((given): Notice => {
    const { purpose = '', users = '', purposeEn = '', usersEn = '' } = given;
    const text =
      given.text ??
      `商工資料係為${purpose}目的蒐集，僅供${users}作業之參考；若有資料內容疑問時，可向登記主管機關洽詢。`;
    const textEn =
      given.textEn ??
      `These data are collected for ${purposeEn} and are only for reference in ${usersEn}. Questions about their content are answered by the registration authority in charge.`;
    // Without a version of its own, the words are: whatever is changed in them makes another one.
    const digest = createHash('sha256').update(`${text}\n${textEn}`).digest('hex');
    return { text, textEn, version: given.version ?? digest.slice(0, 12) };
  });

function isUnfilled(text: string): boolean {
  return UNFILLED.some(signs => signs.test(text));
}
