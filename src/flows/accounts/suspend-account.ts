import type { Account, GatewayRole } from '../../accounts/account.ts';
import { keepersOf } from '../../accounts/authority.ts';
import { IRREPLACEABLE_ROLES } from '../../accounts/dormancy.ts';
import { changeState, endSessionsOf, findStateAfterSuspension } from './change-account.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import { findSoleRoles } from '../operations/dormancy.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { EventReader } from '../ports.ts';

/** What a suspension at the desk rests on; the role is in it, because it decides who may lift it. */
const suspensionBy = (role: GatewayRole): string => `suspension by ${role}`;

/**
 * Who may lift the suspension of an account: a registrar what a registrar of the agency has set at the desk, and nothing
 * else. Behind every other (本署's, dormancy's, an approved form's) stands somebody whom he does not overrule: 本署's
 * administrator lifts it, or an approved D-06-09.
 */
export async function liftingRoles(
  events: EventReader,
  account: Pick<Account, 'id' | 'roles'>,
): Promise<readonly GatewayRole[]> {
  const [newest] = await events.listEvents({ accountId: account.id, code: 'account.suspended', limit: 1 });
  const isOfRegistrar = newest?.facts['basisReference'] === suspensionBy('registrar');
  return keepersOf(account).filter(role => role !== 'registrar' || isOfRegistrar);
}

/**
 * Suspends an account at once, or lifts the suspension. Suspending takes nothing for good and gives nothing, and lifting
 * gives back only what was approved before, and an activation that was never finished goes on where it was: neither needs
 * an application; both need a reason (document 1, 三(三)1).
 * The sessions of a suspended account end before its next request. 本署's last case officer or administrator stays: nobody
 * could lift it any more.
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
  const by = { actor: recordedActor(actor), origin: actor.origin };
  const outcome = await context.database.change<DeskOutcome>(async changes => {
    const account = await changes.findAccount(accountId);
    if (account === undefined) return refuse({ code: 'changed-meanwhile' });
    const place = { ...account, accountId: account.id };
    const roles = to === 'suspended' ? keepersOf(account) : await liftingRoles(changes.events, account);
    const authority = await findDecidingAuthority(context, changes, actor, roles, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (account.id === actor.accountId) return refuse({ code: 'own-account' });
    if (account.state !== (to === 'suspended' ? 'active' : 'suspended')) return refuse({ code: 'changed-meanwhile' });
    const sole = to === 'suspended' ? await findSoleRoles(changes, account) : [];
    if (sole.some(role => IRREPLACEABLE_ROLES.includes(role))) {
      return refuse({ code: 'fields-invalid', problems: [{ field: 'reason', code: 'successor-missing' }] });
    }
    const reference = to === 'suspended' ? suspensionBy(authority.role) : 'resumption';
    const order = { ...by, basis: { kind: 'policy', reference } } as const;
    const state = to === 'suspended' ? to : await findStateAfterSuspension(changes, account);
    const [first, ...rest] = await changeState(context, changes, account, state, order, reason.text);
    return first === undefined
      ? refuse({ code: 'changed-meanwhile' })
      : { result: { ok: true }, events: [first, ...rest] };
  });
  if (!outcome.ok) return outcome;
  const endedSessions = to === 'resumed' ? 0 : await endSessionsOf(context, [accountId], 'account-changed', by);
  return { ok: true, endedSessions };
}
