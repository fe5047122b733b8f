import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MarkKey } from '../../audit/named-values.ts';
import { openPrivateFile, PrivateFileFault } from './private-file.ts';

/**
 * The key of the marks by which access records are found: 32 random bytes, hexadecimal, in `access-marks.key` (0600), made at the
 * first start and the same on every node. With another key, records from before are found by their other facts only.
 *
 * @throws PrivateFileFault when the file can be read by others or does not hold such a key
 */
export async function openMarkKey(options: { readonly folder: string }): Promise<MarkKey> {
  const path = join(options.folder, 'access-marks.key');
  const text = await openPrivateFile(path, () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/.test(text)) throw new PrivateFileFault(`${path} does not hold 32 bytes in hexadecimal digits.`);
  const key = Buffer.from(text, 'hex');
  const id = createHash('sha256').update('moica-gateway access marks v1\n').update(key).digest('hex').slice(0, 8);
  return { id, key };
}
