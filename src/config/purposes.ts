import { z } from 'zod';
import type { Purpose } from '../policy/purpose.ts';

/** Sent in ASCII, as roles are. */
const code = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 characters of a-z, 0-9 and -');
const name = z.string().trim().min(1).max(60);

const purpose = z.strictObject({
  code,
  name,
  nameEn: name,
  case: z.enum(['required', 'optional', 'none'], 'must be required, optional or none').default('optional'),
}) satisfies z.ZodType<Purpose>;

/** For what a system may be asked, in the order in which people choose. */
export const purposesSchema = z
  .array(purpose)
  .min(1, 'must name a purpose; leave it out where none is asked for')
  .max(30, 'are more than anybody reads')
  .refine(purposes => new Set(purposes.map(each => each.code)).size === purposes.length, 'names a purpose twice');
