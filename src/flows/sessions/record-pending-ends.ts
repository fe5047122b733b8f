import { UniquenessFault } from '../ports.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { PendingEnd } from '../ports/pending-ends.ts';
import { StoreFault } from '../ports/store-fault.ts';

/**
 * Records the ends that waited on this node's disk for the database, each with its event and the fact `recordedLate`.
 * Every node does it with its own; one that was recorded already, before a crash, is not recorded twice. A session that
 * has another end on record meanwhile keeps it: what was done is recorded all the same, as an event.
 *
 * @returns how many
 * @throws StoreFault while the database is away; then the rest goes on waiting, and the session store has been told of them all
 */
export async function recordPendingEnds(context: GatewayContext): Promise<number> {
  const waiting = await context.pendingEnds.list();
  await tellStore(context, waiting);
  const recorded: string[] = [];
  try {
    for (const pending of waiting) {
      await recordOne(context, pending);
      recorded.push(pending.event.id);
    }
  } finally {
    if (recorded.length > 0) await context.pendingEnds.drop(recorded);
  }
  return recorded.length;
}

/** Once more: a store that was away, or came back as it was before, has not heard of them. */
async function tellStore({ sessions }: GatewayContext, waiting: readonly PendingEnd[]): Promise<void> {
  try {
    for (const { reference, end } of waiting) await sessions.end(reference, end.reason);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
  }
}

async function recordOne({ database }: GatewayContext, { reference, end, event }: PendingEnd): Promise<void> {
  try {
    await database.change(async changes => {
      await changes.sessions.insertEnds([reference], end);
      const session = await changes.sessions.findSession(reference);
      const accountId = event.accountId ?? session?.accountId ?? null;
      const facts = { ...event.facts, recordedLate: true };
      return { result: undefined, events: [{ ...event, accountId, facts }] };
    });
  } catch (error) {
    if (!(error instanceof UniquenessFault) || error.constraint !== 'events_id_unique') throw error;
  }
}
