import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** So long people see in the lists what they ended; the events of it stay. */
const KEPT_DAYS = 30;

/** Deletes records of sessions that have long been over, batch after batch; returns how many. */
export async function deleteOldSessionRecords(context: GatewayContext): Promise<number> {
  const before = new Date(context.clock.now().getTime() - KEPT_DAYS * 86_400_000);
  let total = 0;
  for (;;) {
    const deleted = await context.database.change(async changes => {
      const count = await changes.sessions.deleteEndedBefore(before);
      if (count === 0) return { result: count, unchanged: true };
      const facts = { endedBefore: before.toISOString(), deleted: count };
      const event = composeEvent(context, 'session.records-deleted', { actor: { kind: 'gateway' }, facts });
      return { result: count, events: [event] };
    });
    if (deleted === 0) return total;
    total += deleted;
  }
}
