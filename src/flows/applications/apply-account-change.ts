import { canBecome, type Account, type AccountState, type GatewayRole } from '../../accounts/account.ts';
import { IRREPLACEABLE_ROLES } from '../../accounts/dormancy.ts';
import type { Unit } from '../../accounts/organisation.ts';
import type { SystemGrant } from '../../accounts/system-grant.ts';
import type { Application } from '../../applications/application.ts';
import { lostRoles, readChangeRequest, TAKING_AWAY, type ChangeRequest } from '../../applications/change-request.ts';
import type { ExecutionFailure } from '../../applications/failures.ts';
import type { GrantRow } from '../../applications/form.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import {
  changeRoles,
  changeState,
  changeUnit,
  endGrant,
  findStateAfterSuspension,
  grantRole,
  type AccountChangeOrder,
} from '../accounts/change-account.ts';
import { findSoleRoles } from '../operations/dormancy.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';
import { isFitSuccessor } from './resolve-subject.ts';

export type AccountChangeVerdict =
  | { readonly ok: true; readonly account: Account; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly failure: ExecutionFailure };

/**
 * Applies what an approved D-06-09 or D-06-10 asks of an account that is there. Everything is judged before anything is
 * written; works inside the caller's change.
 */
export async function applyAccountChange(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  order: AccountChangeOrder,
): Promise<AccountChangeVerdict> {
  const judged = await judgeAccountChange(context, changes, application);
  if (!judged.ok) return judged;
  const { account, request, unit, to, successor } = judged.plan;
  const work = { context, changes, application, order, request, account, events: [] as AuditEvent[] };
  if (successor !== null) {
    work.events.push(await changeRoles(context, changes, successor, [...successor.roles, 'registrar'], order));
  }
  switch (request.change) {
    case 'add':
      throw new Error('A new account is opened, not changed.');
    case 'appoint':
      await setRoles(work, [...account.roles, 'registrar']);
      await changeGrants(work);
      break;
    case 'change':
      if (unit !== undefined && unit.id !== account.unitId) {
        work.events.push(await changeUnit(context, changes, account, unit.id, order));
      }
      if (request.role !== null) await setRoles(work, rolesAfter(account, request.role));
      await changeGrants(work);
      break;
    case 'suspend':
    case 'resume':
    case 'delete':
      break;
    case 'move':
      if (request.leavesAgency) break;
      // What he held went with the post; the form says what the new one needs.
      await endAllGrants(work);
      if (unit !== undefined) work.events.push(await changeUnit(context, changes, account, unit.id, order));
      await setRoles(work, ['general-user']);
      await changeGrants(work);
      break;
  }
  if (to !== null) work.events.push(...(await changeState(context, changes, account, to, order, request.reason)));
  return { ok: true, account, events: work.events };
}

interface Plan {
  readonly request: ChangeRequest;
  readonly account: Account;
  /** The new one; undefined where it stays. */
  readonly unit: Unit | undefined;
  /** Null where it stays. */
  readonly to: AccountState | null;
  /** Who becomes registrar in the same change; null where nobody has to. */
  readonly successor: Account | null;
}

/** Whether the change could be applied as things are now, and how. Changes nothing. */
export async function judgeAccountChange(
  context: Pick<GatewayContext, 'clock' | 'systems'>,
  changes: AccountReader,
  application: Application,
): Promise<{ readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly failure: ExecutionFailure }> {
  const request = readChangeRequest(application.form, application.values);
  const account = await changes.findAccount(application.subjectAccountId ?? '');
  if (account === undefined || account.state === 'deleted') return refused({ code: 'execution-account-gone' });
  const units = await changes.listUnits(account.organisationId);
  const unit = units.find(each => each.code === request.unitCode);
  if (request.unitCode !== null && unit === undefined) return refused({ code: 'execution-unit-gone' });
  const unknown = findUnknownRole(context, request);
  if (unknown !== undefined) return refused({ code: 'execution-role-unknown', ...unknown });

  if (findEndedRow(context, application, request) !== undefined) return refused({ code: 'execution-day-over' });
  // Who was never suspended is not resumed: a first activation has its own steps.
  if (request.change === 'resume' && account.state !== 'suspended') {
    return refused({ code: 'execution-transition-refused' });
  }
  const to = await findStateAfter(changes, account, request);
  if (to !== null && !canBecome(account.state, to)) return refused({ code: 'execution-transition-refused' });

  const plan = { request, account, unit, to };
  const sole = await findSoleRoles(changes, account);
  const lost = lostRoles(request, account.roles).filter(role => sole.includes(role));
  const officer = lost.find(role => IRREPLACEABLE_ROLES.includes(role));
  if (officer !== undefined) return refused({ code: 'execution-last-officer', role: officer });
  if (!lost.includes('registrar')) return { ok: true, plan: { ...plan, successor: null } };
  // An agency keeps a registrar: the last one goes only when a successor takes over in the same change (D1-049).
  if (request.successor === null) return refused({ code: 'execution-last-registrar' });
  const successor = await changes.findAccountByLoginName(request.successor);
  return successor !== undefined && isFitSuccessor(account, successor)
    ? { ok: true, plan: { ...plan, successor } }
    : refused({ code: 'execution-successor-unfit' });
}

