import { canBecome, type GatewayRole } from '../accounts/account.ts';
import { soleRoleOf } from '../accounts/dormancy.ts';
import type { AuditEvent } from '../audit/event.ts';
import { changeState, endGrant, endSessionsOf, type AccountChangeOrder } from './change-account.ts';
import { differencesOfAccount } from './compare-personnel.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import { findColleagues } from './dormancy.ts';
import type { GatewayContext } from './gateway-context.ts';

/** Who acts on personnel data: the registrar of the agency, 本署's administrator. */
export const SETTLING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/**
 * remove: who has left loses the account · end-rights: who has moved loses his system roles, and applies anew for those of
 * his new duty · suspend: somebody whom the personnel data do not know
 */
export type Settlement = 'remove' | 'end-rights' | 'suspend';

const FITTING = { remove: 'left', 'end-rights': 'moved', suspend: 'unknown' } as const;

/**
 * Takes away on the basis of a personnel record (D1-040, D1-082): only what the newest data still say at this moment, never
 * for oneself, and never the last registrar of an agency, who needs a successor first. Gives nothing.
 */
export async function settleDifference(
  context: GatewayContext,
  act: {
    readonly actor: DeskActor;
    readonly accountId: string;
    readonly settlement: Settlement;
    readonly reason: string;
  },
): Promise<DeskOutcome<{ readonly endedSessions: number }>> {
  const { actor, accountId, settlement } = act;
  const reason = readText('reason', act.reason);
  if (reason.problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems: reason.problems } };
  const outcome = await context.database.change<DeskOutcome>(async changes => {
    const access = await changes.findAccess(accountId);
    if (access === undefined) return refuse({ code: 'changed-meanwhile' });
    const { account, grants } = access;
    const place = { ...account, accountId };
    const authority = await findDecidingAuthority(context, changes, actor, SETTLING_ROLES, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (accountId === actor.accountId) return refuse({ code: 'own-account' });

    const { personnel, differences } = await differencesOfAccount(changes, context.clock, accountId);
    const difference = differences.find(each => each.kind === FITTING[settlement]);
    if (personnel === undefined || difference === undefined) return refuse({ code: 'changed-meanwhile' });
    const role = settlement === 'end-rights' ? undefined : soleRoleOf(account, await findColleagues(changes, account));
    if (role !== undefined) {
      return refuse({ code: 'fields-invalid', problems: [{ field: 'reason', code: 'successor-missing' }] });
    }

    const number = difference.record?.employeeNumber ?? 'none';
    const order: AccountChangeOrder = {
      actor: recordedActor(actor),
      basis: { kind: 'personnel', reference: `import ${personnel.id}, employee ${number}` },
      origin: actor.origin,
    };
    const events: AuditEvent[] = [];
    if (settlement === 'end-rights') {
      for (const grant of grants.filter(each => each.state !== 'ended')) {
        events.push(await endGrant(context, changes, grant, order));
      }
    } else {
      const to = settlement === 'remove' ? 'deleted' : 'suspended';
      if (!canBecome(account.state, to)) return refuse({ code: 'changed-meanwhile' });
      events.push(...(await changeState(context, changes, account, to, order, reason.text)));
    }
    const [first, ...rest] = events;
    return first === undefined
      ? refuse({ code: 'changed-meanwhile' })
      : { result: { ok: true }, events: [first, ...rest] };
  });
  if (!outcome.ok) return outcome;
  const by = { actor: recordedActor(actor), origin: actor.origin };
  return { ok: true, endedSessions: await endSessionsOf(context, [accountId], 'account-changed', by) };
}
