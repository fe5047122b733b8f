import type { Application } from '../../applications/application.ts';
import { readChangeRequest, takesAway } from '../../applications/change-request.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import { isExecution } from '../../applications/stage.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { recordAct } from './act-on-application.ts';
import { recordedActor, type ApplicationActor } from './application-actor.ts';
import { applyAccountChange, judgeAccountChange } from './apply-account-change.ts';
import { endSessionsOf, type AccountChangeOrder } from '../accounts/change-account.ts';
import { refuseApplication } from './draft-application.ts';
import { enableOneDayPassword } from '../credentials/enable-one-day-password.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { notifyApplicant } from './notify-applicant.ts';
import { openAccount } from './open-account.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { prepareSecret, type PreparedSecret } from '../credentials/prepare-secret.ts';
import { scheduleChange, supersedeWaitingChanges } from './schedule-change.ts';
import { viewApplication } from './view-application.ts';

export type ExecutionOutcome =
  | {
      readonly ok: true;
      readonly application: Application;
      /** To be shown once to the executor, who hands it over in person; null where none was made. */
      readonly secret: string | null;
    }
  | { readonly ok: false; readonly failure: ApplicationFailure };

/**
 * Executes an approved application (D1-013, D1-033, D1-045, D1-146, D1-164, D1-172): opens or changes the account, or
 * enables the one-day password. A change whose day is to come is scheduled; one whose day has come is felt at the
 * person's next request.
 *
 * @throws BusyFault when too many passwords are being hashed; nothing is changed then
 */
export async function executeApplication(
  context: GatewayContext,
  input: {
    readonly actor: ApplicationActor;
    readonly number: string;
    readonly version: number;
    readonly note: string;
    readonly signature?: Uint8Array;
  },
): Promise<ExecutionOutcome> {
  const seen = await viewApplication(context, input.actor, input.number);
  // Hashing is heavy on purpose, so it is not done for somebody who may not execute anyway.
  const isPossible = seen?.possible.includes('execute') === true;
  const prepared = isPossible && needsSecret(seen.application) ? await prepareSecret(context) : null;
  const order: AccountChangeOrder = {
    actor: recordedActor(input.actor),
    basis: { kind: 'application', reference: input.number },
    origin: input.actor.origin,
  };
  const outcome = await context.database.change<Executed>(async (changes): Promise<Change<Executed>> => {
    const application = await changes.applications.findApplicationByNumber(input.number);
    if (application === undefined) return refuseApplication({ code: 'application-not-found' });
    const { actor, version, note, signature } = input;
    const act = { kind: 'execute', actor, version, note, ...(signature === undefined ? {} : { signature }) } as const;
    let lost: readonly string[] = [];
    const change = await recordAct(context, changes, application, act, async done => {
      const carriedOut = await carryOut(context, changes, done.application, actor, prepared, order);
      if (carriedOut.ok) lost = carriedOut.lost;
      return carriedOut;
    });
    if (!change.result.ok) return refuseApplication(change.result.failure);
    const result = { ok: true, application: change.result.application, lost } as const;
    return 'events' in change ? { result, events: change.events } : { result, unchanged: true };
  });
  if (!outcome.ok) return outcome;
  await endSessionsOf(context, outcome.lost, 'account-changed', order);
  await endSessionsOfReplaced(context, outcome.application, order);
  return { ok: true, application: outcome.application, secret: prepared?.secret ?? null };
}

/** A second one-day password for today: what was opened with the first ends with it. */
async function endSessionsOfReplaced(
  context: GatewayContext,
  { form, effectiveDay, subjectAccountId }: Application,
  order: AccountChangeOrder,
): Promise<void> {
  if (form !== 'D-06-11' || effectiveDay !== taipeiDayOf(context.clock.now()) || subjectAccountId === null) return;
  await endSessionsOf(context, [subjectAccountId], 'replaced', order, 'one-day-password');
}

type Executed =
  | { readonly ok: true; readonly application: Application; readonly lost: readonly string[] }
  | { readonly ok: false; readonly failure: ApplicationFailure };

