/**
 * PostgreSQL keeps neither U+0000 nor half a surrogate pair; both become U+FFFD, because a stranger who puts one into
 * a name or a header must not keep an event from being written.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}');
}

/** A flat record as JSON text that the store takes. */
export function storableJson(value: Readonly<Record<string, string | number | boolean | null>>): string {
  return JSON.stringify(value, (_key, field: unknown) => (typeof field === 'string' ? storable(field) : field));
}
