import { canBecome, type GatewayRole } from '../../accounts/account.ts';
import { keepersOf } from '../../accounts/authority.ts';
import { soleRoleOf } from '../../accounts/dormancy.ts';
import type { Difference, PersonnelImport } from '../../accounts/personnel.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { changeState, endGrant, endSessionsOf, type AccountChangeOrder } from '../accounts/change-account.ts';
import { differencesOfAccount } from './compare-personnel.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from '../accounts/desk-act.ts';
import { findColleagues } from './dormancy.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** Who brings in personnel data and acts upon them: the registrar of the agency, 本署's administrator. */
export const SETTLING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/**
 * remove: who has left loses the account · end-rights: who has moved loses his system roles, and applies anew for those of
 * his new duty · suspend: somebody whom the personnel data do not know, or a leaver whose record one has imported oneself
 */
export type Settlement = 'remove' | 'end-rights' | 'suspend';

const FITTING = {
  remove: ['left'],
  'end-rights': ['moved'],
  suspend: ['unknown', 'left'],
} as const satisfies Record<Settlement, readonly Difference['kind'][]>;

/**
 * What `actorId` may do about a difference, as far as his roles reach the account; null: nothing, or not for him.
 *
 * Whoever brought the data in does not delete upon them (D1-092): he suspends a leaver, who is out the same day (D1-087),
 * and a second person deletes. Data from the command line were brought in by nobody of the portal.
 */
export function settlementFor(
  { kind, account }: Pick<Difference, 'kind' | 'account'>,
  { importerId }: Pick<PersonnelImport, 'importerId'>,
  actorId: string,
): Settlement | null {
  if (account.id === actorId) return null;
  const suspension = canBecome(account.state, 'suspended') ? 'suspend' : null;
  switch (kind) {
    case 'left':
      return importerId === actorId ? suspension : 'remove';
    case 'moved':
      return 'end-rights';
    case 'unknown':
      return suspension;
    case 'ambiguous':
    case 'stale':
      return null;
  }
}

/**
 * Takes away on the basis of a personnel record (D1-040, D1-082): only what the newest data still say at this moment, never
 * for oneself, from heads, registrars and officers only at 本署 (who gave them their roles), and never from the last
 * registrar of an agency, who needs a successor first. Gives nothing.
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
    if (accountId === actor.accountId) return refuse({ code: 'own-account' });
    const authority = await findDecidingAuthority(context, changes, actor, keepersOf(account), place);
    if (authority === undefined) return refuse({ code: 'access-refused' });

    const { personnel, differences } = await differencesOfAccount(changes, context.clock, accountId);
    const kinds: readonly Difference['kind'][] = FITTING[settlement];
    const difference = differences.find(each => kinds.includes(each.kind));
    if (personnel === undefined || difference === undefined) return refuse({ code: 'changed-meanwhile' });
    if (settlement === 'remove' && settlementFor(difference, personnel, actor.accountId) !== 'remove') {
      return refuse({ code: 'own-import' });
    }
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
