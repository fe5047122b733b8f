import type { GatewayRole } from '../../accounts/account.ts';
import { isKnownRole } from '../applications/apply-account-change.ts';
import { confirmGrant, endGrant } from './change-account.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** Who answers for rights taken over from an older system: the head of the unit, else 本署's case officer. */
export const GRANT_APPROVERS: readonly GatewayRole[] = ['unit-head', 'case-officer'];

/** Approves a right that was taken over and gives nothing yet (basis `migrated`), or ends it; both with a reason. */
export async function settleMigratedGrant(
  context: GatewayContext,
  act: {
    readonly actor: DeskActor;
    readonly accountId: string;
    readonly grantId: string;
    readonly decision: 'approve' | 'refuse';
    readonly reason: string;
  },
): Promise<DeskOutcome> {
  const { actor, accountId, grantId } = act;
  const reason = readText('reason', act.reason);
  if (reason.problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems: reason.problems } };
  return context.database.change<DeskOutcome>(async changes => {
    const access = await changes.findAccess(accountId);
    const grant = access?.grants.find(each => each.id === grantId);
    if (access === undefined || grant?.state !== 'pending') return refuse({ code: 'changed-meanwhile' });
    const place = { ...access.account, accountId };
    const authority = await findDecidingAuthority(context, changes, actor, GRANT_APPROVERS, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (accountId === actor.accountId) return refuse({ code: 'own-account' });
    // A right that `systems.yaml` does not know any more can only be ended (D1-041).
    if (act.decision === 'approve' && !isKnownRole(context, grant.systemId, grant.role)) {
      return refuse({ code: 'fields-invalid', problems: [{ field: 'reason', code: 'role-unknown' }] });
    }
    const order = {
      actor: recordedActor(actor),
      basis: { kind: 'migrated', reference: reason.text },
      origin: actor.origin,
    } as const;
    const settle = act.decision === 'approve' ? confirmGrant : endGrant;
    return { result: { ok: true }, events: [await settle(context, changes, grant, order)] };
  });
}
