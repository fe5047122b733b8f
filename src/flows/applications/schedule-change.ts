import type { Application } from '../../applications/application.ts';
import { maySupersede, readChangeRequest, type ChangeRequest } from '../../applications/change-request.ts';
import type { ExecutionFailure } from '../../applications/failures.ts';
import type { ScheduledChange } from '../../applications/scheduled-change.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { AccountChangeOrder } from '../accounts/change-account.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';

type Work = Pick<GatewayContext, 'clock' | 'randomness'>;

/** Keeps an executed change for its day (D1-082). */
export async function scheduleChange(
  context: Work,
  changes: DatabaseChanges,
  application: Application,
  orderedBy: string,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  const { id: applicationId, subjectAccountId, effectiveDay, number } = application;
  if (subjectAccountId === null || effectiveDay === null) throw new Error('Nothing to schedule.');
  await changes.applications.insertScheduledChange({
    id: context.randomness.uuid(),
    applicationId,
    accountId: subjectAccountId,
    dueDay: effectiveDay,
    orderedBy,
    orderedAt: context.clock.now(),
    state: 'waiting',
    endedAt: null,
    because: null,
  });
  return composeEvent(context, 'account.change-scheduled', {
    actor: order.actor,
    accountId: subjectAccountId,
    ...(order.origin === undefined ? {} : { origin: order.origin }),
    facts: { number, dueDay: effectiveDay, change: application.values.fields['change'] ?? '' },
  });
}

export type SupersedingVerdict =
  | { readonly ok: true; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly failure: ExecutionFailure };

/**
 * Cancels what waits for an account, because a newer application speaks for it; refused where something waits that the
 * newer one may not undo.
 */
export async function supersedeWaitingChanges(
  context: Work,
  changes: DatabaseChanges,
  accountId: string,
  newer: { readonly number: string; readonly request: ChangeRequest },
): Promise<SupersedingVerdict> {
  const events: AuditEvent[] = [];
  for (const waiting of await changes.applications.listWaitingChanges({ accountId })) {
    const application = await changes.applications.findApplication(waiting.applicationId);
    if (application === undefined) throw new Error(`No application ${waiting.applicationId}.`);
    const { number, form, values } = application;
    if (!maySupersede(newer.request, readChangeRequest(form, values))) {
      return { ok: false, failure: { code: 'execution-taking-away-waits', number, day: waiting.dueDay } };
    }
    events.push(await cancelChange(context, changes, waiting, number, newer.number));
  }
  return { ok: true, events };
}

/**
 * Ends a scheduled change that is not applied.
 *
 * @param number  of its application
 * @param because number of the newer application, or the code of the failure
 */
export async function cancelChange(
  context: Work,
  changes: DatabaseChanges,
  { id, accountId, dueDay }: ScheduledChange,
  number: string,
  because: string,
): Promise<AuditEvent> {
  await changes.applications.endScheduledChange(id, 'cancelled', context.clock.now(), because);
  return composeEvent(context, 'account.change-cancelled', {
    actor: { kind: 'gateway' },
    accountId,
    facts: { number, dueDay, because },
  });
}
