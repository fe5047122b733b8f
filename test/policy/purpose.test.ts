import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { purposesSchema } from '../../src/config/purposes.ts';
import { findTaken, judgeDeclaration } from '../../src/policy/purpose.ts';

const PURPOSES = purposesSchema.parse([
  { code: 'handling', name: '辦理案件', nameEn: 'Handling', case: 'required' },
  { code: 'inquiry', name: '答復詢問', nameEn: 'Inquiry' },
  { code: 'training', name: '教育訓練', nameEn: 'Training', case: 'none' },
]);
const judge = (purpose: string, number = '') => judgeDeclaration(PURPOSES, { purpose, case: number });
const taken = (purpose: string, number: string | null) => ({ ok: true, declaration: { purpose, case: number } });

describe('what a person declares (D2-073)', () => {
  test.each([
    ['as written', 'handling', '府商字第 1150001234 號', '府商字第 1150001234 號'],
    ['half-width where it was typed full-width', 'handling', '　Ａ－１１５／００１２３４　', 'A-115/001234'],
    ['composed, without blanks at the ends', 'inquiry', ' e\u0301t-1 ', '\u00e9t-1'],
    ['markup, which is text like any other', 'inquiry', '<b>7</b>&"', '<b>7</b>&"'],
    ['of exactly 60 characters', 'inquiry', '𠮷'.repeat(60), '𠮷'.repeat(60)],
    ['none where it may be left out', 'inquiry', ' 　', null],
    ['none where there is none', 'training', '', null],
  ])('is taken with a number %s', (_how, purpose, typed, kept) => {
    expect(judge(purpose, typed)).toEqual(taken(purpose, kept));
  });

  test.each([
    ['no purpose', '', '', [{ field: 'purpose', code: 'missing' }]],
    ['an unknown purpose', 'curiosity', '', [{ field: 'purpose', code: 'not-a-choice' }]],
    ['a name of the language', 'constructor', '', [{ field: 'purpose', code: 'not-a-choice' }]],
    ['no number where one is needed', 'handling', '　', [{ field: 'case', code: 'missing' }]],
    ['a number where there is none', 'training', '7', [{ field: 'case', code: 'not-for-this-choice' }]],
    ['61 characters', 'inquiry', 'x'.repeat(61), [{ field: 'case', code: 'too-long', limit: '60' }]],
    ['10,000 characters', 'handling', '一'.repeat(10_000), [{ field: 'case', code: 'too-long', limit: '60' }]],
    ['a line end', 'inquiry', '7\r\n8', [{ field: 'case', code: 'control-character' }]],
    ['a zero', 'inquiry', '7\u0000', [{ field: 'case', code: 'control-character' }]],
    ['a mark that turns the text', 'inquiry', '7\u202e8', [{ field: 'case', code: 'control-character' }]],
    ['half a character', 'inquiry', '7\ud800', [{ field: 'case', code: 'control-character' }]],
    ['what was no character', 'inquiry', '7\ufffd', [{ field: 'case', code: 'control-character' }]],
    ['a dash', 'handling', '－', [{ field: 'case', code: 'not-a-number-of-a-case' }]],
    [
      'two things at once',
      'x',
      '\u0007',
      [
        { field: 'purpose', code: 'not-a-choice' },
        { field: 'case', code: 'control-character' },
      ],
    ],
  ])('is refused with %s, and the field is named', (_what, purpose, typed, problems) => {
    expect(judge(purpose, typed)).toEqual({ ok: false, problems });
  });

  test('what is taken once is taken again as it was kept', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('handling', 'inquiry', 'training'),
        fc.string({ unit: 'binary' }),
        (purpose, typed) => {
          const judged = judge(purpose, typed);
          fc.pre(judged.ok);
          const { declaration } = judged;
          expect(findTaken(PURPOSES, declaration)).toEqual(declaration);
          expect(declaration.case ?? 'x').not.toMatch(/[\p{Cc}\u3000\uff01-\uff5e]|^\s|\s$|^$/u);
        },
      ),
    );
  });
});

describe('what was declared before the purposes were changed', () => {
  const declared = { purpose: 'inquiry', case: null };
  test.each([
    ['counts while it is among them', PURPOSES, declared],
    ['does not where it is there no more', PURPOSES.slice(2), null],
    ['does not where a number is needed now', [{ ...PURPOSES[1]!, case: 'required' as const }], null],
    ['does not where nothing is asked for', [], null],
  ])('%s', (_case, purposes, found) => {
    expect(findTaken(purposes, declared)).toEqual(found);
  });

  test('and nothing is nothing', () => expect(findTaken(PURPOSES, null)).toBeNull());
});
