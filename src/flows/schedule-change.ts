import type { Application } from '../applications/application.ts';
import type { AuditEvent } from '../audit/event.ts';
import type { AccountChangeOrder } from './change-account.ts';
import { composeEvent, type GatewayContext } from './gateway-context.ts';
import type { DatabaseChanges } from './ports.ts';

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
  });
  return composeEvent(context, 'account.change-scheduled', {
    actor: order.actor,
    accountId: subjectAccountId,
    ...(order.origin === undefined ? {} : { origin: order.origin }),
    facts: { number, dueDay: effectiveDay, change: application.values.fields['change'] ?? '' },
  });
}

/** Cancels what waits for an account, because `because` (a newer application, a deleted account) speaks for it. */
export async function cancelWaitingChanges(
  context: Work,
  changes: DatabaseChanges,
  accountId: string,
  because: string,
): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (const waiting of await changes.applications.listWaitingChanges({ accountId })) {
    await changes.applications.endScheduledChange(waiting.id, 'cancelled', context.clock.now());
    events.push(cancelled(context, waiting.accountId, waiting.dueDay, because));
  }
  return events;
}

/** The event of a scheduled change that is not applied. */
export function cancelled(context: Work, accountId: string, dueDay: string, because: string): AuditEvent {
  return composeEvent(context, 'account.change-cancelled', {
    actor: { kind: 'gateway' },
    accountId,
    facts: { dueDay, because },
  });
}