type CarriedOut =
  | {
      readonly ok: true;
      readonly events: readonly AuditEvent[];
      readonly application: Application;
      /** Accounts whose sessions end. */
      readonly lost: readonly string[];
    }
  | { readonly ok: false; readonly failure: ApplicationFailure };

function needsSecret({ form, values, stage }: Application): boolean {
  return stage !== null && isExecution(stage) && (form === 'D-06-11' || values.fields['change'] === 'add');
}

async function carryOut(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  actor: ApplicationActor,
  prepared: PreparedSecret | null,
  order: AccountChangeOrder,
): Promise<CarriedOut> {
  if (application.form === 'D-06-11') return enable(context, changes, application, actor, prepared, order);
  const request = readChangeRequest(application.form, application.values);
  if (request.change === 'add') return open(context, changes, application, prepared, order);

  const accountId = application.subjectAccountId ?? '';
  const account = await changes.findAccount(accountId);
  if (account === undefined || actor.kind !== 'account')
    return { ok: false, failure: { code: 'execution-account-gone' } };
  // The newer approval speaks for the account: what an older one had scheduled does not come over it.
  const newer = { number: application.number, request };
  const superseded = await supersedeWaitingChanges(context, changes, accountId, newer);
  if (!superseded.ok) return superseded;
  const { loginName } = account;
  if (request.effectiveDay > taipeiDayOf(context.clock.now())) {
    // What could not be applied today is not promised for its day.
    const judged = await judgeAccountChange(context, changes, application);
    if (!judged.ok) return judged;
    const scheduled = await scheduleChange(context, changes, application, actor.accountId, order);
    const told = await notifyApplicant(context, changes, application, 'application-scheduled', { loginName });
    return { ok: true, application, events: [...superseded.events, scheduled, told], lost: [] };
  }
  const applied = await applyAccountChange(context, changes, application, order);
  if (!applied.ok) return applied;
  const told = await notifyApplicant(context, changes, application, 'application-executed', { loginName });
  const lost = takesAway(request) ? [accountId] : [];
  return { ok: true, application, events: [...superseded.events, ...applied.events, told], lost };
}

async function open(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  prepared: PreparedSecret | null,
  order: AccountChangeOrder,
): Promise<CarriedOut> {
  if (prepared === null) throw new Error('An account is opened with an initial secret.');
  const opened = await openAccount(context, changes, application, prepared, order);
  if (!opened.ok) return opened;
  const { account } = opened;
  const settled = { ...application, subjectAccountId: account.id, subjectPersonId: account.personId };
  await changes.applications.updateApplication(settled, application.version);
  const { loginName } = account;
  const told = await notifyApplicant(context, changes, settled, 'account-opened', { loginName });
  return { ok: true, application: settled, events: [...opened.events, told], lost: [] };
}

async function enable(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  actor: ApplicationActor,
  prepared: PreparedSecret | null,
  order: AccountChangeOrder,
): Promise<CarriedOut> {
  if (prepared === null || actor.kind !== 'account') throw new Error('A one-day password is enabled with a secret.');
  const day = application.effectiveDay ?? '';
  if (day < taipeiDayOf(context.clock.now())) return { ok: false, failure: { code: 'execution-day-over' } };
  const account = await changes.findAccount(application.subjectAccountId ?? '');
  // It stands in for a card: who never registered one has nothing to stand in for (D1-089).
  if (account?.state !== 'active' || !(await changes.hasHadCard(account.id))) {
    return { ok: false, failure: { code: 'execution-account-gone' } };
  }
  const enabled = await enableOneDayPassword(context, changes, {
    account,
    day,
    applicationNumber: application.number,
    enabledBy: actor.accountId,
    prepared,
    order,
  });
  const about = { loginName: account.loginName };
  const told = await notifyApplicant(context, changes, application, 'one-day-password-enabled', about);
  return { ok: true, application, events: [enabled, told], lost: [] };
}
