import { isTaipeiDay } from '../calendar/months.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { Letter } from './application.ts';
import type { FieldProblem } from './field-problem.ts';
import { judgeText, tidy } from './judge-text.ts';

export type LetterInput = Readonly<Record<'number' | 'date' | 'agency', string>>;

export type LetterVerdict =
  | { readonly ok: true; readonly letter: Omit<Letter, 'attachmentId'> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const LIMIT = 100;

/** An official letter carries number, date and issuing agency (D1-072); none is dated ahead. */
export function judgeLetter(input: LetterInput, today: TaipeiDay): LetterVerdict {
  const letter = { number: tidy(input.number), date: tidy(input.date), agency: tidy(input.agency) };
  const problems = (['number', 'date', 'agency'] as const).flatMap((field): FieldProblem[] => {
    const text = letter[field];
    if (text === '') return [{ field, code: 'missing' }];
    const unfit = judgeText(text, LIMIT, false);
    if (unfit !== null) return [{ field, code: unfit, ...(unfit === 'too-long' ? { limit: String(LIMIT) } : {}) }];
    if (field !== 'date') return [];
    if (!isTaipeiDay(text)) return [{ field, code: /[\uFF01-\uFF5E]/.test(text) ? 'not-half-width' : 'not-a-day' }];
    return text > today ? [{ field, code: 'day-out-of-range', limit: today }] : [];
  });
  return problems.length === 0 ? { ok: true, letter } : { ok: false, problems };
}
