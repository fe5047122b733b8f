import { randomBytes, randomUUID } from 'node:crypto';
import { createPasswordHasher } from '../../src/adapters/passwords/argon2-hasher.ts';
import { prepareSecret, type PreparedSecret } from '../../src/flows/credentials/prepare-secret.ts';
import { replaceFile } from './demo-folder.ts';
import { DEMO_PEOPLE } from './people.ts';

/**
 * Initial secrets of the people who have yet to activate their accounts, written to a file before they are given, so
 * that a kill in between leaves none that nobody knows. Only a demonstration keeps them.
 *
 * @returns by login name
 */
export async function prepareInitialSecrets(file: string): Promise<Map<string, PreparedSecret>> {
  const randomness = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() };
  const passwords = createPasswordHasher();
  const secrets = new Map<string, PreparedSecret>();
  for (const person of DEMO_PEOPLE.filter(({ state }) => state === 'pending-activation')) {
    secrets.set(person.account, await prepareSecret({ randomness, passwords }));
  }
  replaceFile(
    file,
    JSON.stringify(Object.fromEntries([...secrets].map(([name, { secret }]) => [name, secret])), null, 2),
  );
  return secrets;
}
