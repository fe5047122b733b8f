import type { Application } from '../../applications/application.ts';
import { readChangeRequest, takesAway } from '../../applications/change-request.ts';
import type { ScheduledChange } from '../../applications/scheduled-change.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { applyAccountChange, endAccessAtLeast } from './apply-account-change.ts';
import { endSessionsOf, type AccountChangeOrder } from '../accounts/change-account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { noticeFacts, notifyAccount } from '../operations/notify.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { LeaseLostFault } from '../ports/operations.ts';
import { cancelChange } from './schedule-change.ts';

export interface DueChangesOutcome {
  readonly applied: number;
  readonly cancelled: number;
}

/**
 * Applies every scheduled change whose day has come, each in its own transaction and once, however many nodes are at it
 * and whatever midnight was missed (D1-082, D1-087). One that cannot be applied any more is cancelled with its reason, its
 * executor is told, and what it was to take away is out of use all the same; nobody who came back is deleted by an old
 * order.
 *
 * @throws AggregateError at the end, when some could not be dealt with: they wait, and the others are done
 */
export async function applyDueChanges(context: GatewayContext): Promise<DueChangesOutcome> {
  const dueBy = taipeiDayOf(context.clock.now());
  const count = { applied: 0, cancelled: 0 };
  const faults: unknown[] = [];
  for (const due of await context.database.applications.listWaitingChanges({ dueBy })) {
    try {
      const outcome = await context.database.change(changes => applyOne(context, changes, due));
      if (outcome.kind === 'gone') continue;
      count[outcome.kind] += 1;
      if (outcome.takesAway) {
        const actor = { kind: 'account', accountId: due.orderedBy } as const;
        await endSessionsOf(context, [due.accountId], 'account-changed', { actor });
      }
    } catch (error) {
      // Another node has the job now; every other fault keeps nobody behind it waiting.
      if (error instanceof LeaseLostFault) throw error;
      faults.push(error);
    }
  }
  if (faults.length === 0) return count;
  const [first] = faults;
  const because = first instanceof Error ? first.message : String(first);
  throw new AggregateError(faults, `${faults.length} due changes could not be dealt with, the first: ${because}`);
}

type Applied = { readonly kind: 'gone' } | { readonly kind: 'applied' | 'cancelled'; readonly takesAway: boolean };

async function applyOne(
  context: GatewayContext,
  changes: DatabaseChanges,
  due: ScheduledChange,
): Promise<Change<Applied>> {
  const waiting = await changes.applications.listWaitingChanges({ accountId: due.accountId });
  if (!waiting.some(each => each.id === due.id)) return { result: { kind: 'gone' }, unchanged: true };
  const application = await changes.applications.findApplication(due.applicationId);
  if (application === undefined) throw new Error(`No application ${due.applicationId}.`);

  const order: AccountChangeOrder = {
    actor: { kind: 'account', accountId: due.orderedBy },
    basis: { kind: 'application', reference: application.number },
  };
  const result = { takesAway: takesAway(readChangeRequest(application.form, application.values)) };
  const verdict = await applyAccountChange(context, changes, application, order);
  const [first, ...rest] = verdict.ok ? verdict.events : [];
  if (first === undefined) {
    const because = verdict.ok ? 'nothing-to-change' : verdict.failure.code;
    const cancelled = await cancelChange(context, changes, due, application.number, because);
    const ended = await endAccessAtLeast(context, changes, application, order);
    await tellExecutor(context, changes, due, application);
    return { result: { kind: 'cancelled', ...result }, events: [cancelled, ...ended] };
  }
  await changes.applications.endScheduledChange(due.id, 'applied', context.clock.now(), null);
  return { result: { kind: 'applied', ...result }, events: [first, ...rest] };
}

async function tellExecutor(
  context: GatewayContext,
  changes: DatabaseChanges,
  { orderedBy, accountId, dueDay }: ScheduledChange,
  { number, form }: Application,
): Promise<void> {
  const executor = await changes.findAccount(orderedBy);
  const subject = await changes.findAccount(accountId);
  if (executor === undefined) return;
  await notifyAccount(context, changes, executor, 'change-not-applied', {
    ...noticeFacts(context, executor),
    number,
    form,
    subject: subject?.loginName ?? '',
    day: dueDay,
  });
}
