import { describe, expect, test } from 'vitest';
import { judgeLetter, type LetterInput } from '../../src/applications/judge-letter.ts';

const TODAY = '2026-11-22';
const LETTER: LetterInput = { number: '示範府經字第 1150000001 號', date: '2026-11-20', agency: '示範縣政府' };

describe('D1-072 an official letter carries number, date and issuing agency', () => {
  test('all three, tidied, are taken', () => {
    const letter = { number: ` ${LETTER.number} `, date: '2026-11-22', agency: '示範縣政府\t' };
    expect(judgeLetter(letter, TODAY)).toEqual({
      ok: true,
      letter: { number: LETTER.number, date: '2026-11-22', agency: '示範縣政府' },
    });
  });

  test.each<[string, Partial<LetterInput>, object]>([
    ['no number', { number: '' }, { field: 'number', code: 'missing' }],
    ['a number of blanks', { number: ' \u3000 ' }, { field: 'number', code: 'missing' }],
    ['no date', { date: '' }, { field: 'date', code: 'missing' }],
    ['no agency', { agency: '' }, { field: 'agency', code: 'missing' }],
    ['a number too long', { number: '字'.repeat(101) }, { field: 'number', code: 'too-long', limit: '100' }],
    ['control characters', { agency: '示\u0007範' }, { field: 'agency', code: 'control-character' }],
    ['a day that is none', { date: '2026-02-30' }, { field: 'date', code: 'not-a-day' }],
    ['words for a date', { date: '昨天' }, { field: 'date', code: 'not-a-day' }],
    ['full-width digits', { date: '２０２６-11-20' }, { field: 'date', code: 'not-half-width' }],
    ['dated ahead', { date: '2026-11-23' }, { field: 'date', code: 'day-out-of-range', limit: TODAY }],
  ])('%s is refused beside its field', (_name, changed, problem) => {
    expect(judgeLetter({ ...LETTER, ...changed }, TODAY)).toEqual({ ok: false, problems: [problem] });
  });

  test('every problem is named at once', () => {
    const verdict = judgeLetter({ number: '', date: '', agency: '' }, TODAY);
    expect(verdict).toMatchObject({
      ok: false,
      problems: [{ field: 'number' }, { field: 'date' }, { field: 'agency' }],
    });
  });
});
