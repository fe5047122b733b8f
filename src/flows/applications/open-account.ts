import type { Account } from '../../accounts/account.ts';
import type { Application } from '../../applications/application.ts';
import { readChangeRequest } from '../../applications/change-request.ts';
import type { ExecutionFailure } from '../../applications/failures.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { composeGrant, findEndedRow, findUnknownRole } from './apply-account-change.ts';
import { createAccount, grantRole, type AccountChangeOrder } from '../accounts/change-account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { issueInitialSecret } from '../credentials/issue-initial-secret.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { PreparedSecret } from '../credentials/prepare-secret.ts';

export type OpeningVerdict =
  | { readonly ok: true; readonly account: Account; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly failure: ExecutionFailure };

/**
 * Opens the account of a new person, pending activation, with the rights that the form names and an initial secret
 * (D1-013, D1-033, D1-041). Who was here before and left gets a new account on the same person; who has a live one gets
 * none (D1-086).
 */
export async function openAccount(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  prepared: PreparedSecret,
  order: AccountChangeOrder,
): Promise<OpeningVerdict> {
  const request = readChangeRequest(application.form, application.values);
  if (request.subject.kind !== 'person') throw new Error('A new account is of a new person.');
  const { person, loginName } = request.subject;
  const failure = await judgeOpening(context, changes, application);
  if (failure !== null) return { ok: false, failure };

  const known = await changes.applications.listKnownAccounts(person.name, person.idLastFour ?? '');
  const live = known.find(each => each.isLive);
  if (live !== undefined) {
    return { ok: false, failure: { code: 'execution-person-has-account', loginName: live.loginName } };
  }
  // Rehired in the same agency: the same person; elsewhere a name and four characters are not enough to say so.
  const personId =
    known.find(each => each.organisationId === application.organisationId)?.personId ?? context.randomness.uuid();
  if (!known.some(each => each.personId === personId)) await changes.insertPerson({ id: personId, ...person });
  else await changes.setPersonContact(personId, person);

  const units = await changes.listUnits(application.organisationId);
  const account: Account = {
    id: context.randomness.uuid(),
    loginName,
    personId,
    name: person.name,
    organisationId: application.organisationId,
    unitId: units.find(each => each.code === request.unitCode)?.id ?? null,
    state: 'pending-activation',
    roles: request.role === null ? ['general-user'] : [request.role.role],
    issuedAt: context.clock.now(),
    lastLoginAt: null,
  };
  const events = [await createAccount(context, changes, account, order)];
  for (const row of request.grants.filter(each => each.act === 'add')) {
    events.push(await grantRole(context, changes, composeGrant(context, application, account.id, row), order));
  }
  events.push(await issueInitialSecret(context, changes, account, prepared, order));
  return { ok: true, account, events };
}

async function judgeOpening(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
): Promise<ExecutionFailure | null> {
  const request = readChangeRequest(application.form, application.values);
  const { loginName } = request.subject;
  const day = request.effectiveDay;
  // The initial secret runs from now on: nobody is given one for a post that he has not taken up (D1-082).
  if (day > taipeiDayOf(context.clock.now())) return { code: 'execution-day-ahead', day };
  const units = await changes.listUnits(application.organisationId);
  if (request.unitCode !== null && !units.some(each => each.code === request.unitCode)) {
    return { code: 'execution-unit-gone' };
  }
  const unknown = findUnknownRole(context, request);
  if (unknown !== undefined) {
    return { code: 'execution-role-unknown', system: unknown.system, role: unknown.role };
  }
  if (findEndedRow(context, application, request) !== undefined) return { code: 'execution-day-over' };
  // Login names are never used again, those of deleted accounts included.
  const taken = await changes.findAccountByLoginName(loginName);
  return taken === undefined ? null : { code: 'execution-login-name-taken', loginName };
}
