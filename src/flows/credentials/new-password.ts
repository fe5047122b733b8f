import { judgeNewPassword, normalisePassword, type PasswordFault } from '../../accounts/password.ts';
import type { Account } from '../../accounts/account.ts';
import type { GatewayContext } from '../gateway-context.ts';

export interface NewPasswordRefusal {
  readonly code: 'password-refused';
  readonly faults: readonly (PasswordFault | 'password-not-repeated')[];
}

export type NewPasswordOutcome =
  { readonly ok: true; readonly hash: string } | { readonly ok: false; readonly failure: NewPasswordRefusal };

/**
 * Judges and hashes a password that somebody chooses; nothing is stored. Outside any change: it hashes up to five times.
 *
 * @throws BusyFault when too many passwords are being hashed
 */
export async function prepareNewPassword(
  context: Pick<GatewayContext, 'database' | 'passwords'>,
  account: Pick<Account, 'id' | 'loginName'>,
  typed: { readonly password: string; readonly repeated: string },
): Promise<NewPasswordOutcome> {
  const password = normalisePassword(typed.password);
  if (password === undefined) return refused(['password-too-long']);
  const faults: NewPasswordRefusal['faults'][number][] = judgeNewPassword(password, account.loginName);
  if (password !== normalisePassword(typed.repeated)) faults.push('password-not-repeated');
  if (faults.length > 0) return refused(faults);
  const { credentials } = context.database;
  const last = await credentials.listLastPasswords(account.id);
  // Days' passwords may have pushed the permanent one out of the last three: it counts as long as it lives.
  const permanent = await credentials.findPassword(account.id);
  const used = new Set([...last, ...(permanent === undefined ? [] : [permanent])].map(({ hash }) => hash));
  for (const hash of used) {
    if (await context.passwords.matches(hash, password)) return refused(['password-used-before']);
  }
  return { ok: true, hash: await context.passwords.hash(password) };
}

function refused(faults: NewPasswordRefusal['faults']): NewPasswordOutcome {
  return { ok: false, failure: { code: 'password-refused', faults } };
}
