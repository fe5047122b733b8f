import { canBecome, type Account, type AccountState, type GatewayRole } from '../accounts/account.ts';
import type { SystemGrant } from '../accounts/system-grant.ts';
import type { Application } from '../applications/application.ts';
import { readChangeRequest, TAKING_AWAY, type ChangeRequest } from '../applications/change-request.ts';
import type { ExecutionFailure } from '../applications/failures.ts';
import type { GrantRow } from '../applications/form.ts';
import type { AuditEvent } from '../audit/event.ts';
import { taipeiDayOf, type TaipeiDay } from '../calendar/taipei-day.ts';
import {
  changeRoles,
  changeState,
  changeUnit,
  endGrant,
  findStateAfterSuspension,
  grantRole,
  type AccountChangeOrder,
} from './change-account.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { DatabaseChanges } from './ports.ts';
import { isFitSuccessor, isLastRegistrar } from './resolve-subject.ts';

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

  const work = { context, changes, application, order, request, account, events: [] as AuditEvent[] };
  const failure = await handOver(work);
  if (failure !== null) return refused(failure);
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
  changes: DatabaseChanges,
  account: Account,
  { change, leavesAgency }: ChangeRequest,
): Promise<AccountState | null> {
  if (change === 'suspend') return 'suspended';
  if (change === 'resume') return findStateAfterSuspension(changes, account);
  return change === 'delete' || leavesAgency ? 'deleted' : null;
}

/** Whether somebody loses something by the change, so that his sessions end with it (D1-087). */
export function takesAway({ change, grants, role }: ChangeRequest): boolean {
  if (TAKING_AWAY.includes(change)) return true;
  return grants.some(row => row.act === 'remove') || role?.act === 'remove';
}

/** An agency keeps a registrar: the last one goes only when a successor takes over in the same change (D1-049). */
async function handOver(work: Work): Promise<ExecutionFailure | null> {
  const { context, changes, order, request, account, events } = work;
  if (!TAKING_AWAY.includes(request.change) || !(await isLastRegistrar(changes, account))) return null;
  if (request.successor === null) return { code: 'execution-last-registrar' };
  const successor = await changes.findAccountByLoginName(request.successor);
  if (successor === undefined || !isFitSuccessor(account, successor)) return { code: 'execution-successor-unfit' };
  events.push(await changeRoles(context, changes, successor, [...successor.roles, 'registrar'], order));
  return null;
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
  { systems }: Pick<GatewayContext, 'systems'>,
  { grants }: ChangeRequest,
): { readonly system: string; readonly role: string } | undefined {
  return grants.find(
    ({ system, role, act }) => act === 'add' && !systems.get(system)?.roles.some(each => each.code === role),
  );
}

function refused(failure: ExecutionFailure): AccountChangeVerdict {
  return { ok: false, failure };
}
