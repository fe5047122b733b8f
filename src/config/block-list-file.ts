import { z } from 'zod';
import { BlockList } from '../pki/revocation/block-list.ts';
import { readYamlFile } from './yaml-file.ts';

/** The cards that this gateway does not take, whatever their CA says. Unknown keys are errors. */
const blockListSchema = z.strictObject({
  /** SHA-256 of certificates, hex. */
  certificates: z
    .array(
      z
        .string()
        .regex(/^[0-9a-fA-F]{64}$/, 'not a SHA-256 in hex')
        .toLowerCase(),
    )
    .default([]),
  /** serialNumber of card holders, in quotes: whatever card they hold. */
  holders: z.array(z.string().regex(/^[0-9]{16}$/, 'not the 16 digits of a serialNumber, in quotes')).default([]),
});

/** @throws ConfigurationFault with every problem found */
export function readBlockListFile(path: string): BlockList {
  const { certificates, holders } = readYamlFile(path, blockListSchema).content;
  return new BlockList(certificates, holders);
}
