import { z } from 'zod';

/** Names of query parameters; as systems write them, without encoding. At most 20: an address has no more that name people. */
export const parameterNamesSchema = z
  .array(z.string().regex(/^[\p{L}\p{N}_.:$[\]-]{1,64}$/u, 'must be 1 to 64 letters, digits or _ . : $ [ ] -'))
  .max(20)
  .default([]);

/** Names that stand twice, in one list or in both; servers differ about capitals, records do not. */
export function findRepeatedNames(names: readonly string[]): string[] {
  const lower = names.map(name => name.toLowerCase());
  return names.filter((_, index) => lower.indexOf(lower[index] ?? '') !== index);
}
