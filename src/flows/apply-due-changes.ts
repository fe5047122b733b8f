import { readChangeRequest } from '../applications/change-request.ts';
import type { ScheduledChange } from '../applications/scheduled-change.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import { applyAccountChange, takesAway } from './apply-account-change.ts';
import { endSessionsOf, type AccountChangeOrder } from './change-account.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { Change, DatabaseChanges } from './ports.ts';
import { cancelled } from './schedule-change.ts';

export interface DueChangesOutcome {
  readonly applied: number;
  readonly cancelled: number;
}

/**
 * Applies every scheduled change whose day has come, each in its own transaction and once, however many nodes are at it
 * and whatever midnight was missed (D1-082, D1-087). One whose account is gone, or that cannot be applied any more, is
 * cancelled with its reason: nobody who came back is deleted by an old order.
 */
export async function applyDueChanges(context: GatewayContext): Promise<DueChangesOutcome> {
  const dueBy = taipeiDayOf(context.clock.now());
  const count = { applied: 0, cancelled: 0 };
  for (const due of await context.database.applications.listWaitingChanges({ dueBy })) {
    const order: AccountChangeOrder = {
      actor: { kind: 'account', accountId: due.orderedBy },
      basis: { kind: 'application', reference: '' },
    };
    const outcome = await context.database.change(changes => applyOne(context, changes, due, order));
    if (outcome === 'gone') continue;
    count[outcome === 'cancelled' ? 'cancelled' : 'applied'] += 1;
    if (outcome === 'taken-away') await endSessionsOf(context, [due.accountId], 'account-changed', order);
  }
  return count;
}

type Applied = 'applied' | 'taken-away' | 'cancelled' | 'gone';

async function applyOne(
  context: GatewayContext,
  changes: DatabaseChanges,
  due: ScheduledChange,
  order: AccountChangeOrder,
): Promise<Change<Applied>> {
  const waiting = await changes.applications.listWaitingChanges({ accountId: due.accountId });
  if (!waiting.some(each => each.id === due.id)) return { result: 'gone', unchanged: true };
  const application = await changes.applications.findApplication(due.applicationId);
  if (application === undefined) throw new Error(`No application ${due.applicationId}.`);

  const basis = { kind: 'application', reference: application.number } as const;
  const verdict = await applyAccountChange(context, changes, application, { ...order, basis });
  const [first, ...rest] = verdict.ok ? verdict.events : [];
  const now = context.clock.now();
  if (first === undefined) {
    await changes.applications.endScheduledChange(due.id, 'cancelled', now);
    const because = verdict.ok ? 'nothing-to-change' : verdict.failure.code;
    return { result: 'cancelled', events: [cancelled(context, due.accountId, due.dueDay, because)] };
  }
  await changes.applications.endScheduledChange(due.id, 'applied', now);
  const request = readChangeRequest(application.form, application.values);
  return { result: takesAway(request) ? 'taken-away' : 'applied', events: [first, ...rest] };
}
