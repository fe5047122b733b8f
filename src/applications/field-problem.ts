/** What is wrong with one field; the value stays as it was typed. */
export interface FieldProblem {
  /** Name of the field; `grants.2.reason` for the third row of rights. */
  readonly field: string;
  readonly code: FieldProblemCode;
  /** For `too-long`: most characters. For `day-out-of-range`: the last day. For `too-often`: seconds to wait. */
  readonly limit?: string;
}

export const FIELD_PROBLEM_CODES = [
  'missing',
  'too-long',
  'control-character',
  'not-half-width',
  'not-a-choice',
  'not-a-day',
  'day-out-of-range',
  'not-a-login-name',
  'not-four-characters',
  'not-a-mail-address',
  'not-a-telephone-number',
  'system-unknown',
  'role-unknown',
  'repeated-row',
  'too-many-rows',
  'account-unknown',
  'account-unfit',
  'login-name-taken',
  'name-not-of-card',
  'legal-basis-missing',
  'successor-missing',
  'not-a-code',
  'code-taken',
  'term-overlaps',
  'not-a-number-of-a-case',
  'not-for-this-choice',
  'too-often',
] as const;
export type FieldProblemCode = (typeof FIELD_PROBLEM_CODES)[number];
