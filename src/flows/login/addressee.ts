import type { Account } from '../../accounts/account.ts';
import { decoySubject, normaliseLoginName } from '../../accounts/attempt-subject.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** Whoever was addressed, and whom the attempt counts for; without an account a decoy. */
export interface Addressee {
  readonly account: Account | undefined;
  readonly subjectId: string;
}

/** Finds the account of a name as it was typed. */
export async function findAddressee(context: Pick<GatewayContext, 'database'>, typed: string): Promise<Addressee> {
  // A name that can be none is asked for too: the same work, whatever was typed.
  const account = await context.database.accounts.findAccountByLoginName(normaliseLoginName(typed) ?? NO_NAME);
  return { account, subjectId: account?.personId ?? decoySubject(typed) };
}

/** A name that no account can have: login names begin with a letter or a digit. */
const NO_NAME = '-';

/** An id that no account has: what is looked up where there is no account. */
export const NOBODY = '00000000-0000-4000-8000-000000000100';
