import { composeSecret, SECRET_BYTES } from '../../accounts/one-time-secret.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** A new one-time secret and its hash, not yet anybody's. */
export interface PreparedSecret {
  /** `ABCD-EFGH-JKLM-NPQR`: to be shown once to whoever hands it over, and kept nowhere. */
  readonly secret: string;
  /** What is stored. */
  readonly hash: string;
}

/**
 * Makes a one-time secret. Hashing takes some 20 ms and much memory on purpose, so this comes *before* the database
 * change in which `issueInitialSecret` or `enableOneDayPassword` gives it to an account; a change that runs again
 * gives the same one.
 *
 * @throws BusyFault when too many passwords are being hashed: nothing has been changed, try again soon
 */
export async function prepareSecret(
  context: Pick<GatewayContext, 'randomness' | 'passwords'>,
): Promise<PreparedSecret> {
  const secret = composeSecret(context.randomness.bytes(SECRET_BYTES));
  return { secret, hash: await context.passwords.hash(secret) };
}
