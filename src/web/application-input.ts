import { fieldsOf, type FormDefinition, type FormValues, type GrantRowInput } from '../applications/form.ts';
import { FORMS } from '../applications/forms.ts';
import { typedValues, type FieldError } from './field-errors.ts';
import type { FieldProblem } from '../applications/field-problem.ts';
import type { Bilingual } from './texts/bilingual.ts';
import { APPLICATIONS } from './texts/applications.ts';
import { fieldError } from './texts/field-problems.ts';

const COLUMNS = ['system', 'role', 'act', 'reason', 'validUntil'] as const satisfies readonly (keyof GrantRowInput)[];

/** One more than may be submitted, so that too many are told apart from many; the rest is not read. */
const ROWS_READ = 31;

/**
 * A form as it was typed: fields by their names, rows of rights as `grants.0.system`; programs may send `grants` as a
 * list. Nothing is judged or changed here.
 */
export function readFormInput(form: FormDefinition, body: unknown): FormValues {
  const names = fieldsOf(form).flatMap(field => (field.kind === 'grants' ? [] : [field.name]));
  return { fields: typedValues(body, names), grants: readRows(body) };
}

/** The kinds of change that a form knows; none where it is about one thing only. */
export function changeKindsOf(form: FormDefinition): readonly { readonly value: string; readonly label: Bilingual }[] {
  const choices = fieldsOf(form).find(field => field.name === 'change')?.choices;
  return typeof choices === 'object' ? choices : [];
}

function readRows(body: unknown): GrantRowInput[] {
  const given = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  const listed: unknown = given.get('grants');
  if (Array.isArray(listed)) return listed.slice(0, ROWS_READ).map(each => toRow(typedValues(each, COLUMNS)));
  const count = [...given.keys()].reduce((most, key) => {
    const index = /^grants\.(\d{1,3})\./.exec(key)?.[1];
    return index === undefined ? most : Math.max(most, Number(index) + 1);
  }, 0);
  return Array.from({ length: Math.min(count, ROWS_READ) }, (_, index) => {
    const typed = typedValues(
      body,
      COLUMNS.map(column => `grants.${index}.${column}`),
    );
    return toRow(Object.fromEntries(COLUMNS.map(column => [column, typed[`grants.${index}.${column}`] ?? ''])));
  });
}

function toRow(typed: Readonly<Record<string, string>>): GrantRowInput {
  const { system = '', role = '', act = '', reason = '', validUntil = '' } = typed;
  return { system, role, act, reason, validUntil };
}

/** An empty row, for the page. */
export const EMPTY_ROW: GrantRowInput = { system: '', role: '', act: '', reason: '', validUntil: '' };

/** Problems of a form in words, each with the field's own label. */
export function formErrors(form: FormDefinition, problems: readonly FieldProblem[]): FieldError[] {
  const labels = new Map<string, Bilingual>(fieldsOf(form).map(field => [field.name, field.label]));
  return problems.map(problem => {
    const label = labels.get(problem.field) ?? rowLabel(problem.field);
    return fieldError(problem, label === undefined ? {} : { [problem.field]: label });
  });
}

/** `grants.2.reason` → 申請權限第 3 項 業務需要. */
function rowLabel(field: string): Bilingual | undefined {
  const [, index, column] = /^grants\.(\d+)\.(\w+)$/.exec(field) ?? [];
  const name = COLUMNS.find(each => each === column);
  if (index === undefined || name === undefined) return undefined;
  const { zh, en } = APPLICATIONS[name];
  return { zh: `權限第 ${Number(index) + 1} 項${zh}`, en: `Row ${Number(index) + 1} of the rights: ${en}` };
}

/** Whether `text` is a form's id. */
export function formOf(text: string | undefined): FormDefinition | undefined {
  return Object.values(FORMS).find(form => form.id === text);
}
