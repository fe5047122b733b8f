import type { Account } from '../../accounts/account.ts';
import { keepersOf } from '../../accounts/authority.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { issueInitialSecret } from './issue-initial-secret.ts';
import { noticeFacts, notifyAccount } from '../operations/notify.ts';
import type { Change } from '../ports.ts';
import { prepareSecret } from './prepare-secret.ts';

export interface IssuedSecret {
  readonly account: Account;
  /** To be shown once and handed over in person. */
  readonly secret: string;
}

/**
 * A registrar gives somebody a new initial secret: the first was lost or ran out, or the permanent password was
 * forgotten (decision E10). A password there was no longer counts; the card goes on opening the account. The person is
 * told, and whoever has handed out the secret confirms no card that is registered with it (`decideBinding`).
 *
 * @throws BusyFault when too many passwords are being hashed
 */
export async function resetPassword(
  context: GatewayContext,
  reset: { readonly accountId: string; readonly reason: string; readonly actor: DeskActor },
): Promise<DeskOutcome<IssuedSecret>> {
  const { actor } = reset;
  const reason = readText('reason', reset.reason);
  const prepared = await prepareSecret(context);
  return context.database.change(async (changes): Promise<Change<DeskOutcome<IssuedSecret>>> => {
    const account = await changes.findAccount(reset.accountId);
    if (account === undefined) return refuse({ code: 'changed-meanwhile' });
    if (actor.accountId === account.id) return refuse({ code: 'own-account' });
    const place = { ...account, accountId: account.id };
    const authority = await findDecidingAuthority(context, changes, actor, keepersOf(account), place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (reason.problems.length > 0) return refuse({ code: 'fields-invalid', problems: reason.problems });
    // Suspended or deleted: a secret would open nothing.
    if (account.state !== 'active' && account.state !== 'pending-activation') {
      return refuse({ code: 'changed-meanwhile' });
    }
    const order = {
      actor: recordedActor(actor),
      basis: { kind: 'policy', reference: 'password-reset' },
      origin: actor.origin,
    } as const;
    await notifyAccount(context, changes, account, 'password-reset', noticeFacts(context, account));
    const issued = await issueInitialSecret(context, changes, account, prepared, order);
    const event = composeEvent(context, 'password.reset', {
      actor: order.actor,
      accountId: account.id,
      origin: actor.origin,
      facts: { reason: reason.text },
    });
    return { result: { ok: true, account, secret: prepared.secret }, events: [event, issued] };
  });
}
