import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Notice } from '../flows/ports.ts';

/** 「○○」 and the like: a blank of the form that nobody has filled. 〇 alone is a digit. */
const UNFILLED = /[○◯]|〇〇|＿|_{2,}|\.{3}|…|待填|TODO/u;

const FILLED = 'is a blank that is not filled';

const blank = z
  .string()
  .trim()
  .min(1, FILLED)
  .max(60)
  .refine(text => !UNFILLED.test(text), FILLED);
const whole = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .refine(text => !UNFILLED.test(text), 'has a blank that is not filled');
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