interface Work {
  readonly context: GatewayContext;
  readonly changes: DatabaseChanges;
  readonly application: Application;
  readonly order: AccountChangeOrder;
  readonly request: ChangeRequest;
  readonly account: Account;
  readonly events: AuditEvent[];
}

/** The state that the change leads to; null where it stays. */
async function findStateAfter(
  changes: AccountReader,
  account: Account,
  { change, leavesAgency }: ChangeRequest,
): Promise<AccountState | null> {
  if (change === 'suspend') return 'suspended';
  if (change === 'resume') return findStateAfterSuspension(changes, account);
  return change === 'delete' || leavesAgency ? 'deleted' : null;
}

/**
 * What is left of a change that has become due and cannot be applied as a whole: on that day the person loses his access
 * all the same (D1-087), and whoever executed it looks into the rest. Who was to leave or to be suspended is suspended
 * until then; of other changes the rights that they remove end. 本署's last officer stays: nobody could undo it.
 */
export async function endAccessAtLeast(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  order: AccountChangeOrder,
): Promise<AuditEvent[]> {
  const request = readChangeRequest(application.form, application.values);
  const account = await changes.findAccount(application.subjectAccountId ?? '');
  if (account === undefined || account.state === 'deleted') return [];
  if (TAKING_AWAY.includes(request.change)) {
    const sole = await findSoleRoles(changes, account);
    const isKept = !canBecome(account.state, 'suspended') || sole.some(role => IRREPLACEABLE_ROLES.includes(role));
    return isKept ? [] : changeState(context, changes, account, 'suspended', order, request.reason);
  }
  const removals = { ...request, grants: request.grants.filter(row => row.act === 'remove') };
  const work = { context, changes, application, order, request: removals, account, events: [] as AuditEvent[] };
  await changeGrants(work);
  return work.events;
}

async function setRoles({ context, changes, account, order, events }: Work, roles: readonly GatewayRole[]) {
  const wanted = [...new Set(roles)];
  const isSame = wanted.length === account.roles.length && wanted.every(role => account.roles.includes(role));
  if (!isSame) events.push(await changeRoles(context, changes, account, wanted, order));
}

function rolesAfter(account: Account, { role, act }: NonNullable<ChangeRequest['role']>): GatewayRole[] {
  if (act === 'add') return [...account.roles, role];
  const left = account.roles.filter(each => each !== role);
  return left.length === 0 ? ['general-user'] : left;
}

async function endAllGrants({ context, changes, account, order, events }: Work): Promise<void> {
  const access = await changes.findAccess(account.id);
  for (const grant of access?.grants ?? []) {
    if (grant.state !== 'ended') events.push(await endGrant(context, changes, grant, order));
  }
}

/** Ends what the rows remove, gives what they add; a right that is there already is replaced, never doubled. */
async function changeGrants(work: Work): Promise<void> {
  const { context, changes, account, application, order, request, events } = work;
  for (const row of request.grants) {
    const held = (await changes.findAccess(account.id))?.grants ?? [];
    for (const grant of held) {
      const isMeant = grant.systemId === row.system && grant.role === row.role && grant.state !== 'ended';
      if (isMeant) events.push(await endGrant(context, changes, grant, order));
    }
    if (row.act === 'add') {
      events.push(await grantRole(context, changes, composeGrant(context, application, account.id, row), order));
    }
  }
}

/** The grant that a row asks for: from the effective day on, but not before it was executed. */
export function composeGrant(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  application: Application,
  accountId: string,
  row: ChangeRequest['grants'][number],
): SystemGrant {
  const validFrom = firstDay(context, application);
  return {
    id: context.randomness.uuid(),
    accountId,
    systemId: row.system,
    role: row.role,
    reason: row.reason,
    basis: application.number,
    validFrom,
    validUntil: row.validUntil === '' ? null : row.validUntil,
    state: 'live',
  };
}

function firstDay({ clock }: Pick<GatewayContext, 'clock'>, { effectiveDay }: Application): TaipeiDay {
  const today = taipeiDayOf(clock.now());
  return effectiveDay !== null && effectiveDay > today ? effectiveDay : today;
}

/** A right whose last day went by while the form was under way: nothing is left to give. */
export function findEndedRow(
  context: Pick<GatewayContext, 'clock'>,
  application: Application,
  { grants }: ChangeRequest,
): GrantRow | undefined {
  const first = firstDay(context, application);
  return grants.find(row => row.act === 'add' && row.validUntil !== '' && row.validUntil < first);
}

/** A right that `systems.yaml` does not know (any more). */
export function findUnknownRole(
  context: Pick<GatewayContext, 'systems'>,
  { grants }: ChangeRequest,
): { readonly system: string; readonly role: string } | undefined {
  const unknown = grants.find(({ system, role, act }) => act === 'add' && !isKnownRole(context, system, role));
  return unknown && { system: unknown.system, role: unknown.role };
}

/** Whether `systems.yaml` has the role in this system now. */
export function isKnownRole({ systems }: Pick<GatewayContext, 'systems'>, system: string, role: string): boolean {
  return systems.get(system)?.roles.some(each => each.code === role) ?? false;
}

function refused(failure: ExecutionFailure): { readonly ok: false; readonly failure: ExecutionFailure } {
  return { ok: false, failure };
}
