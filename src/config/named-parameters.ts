import { z } from 'zod';
import { foldName } from '../audit/parameter-name.ts';

/** Names of query parameters; as systems write them, without encoding. At most 20: an address has no more that name people. */
export const parameterNamesSchema = z
  .array(z.string().regex(/^[\p{L}\p{N}_.:$[\]-]{1,64}$/u, 'must be 1 to 64 letters, digits or _ . : $ [ ] -'))
  .max(20)
  .default([]);

/** Names that stand twice, in one list or in both; servers differ about their spelling, records do not. */
export function findRepeatedNames(names: readonly string[]): string[] {
  const folded = names.map(name => foldName(name).full);
  return names.filter((_, index) => folded.indexOf(folded[index] ?? '') !== index);
}
