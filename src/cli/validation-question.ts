import { z } from 'zod';
import { KEY_USAGE_NAMES } from '../pki/extensions/key-usage.ts';

const pem = z.string().max(1024 * 1024);
/** Dotted decimal, first arc 0 to 2. */
const objectIdentifier = z.string().regex(/^[0-2](\.(0|[1-9][0-9]*))+$/);
const base64 = z.base64();

/** One line of `pki validate` (the same for every caller: a field that is not listed refuses the line). */
const questionSchema = z.strictObject({
  id: z.union([z.string(), z.number()]).nullable().default(null),
  trust_anchors: z.array(pem).min(1),
  intermediates: z.array(pem).default([]),
  leaf: pem,
  crls: z.array(base64).default([]),
  ocsp: z.array(base64).default([]),
  time: z.iso.datetime({ offset: true }),
  profile: z.enum(['rfc5280', 'citizen']).default('rfc5280'),
  revocation: z.enum(['require', 'leaf', 'none']).default('require'),
  initial_policies: z.array(objectIdentifier).optional(),
  require_explicit_policy: z.boolean().default(false),
  inhibit_policy_mapping: z.boolean().default(false),
  inhibit_any_policy: z.boolean().default(false),
  max_depth: z.int().min(0).nullable().default(null),
  key_usage: z.array(z.enum(KEY_USAGE_NAMES)).default([]),
  extended_key_usage: z.array(objectIdentifier).default([]),
  legacy_algorithms: z.boolean().default(false),
});

export type ValidationQuestion = z.infer<typeof questionSchema>;

export type ParsedQuestion =
  | { readonly ok: true; readonly question: ValidationQuestion }
  | { readonly ok: false; readonly id: string | number | null };

/**
 * Reads one line.
 *
 * @returns the question with its defaults; for anything else the `id`, where one can be told
 */
export function parseQuestion(line: string): ParsedQuestion {
  const value = parseJson(line);
  const parsed = questionSchema.safeParse(value);
  if (parsed.success) return { ok: true, question: parsed.data };
  const id = identified.safeParse(value);
  return { ok: false, id: id.success ? id.data.id : null };
}

const identified = z.object({ id: z.union([z.string(), z.number()]) });

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
