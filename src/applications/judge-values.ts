import { addDays } from '../calendar/months.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { FieldProblem } from './field-problem.ts';
import { fieldsOf, isAskedFor, type FormDefinition, type FormField, type FormValues } from './form.ts';
import { judgeGrants } from './judge-grants.ts';
import { judgeShape, judgeText, tidy } from './judge-text.ts';

/** What a form is judged against. */
export interface FormFacts {
  readonly today: TaipeiDay;
  /** From `systems.yaml`: id and codes of its roles. */
  readonly systems: ReadonlyMap<string, { readonly roles: readonly { readonly code: string }[] }>;
  /** Codes of the organisation's units. */
  readonly units: readonly string[];
  /** How many days ahead a one-day password may be set (E7). */
  readonly oneDayPasswordDays: number;
}

export type FormVerdict =
  /** The values as they are kept: tidied, otherwise as typed. */
  | { readonly ok: true; readonly values: FormValues }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** A year ahead: longer than any transfer is known. */
const DAYS_AHEAD = 366;
/** A year back: what was forgotten is still executed, and shows as late (D1-082). */
const DAYS_BACK = 366;

/**
 * Judges every field of a form. A draft may lack things; otherwise it is held to the same rules, so that nothing is ever
 * stored that could not be submitted.
 *
 * @param input as typed; fields that the form does not have are dropped
 */
export function judgeValues(
  form: FormDefinition,
  input: FormValues,
  facts: FormFacts,
  purpose: 'draft' | 'submit',
): FormVerdict {
  const values: FormValues = {
    fields: Object.fromEntries(
      fieldsOf(form)
        .filter(field => field.kind !== 'grants')
        .map(field => [field.name, tidy(ownText(input.fields, field.name))]),
    ),
    grants: hasGrants(form) ? input.grants.map(tidyRow).filter(row => Object.values(row).some(Boolean)) : [],
  };
  const problems = fieldsOf(form).flatMap(field =>
    field.kind === 'grants' ? grantProblems(field, values, facts, purpose) : judgeField(form, field, values, facts),
  );
  const counted = purpose === 'submit' ? [...problems, ...judgeTogether(form, values)] : problems.filter(isWritten);
  return counted.length === 0 ? { ok: true, values } : { ok: false, problems: counted };
}

function isWritten({ code }: FieldProblem): boolean {
  return code !== 'missing';
}

function ownText(fields: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
}

function tidyRow(row: FormValues['grants'][number]): FormValues['grants'][number] {
  const { system, role, act, reason, validUntil } = row;
  return {
    system: tidy(system),
    role: tidy(role),
    act: tidy(act),
    reason: tidy(reason),
    validUntil: tidy(validUntil),
  };
}

function hasGrants(form: FormDefinition): boolean {
  return fieldsOf(form).some(field => field.kind === 'grants');
}

function judgeField(form: FormDefinition, field: FormField, values: FormValues, facts: FormFacts): FieldProblem[] {
  const { name } = field;
  const text = values.fields[name] ?? '';
  const isProse = field.kind === 'prose';
  const unfit = judgeText(text, field.maxLength, isProse);
  if (unfit === 'too-long') return [{ field: name, code: unfit, limit: String(field.maxLength) }];
  if (unfit !== null) return [{ field: name, code: unfit }];
  if (text === '') return field.isOptional || !isAskedFor(field, values) ? [] : [{ field: name, code: 'missing' }];
  if (field.kind === 'choice') return isChoice(field, text, facts) ? [] : [{ field: name, code: 'not-a-choice' }];
  const shape = judgeShape(field.kind, text);
  if (shape !== null) return [{ field: name, code: shape }];
  return field.kind === 'day' ? judgeDay(form, name, text, facts) : [];
}

function isChoice({ choices }: FormField, text: string, { units }: FormFacts): boolean {
  if (choices === 'units') return units.includes(text);
  return choices?.some(choice => choice.value === text) ?? false;
}

function judgeDay(form: FormDefinition, field: string, day: TaipeiDay, facts: FormFacts): FieldProblem[] {
  const isPassword = form.id === 'D-06-11';
  const first = isPassword ? facts.today : addDays(facts.today, -DAYS_BACK);
  const last = addDays(facts.today, isPassword ? facts.oneDayPasswordDays : DAYS_AHEAD);
  return first <= day && day <= last ? [] : [{ field, code: 'day-out-of-range', limit: `${first} – ${last}` }];
}

function grantProblems(
  field: FormField,
  values: FormValues,
  facts: FormFacts,
  purpose: 'draft' | 'submit',
): FieldProblem[] {
  // Rows that do not count under this kind of change may stay as they are, but not unreadable.
  return judgeGrants(values.grants, facts, field.maxLength, isAskedFor(field, values) ? purpose : 'draft');
}

/** Rules of several fields together. */
function judgeTogether(form: FormDefinition, { fields, grants }: FormValues): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (fields['change'] === 'move' && fields['destination'] === 'other-unit' && fields['unit'] === '') {
    problems.push({ field: 'unit', code: 'missing' });
  }
  if (fields['change'] === 'change') {
    if (form.id === 'D-06-09' && (fields['gatewayRole'] === '') !== (fields['roleAct'] === '')) {
      problems.push({ field: fields['roleAct'] === '' ? 'roleAct' : 'gatewayRole', code: 'missing' });
    }
    const changesNothing = grants.length === 0 && fields['unit'] === '' && (fields['gatewayRole'] ?? '') === '';
    if (changesNothing) problems.push({ field: 'grants', code: 'missing' });
  }
  return problems;
}
