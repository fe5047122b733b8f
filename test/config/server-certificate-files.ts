import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';

/** Writes `<name>.pem` and `<name>.key`, a certificate for these hosts from an authority made for it unless given. */
export async function writeServerCertificate(
  folder: string,
  name: string,
  hosts: readonly [string, ...string[]],
  authority?: IssuedCertificate,
): Promise<void> {
  const now = new Date();
  const issued = await issueServerCertificate(authority ?? (await createTlsAuthority(now)), hosts, now);
  writeFileSync(join(folder, `${name}.pem`), issued.certificate.pem);
  const key = issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
}
