import { keepersOf } from '../accounts/authority.ts';
import { changeState, endSessionsOf, findStateAfterSuspension } from './change-account.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import type { GatewayContext } from './gateway-context.ts';

/**
 * Suspends an account at once, or lifts the suspension. Suspending takes nothing for good and gives nothing, and lifting
 * gives back only what was approved before, and an activation that was never finished goes on where it was: neither needs
 * an application; both need a reason (document 1, 三(三)1).
 * The sessions of a suspended account end before its next request.
 */
export async function setSuspension(
  context: GatewayContext,
  act: {
    readonly actor: DeskActor;
    readonly accountId: string;
    readonly to: 'suspended' | 'resumed';
    readonly reason: string;
  },
): Promise<DeskOutcome<{ readonly endedSessions: number }>> {
  const { actor, accountId, to } = act;
  const reason = readText('reason', act.reason);
  if (reason.problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems: reason.problems } };
  const order = {
    actor: recordedActor(actor),
    basis: { kind: 'policy', reference: to === 'suspended' ? 'suspension' : 'resumption' },
    origin: actor.origin,
  } as const;
  const outcome = await context.database.change<DeskOutcome>(async changes => {
    const account = await changes.findAccount(accountId);
    if (account === undefined) return refuse({ code: 'changed-meanwhile' });
    const place = { ...account, accountId: account.id };
    const authority = await findDecidingAuthority(context, changes, actor, keepersOf(account), place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (account.id === actor.accountId) return refuse({ code: 'own-account' });
    if (account.state !== (to === 'suspended' ? 'active' : 'suspended')) return refuse({ code: 'changed-meanwhile' });
    const state = to === 'suspended' ? to : await findStateAfterSuspension(changes, account);
    const [first, ...rest] = await changeState(context, changes, account, state, order, reason.text);
    return first === undefined
      ? refuse({ code: 'changed-meanwhile' })
      : { result: { ok: true }, events: [first, ...rest] };
  });
  if (!outcome.ok) return outcome;
  const endedSessions = to === 'resumed' ? 0 : await endSessionsOf(context, [accountId], 'account-changed', order);
  return { ok: true, endedSessions };
}
