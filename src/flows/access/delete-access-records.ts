import { addMonths } from '../../calendar/months.ts';
import { startOfTaipeiDay, taipeiDayOf } from '../../calendar/taipei-day.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/**
 * Deletes access records that are older than so many calendar months, over from the next Taipei day, batch after batch;
 * returns how many.
 */
export async function deleteOldAccessRecords(
  context: Pick<GatewayContext, 'clock' | 'randomness' | 'database'>,
  months: number,
): Promise<number> {
  const before = startOfTaipeiDay(addMonths(taipeiDayOf(context.clock.now()), -months));
  let total = 0;
  for (;;) {
    const deleted = await context.database.change(async changes => {
      const count = await changes.accessRecords.deleteAccessRecordsBefore(before);
      if (count === 0) return { result: count, unchanged: true };
      const facts = { before: before.toISOString(), deleted: count };
      const event = composeEvent(context, 'access-records.deleted', { actor: { kind: 'gateway' }, facts });
      return { result: count, events: [event] };
    });
    if (deleted === 0) return total;
    total += deleted;
  }
}
