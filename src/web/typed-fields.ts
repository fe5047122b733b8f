/** The texts of a form as they came, in their order. */
export type TypedFields = readonly { readonly name: string; readonly value: string }[];

/** Fields with something in them; what only our own page knows (its token) is nobody's typing. */
export function typedFieldsOf(body: unknown): TypedFields {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.filter(each => typeof each === 'string' && each.trim() !== '') as string[];
    return name === 'token' ? [] : texts.map(text => ({ name, value: text }));
  });
}
