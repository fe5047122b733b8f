import { canBecome, type Account, type AccountChangeFailure } from '../../accounts/account.ts';
import type { Actor } from '../../audit/event.ts';
import { changeState, endSessionsOf, type AccountChangeOrder } from './change-account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Change } from '../ports.ts';

export type SuspensionOutcome =
  | { readonly ok: true; readonly account: Account; readonly endedSessions: number }
  | { readonly ok: false; readonly failure: AccountChangeFailure };

/** Suspends an account from the command line and ends its sessions; what was granted stays, and waits for its return. */
export async function suspendAccount(
  context: GatewayContext,
  input: { readonly loginName: string; readonly reason: string; readonly actor: Actor },
): Promise<SuspensionOutcome> {
  const order: AccountChangeOrder = {
    actor: input.actor,
    basis: { kind: 'command-line', reference: 'account suspend' },
  };
  type Suspended = Omit<Extract<SuspensionOutcome, { ok: true }>, 'endedSessions'>;
  type Refused = Extract<SuspensionOutcome, { ok: false }>;
  const refuse = (failure: AccountChangeFailure): Change<Refused> => ({
    result: { ok: false, failure },
    unchanged: true,
  });
  const outcome = await context.database.change<Suspended | Refused>(async changes => {
    const account = await changes.findAccountByLoginName(input.loginName);
    if (account === undefined) return refuse({ code: 'account-not-found', loginName: input.loginName });
    if (!canBecome(account.state, 'suspended')) {
      return refuse({ code: 'account-transition-refused', from: account.state, to: 'suspended' });
    }
    const [first, ...rest] = await changeState(context, changes, account, 'suspended', order, input.reason);
    if (first === undefined) throw new Error('A change of state has its event.');
    return { result: { ok: true, account: { ...account, state: 'suspended' } }, events: [first, ...rest] };
  });
  if (!outcome.ok) return outcome;
  const endedSessions = await endSessionsOf(context, [outcome.account.id], 'account-changed', order);
  return { ...outcome, endedSessions };
}
