import { judgeText, tidy } from '../applications/judge-text.ts';
import type { FieldProblem } from '../applications/field-problem.ts';

/** A purpose (使用目的) for which a system may be asked, from `systems.yaml`. */
export interface Purpose {
  /** Sent to the system, and on record. */
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  /** Whether the number of the case (案號) or letter (文號) goes with it. */
  readonly case: 'required' | 'optional' | 'none';
}

/** Why a person asks, as he has said of one system in one session. */
export interface Declaration {
  /** A purpose's code. */
  readonly purpose: string;
  /** Tidied: half-width where there is such a form, no blanks at the ends. */
  readonly case: string | null;
}

/** As typed into the form. */
export interface TypedDeclaration {
  readonly purpose: string;
  readonly case: string;
}

/** The longest number of a letter with the words before it is half as long. */
const CASE_LENGTH = 60;

/** Judges what was typed; every problem names its field, so that the form can come back whole. */
export function judgeDeclaration(
  purposes: readonly Purpose[],
  typed: TypedDeclaration,
):
  | { readonly ok: true; readonly declaration: Declaration }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] } {
  const purpose = purposes.find(({ code }) => code === typed.purpose);
  const written = tidyCase(typed.case);
  const problems = [
    ...(purpose === undefined
      ? [{ field: 'purpose', code: typed.purpose === '' ? ('missing' as const) : ('not-a-choice' as const) }]
      : []),
    ...judgeCase(purpose, written),
  ];
  if (purpose === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, declaration: { purpose: purpose.code, case: written === '' ? null : written } };
}

/** What was declared, if it would be taken today: the system's purposes may have been changed since. */
export function findTaken(purposes: readonly Purpose[], declaration: Declaration | null): Declaration | null {
  if (declaration === null) return null;
  const { purpose, case: number } = declaration;
  return judgeDeclaration(purposes, { purpose, case: number ?? '' }).ok ? declaration : null;
}

function judgeCase(purpose: Purpose | undefined, written: string): FieldProblem[] {
  if (written === '') return purpose?.case === 'required' ? [{ field: 'case', code: 'missing' }] : [];
  const code = judgeText(written, CASE_LENGTH, false);
  if (code === 'too-long') return [{ field: 'case', code, limit: String(CASE_LENGTH) }];
  if (code !== null) return [{ field: 'case', code }];
  // What browsers and decoders put where there was no character.
  if (written.includes('\uFFFD')) return [{ field: 'case', code: 'control-character' }];
  if (!/[\p{L}\p{N}]/u.test(written)) return [{ field: 'case', code: 'not-a-number-of-a-case' }];
  return purpose?.case === 'none' ? [{ field: 'case', code: 'not-for-this-choice' }] : [];
}

/** Numbers are found again only if they are written in one way: full-width letters and digits become half-width. */
function tidyCase(text: string): string {
  return tidy(text.replaceAll('\u3000', ' ')).replaceAll(/[\uFF01-\uFF5E]/g, wide =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  );
}
