/** The three change forms of document 1, 九; D-06-20 is the review's. */
export const FORM_IDS = ['D-06-09', 'D-06-10', 'D-06-11'] as const;
export type FormId = (typeof FORM_IDS)[number];

/** One text in both languages; Chinese is the document's own. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * A form as data (D1-184): the documents name the forms but not their fields, so the layouts are ours until the originals
 * arrive (E2) and then change here alone. Pages, prints and judgement all read this.
 */
export interface FormDefinition {
  readonly id: FormId;
  readonly title: Words;
  /** For what the data on it is used; printed on it (D1-083). */
  readonly purpose: Words;
  /** Documents it refers to, by id and title; printed on it (D1-074, D1-075). */
  readonly references: readonly { readonly id: string; readonly title: Words }[];
  /** Said beside the form. */
  readonly notes: readonly Words[];
  /** In the order of the paper. */
  readonly sections: readonly FormSection[];
}

export interface FormSection {
  readonly id: string;
  readonly title: Words;
  readonly fields: readonly FormField[];
}

/** Where a field's choices come from. */
export type Choices =
  | readonly { readonly value: string; readonly label: Words }[]
  /** Units of the application's organisation, by code. */
  | 'units';

export type FieldKind =
  /** One line. */
  | 'text'
  /** Several lines. */
  | 'prose'
  | 'choice'
  /** A Taipei day, `YYYY-MM-DD`. */
  | 'day'
  | 'login-name'
  /** Last four characters of the identity number. */
  | 'last-four'
  | 'mail'
  | 'telephone'
  /** Rows of {@link GrantRow}; kept beside the other values. */
  | 'grants';

export interface FormField {
  /** ASCII; name of the value. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: Words;
  readonly hint?: Words;
  readonly choices?: Choices;
  /** Most characters (code points). */
  readonly maxLength: number;
  /** Is asked for only where this holds; what stands in it otherwise is kept and does not count. */
  readonly when?: Condition;
  /** May stay empty. */
  readonly isOptional?: true;
  /** Personal data: shown in full only to those who act on the form (D1-083). */
  readonly isPersonal?: true;
}

/** Another field has one of these values. */
export interface Condition {
  readonly field: string;
  readonly oneOf: readonly string[];
}

/** One line of the table of rights. */
export interface GrantRow {
  /** Id in `systems.yaml`. */
  readonly system: string;
  /** Role code of that system. */
  readonly role: string;
  readonly act: 'add' | 'remove';
  /** Why it is needed, or no longer (D1-041). */
  readonly reason: string;
  /** Last day, or nothing. */
  readonly validUntil: string;
}

/** What was typed, kept as it was typed until it is submitted. */
export interface FormValues {
  readonly fields: Readonly<Record<string, string>>;
  /** As typed; a row's act may be anything until it is judged. */
  readonly grants: readonly GrantRowInput[];
}

export type GrantRowInput = Readonly<Record<keyof GrantRow, string>>;

/** All fields of a form in the order of the paper. */
export function fieldsOf(form: FormDefinition): FormField[] {
  return form.sections.flatMap(section => section.fields);
}

/** Whether a field is asked for, given the other values. */
export function isAskedFor(field: FormField, values: FormValues): boolean {
  if (field.when === undefined) return true;
  return field.when.oneOf.includes(values.fields[field.when.field] ?? '');
}
