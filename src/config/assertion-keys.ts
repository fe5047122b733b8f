import { z } from 'zod';

/** Days after which the next key is made by itself; absent: never. A year at most: NIST SP 800-57 part 1, section 5.3.6. */
const rotateDays = z.int().min(1).max(366).optional();

/** Where the private keys of assertions are. */
export const assertionKeysSchema = z.discriminatedUnion('kind', [
  /** In `keyFolder`. */
  z.strictObject({ kind: z.literal('files'), rotateDays }),
]);
