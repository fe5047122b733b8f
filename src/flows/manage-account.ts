import { canBecome, type Account, type AccountChangeFailure } from '../accounts/account.ts';
import type { Actor } from '../audit/event.ts';
import { composeEvent, type GatewayContext } from './gateway-context.ts';
import type { Change } from './ports.ts';

export type SuspensionOutcome =
  | { readonly ok: true; readonly account: Account; readonly endedSessions: number }
  | { readonly ok: false; readonly failure: AccountChangeFailure };

/** Suspends an account and ends its sessions; what was granted stays, and waits for the person's return. */
export async function suspendAccount(
  context: GatewayContext,
  input: { readonly loginName: string; readonly reason: string; readonly actor: Actor },
): Promise<SuspensionOutcome> {
  const outcome = await context.database.change(async (changes): Promise<Change<Suspended>> => {
    const account = await changes.findAccountByLoginName(input.loginName);
    if (account === undefined) return refused({ code: 'account-not-found', loginName: input.loginName });
    if (!canBecome(account.state, 'suspended')) {
      return refused({ code: 'account-transition-refused', from: account.state, to: 'suspended' });
    }
    await changes.setAccountState(account.id, 'suspended');
    const event = composeEvent(context, 'account.suspended', {
      actor: input.actor,
      accountId: account.id,
      facts: { reason: input.reason, before: account.state, after: 'suspended' },
    });
    return { result: { ok: true, account: { ...account, state: 'suspended' } }, events: [event] };
  });
  if (!outcome.ok) return outcome;
  const ended = await context.sessions.endAllOf(outcome.account.id, 'account-changed');
  for (const session of ended) {
    await context.database.record([
      composeEvent(context, 'session.ended', {
        actor: input.actor,
        accountId: session.accountId,
        sessionReference: session.reference,
        facts: { reason: 'account-changed' },
      }),
    ]);
  }
  return { ...outcome, endedSessions: ended.length };
}

type Suspended =
  { readonly ok: true; readonly account: Account } | { readonly ok: false; readonly failure: AccountChangeFailure };

function refused(failure: AccountChangeFailure): Change<Suspended> {
  return { result: { ok: false, failure }, unchanged: true };
}
