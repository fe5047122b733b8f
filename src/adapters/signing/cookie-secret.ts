import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PrivateFileFault, openPrivateFile } from './private-file.ts';

/**
 * The secret that signs the portal's browser-session cookie: 32 random bytes, base64url, in `cookie-secret` of the data
 * folder (0600), made at the first start. Whoever replaces the file logs everybody out of the portal's pages.
 *
 * @throws PrivateFileFault when the file can be read by others or does not hold such a secret
 */
export async function openCookieSecret(options: { readonly folder: string }): Promise<string> {
  const path = join(options.folder, 'cookie-secret');
  const secret = await openPrivateFile(path, () => randomBytes(32).toString('base64url'));
  if (!/^[A-Za-z0-9_-]{43}$/.test(secret)) throw new PrivateFileFault(`${path} does not hold 32 bytes in base64url.`);
  return secret;
}
