import {
  canBecome,
  stateAfterSuspension,
  type Account,
  type AccountState,
  type GatewayRole,
} from '../../accounts/account.ts';
import type { SystemGrant } from '../../accounts/system-grant.ts';
import type { Actor, AuditEvent, EventCode, Fact } from '../../audit/event.ts';
import type { AuthenticationMethod, SessionEndReason } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';
import { endSessions } from '../sessions/end-sessions.ts';

/**
 * What a change of an account rests on (D1-040): without one of these nothing is changed. It stands in every event, so
 * that what was executed can be held against what was approved (D1-046).
 */
export interface ChangeBasis {
  readonly kind: 'application' | 'personnel' | 'policy' | 'migrated' | 'setup' | 'command-line' | 'demo';
  /** The application's number, the personnel import, the policy's name and run, the command's reason. */
  readonly reference: string;
}

/** Who changes an account, on what basis; every function here records it. */
export interface AccountChangeOrder {
  readonly actor: Actor;
  readonly basis: ChangeBasis;
  readonly origin?: RequestOrigin;
}

type Work = Pick<GatewayContext, 'clock' | 'randomness'>;

/**
 * The one way in which accounts come to be and change. Every function works inside the caller's change and returns the
 * event to record with it; the caller ends the sessions of those who lost something after the commit
 * ({@link endSessionsOf}), which is felt at the next request.
 */
export async function createAccount(
  context: Work,
  changes: DatabaseChanges,
  account: Account,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.insertAccount(account);
  return eventOf(context, account.id, 'account.created', order, {
    loginName: account.loginName,
    organisation: account.organisationId,
    unit: account.unitId,
    state: account.state,
    roles: account.roles.join(','),
  });
}

const STATE_EVENTS = {
  'pending-activation': 'account.resumed',
  active: 'account.resumed',
  suspended: 'account.suspended',
  deleted: 'account.deleted',
} as const satisfies Record<AccountState, EventCode>;

/**
 * Moves an account to another state; a deleted one loses its grants and its card too.
 *
 * @throws Error when there is no such transition: ask `canBecome` before
 */
export async function changeState(
  context: Work,
  changes: DatabaseChanges,
  account: Account,
  to: AccountState,
  order: AccountChangeOrder,
  reason: string,
): Promise<AuditEvent[]> {
  if (!canBecome(account.state, to)) throw new Error(`${account.loginName} cannot go from ${account.state} to ${to}.`);
  await changes.setAccountState(account.id, to);
  const changed = eventOf(context, account.id, STATE_EVENTS[to], order, { reason, before: account.state, after: to });
  return to === 'deleted' ? [changed, ...(await strip(context, changes, account, order))] : [changed];
}

/** The state to which lifting a suspension leads; the one answer for the desk and for a form. */
export async function findStateAfterSuspension(
  accounts: Pick<AccountReader, 'hasHadCard'>,
  account: Pick<Account, 'id'>,
): Promise<AccountState> {
  return stateAfterSuspension(await accounts.hasHadCard(account.id));
}

/** Ends everything a deleted account held, so that a list of rights shows none that nobody has. */
async function strip(
  context: Work,
  changes: DatabaseChanges,
  account: Account,
  order: AccountChangeOrder,
): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  const access = await changes.findAccess(account.id);
  for (const grant of access?.grants ?? []) {
    if (grant.state !== 'ended') events.push(await endGrant(context, changes, grant, order));
  }
  for (const binding of await changes.listBindings(account.id)) {
    await changes.endBinding(binding.id, context.clock.now());
    const facts = { certificateSha256: binding.certificateSha256 };
    events.push(eventOf(context, account.id, 'certificate.unbound', order, facts));
  }
  return events;
}

export async function grantRole(
  context: Work,
  changes: DatabaseChanges,
  grant: SystemGrant,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.insertGrant(grant);
  const { role, reason, validFrom, validUntil, state } = grant;
  const facts = { role, reason, validFrom, validUntil, state };
  return eventOf(context, grant.accountId, 'account.granted', order, facts, grant.systemId);
}

/** Gives effect to a right that waited for its approval. */
export async function confirmGrant(
  context: Work,
  changes: DatabaseChanges,
  grant: SystemGrant,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.setGrantState(grant.id, 'live');
  const { role, reason, validFrom, validUntil } = grant;
  const facts = { role, reason, validFrom, validUntil, before: grant.state, state: 'live' };
  return eventOf(context, grant.accountId, 'account.granted', order, facts, grant.systemId);
}

export async function endGrant(
  context: Work,
  changes: DatabaseChanges,
  grant: SystemGrant,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.setGrantState(grant.id, 'ended');
  const facts = { role: grant.role, before: grant.state, after: 'ended' };
  return eventOf(context, grant.accountId, 'account.grant-ended', order, facts, grant.systemId);
}

export async function changeRoles(
  context: Work,
  changes: DatabaseChanges,
  account: Account,
  roles: readonly GatewayRole[],
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.setRoles(account.id, roles);
  const facts = { before: account.roles.join(','), after: roles.join(',') };
  return eventOf(context, account.id, 'account.roles-changed', order, facts);
}

/** Moves an account to another unit of its organisation; to another organisation nobody moves (D1-086). */
export async function changeUnit(
  context: Work,
  changes: DatabaseChanges,
  account: Account,
  unitId: string,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  await changes.setUnit(account.id, unitId);
  return eventOf(context, account.id, 'account.changed', order, { unitBefore: account.unitId, unitAfter: unitId });
}

/** Ends the sessions of accounts that lost something (or those of one method), after the commit; records each end. */
export async function endSessionsOf(
  context: GatewayContext,
  accountIds: readonly string[],
  reason: SessionEndReason,
  order: Pick<AccountChangeOrder, 'actor' | 'origin'>,
  method?: AuthenticationMethod,
): Promise<number> {
  let count = 0;
  const { actor, origin } = order;
  const endOrder = { reason, actor, ...(origin === undefined ? {} : { origin }) };
  for (const accountId of accountIds) {
    const which = { scope: { kind: 'everything' }, accountId, ...(method === undefined ? {} : { method }) } as const;
    count += (await endSessions(context, which, endOrder)).ended.length;
  }
  return count;
}

function eventOf(
  context: Work,
  accountId: string,
  code: EventCode,
  order: AccountChangeOrder,
  facts: Readonly<Record<string, Fact>>,
  systemId?: string,
): AuditEvent {
  const { actor, basis, origin } = order;
  return composeEvent(context, code, {
    actor,
    accountId,
    ...(systemId === undefined ? {} : { systemId }),
    ...(origin === undefined ? {} : { origin }),
    facts: { ...facts, basis: basis.kind, basisReference: basis.reference },
  });
}
