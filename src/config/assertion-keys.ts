import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** Days after which the next key is made by itself; absent: never. A year at most: NIST SP 800-57 part 1, section 5.3.6. */
const rotateDays = z.int().min(1).max(366).optional();

/** Where the private keys of assertions are. */
export const assertionKeysSchema = z.discriminatedUnion('kind', [
  /** In `keyFolder`. */
  z.strictObject({ kind: z.literal('files'), rotateDays }),
  /** In an HSM: nodes share a token, or tokens that are copies of each other as its maker provides. */
  z.strictObject({
    kind: z.literal('pkcs11'),
    /** The maker's library; absolute, or the loader would look for it in other places. */
    module: z.string().refine(isAbsolute, 'must be an absolute path'),
    tokenLabel: z.string().min(1).max(32),
    /** File of mode 0600 that holds the PIN of the token's user, so that it stands in no configuration. */
    pinFile: z.string().min(1),
    rotateDays,
  }),
]);

type AssertionKeysFile = z.infer<typeof assertionKeysSchema>;

/** As configured, with absolute paths. */
export type AssertionKeysConfig =
  | { readonly kind: 'files'; readonly rotateDays: number | null }
  | {
      readonly kind: 'pkcs11';
      readonly module: string;
      readonly tokenLabel: string;
      readonly pinFile: string;
      readonly rotateDays: number | null;
    };

export function composeAssertionKeys(file: AssertionKeysFile, at: (path: string) => string): AssertionKeysConfig {
  const rotateDays = file.rotateDays ?? null;
  if (file.kind === 'files') return { kind: 'files', rotateDays };
  return { ...file, pinFile: at(file.pinFile), rotateDays };
}

/** Problems with the files that are named. */
export function checkAssertionKeyFiles(file: AssertionKeysFile, at: (path: string) => string): string[] {
  if (file.kind === 'files') return [];
  return [
    ...(existsSync(file.module) ? [] : [`assertionKeys.module: ${file.module} does not exist`]),
    ...(existsSync(at(file.pinFile)) ? [] : [`assertionKeys.pinFile: ${at(file.pinFile)} does not exist`]),
  ];
}
