import type { Bilingual } from './texts/bilingual.ts';

/** What is wrong with one field of a form; shown beside it and in the summary on top, which links to it. */
export interface FieldError {
  /** Name of the field; also the id of its control. */
  readonly field: string;
  readonly text: Bilingual;
}

/** Everything a person typed, by field, so that nothing is lost when a form comes back. */
export type TypedValues = Readonly<Record<string, string>>;

/** The texts of a form as typed; fields that are missing are empty, a field sent twice counts as its first. */
export function typedValues(body: unknown, fields: readonly string[]): TypedValues {
  const given = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  return Object.fromEntries(
    fields.map(field => {
      const value: unknown = given.get(field);
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return [field, typeof first === 'string' ? first : ''];
    }),
  );
}
