import type { Actor } from '../../audit/event.ts';
import type { SessionEndReason } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { PendingEnd } from '../ports/pending-ends.ts';
import type { RecordedEnd, SessionFilter } from '../ports/session-records.ts';
import { StoreFault } from '../ports/store-fault.ts';

/** Why sessions end, and at whose word. */
export interface EndOrder {
  readonly reason: SessionEndReason;
  readonly actor: Actor;
  readonly origin?: RequestOrigin;
  /** Why, in the words of whoever ends them; goes into the record. */
  readonly note?: string;
}

export interface EndedSession {
  readonly reference: string;
  /** Null where the database was away and nothing else told whose it was. */
  readonly accountId: string | null;
}

export interface EndedSessions {
  readonly ended: readonly EndedSession[];
  /** The database could not take them: they are over, and their record waits on this node's disk. */
  readonly recordPending: boolean;
}

/** So many in one transaction: the sessions of an agency are over at once, those of a whole system one batch after the other. */
const BATCH = 200;

/**
 * Ends every session that fits, with its record: first in the database, where an end is durable and every node finds it
 * (DESIGN §2), then in the store. What is over already stays as it ended.
 *
 * Taking access away is never refused. With the database away, sessions that the caller or the store can name are ended
 * in the store, and the record waits on disk; with the store away, the nodes learn of the end from the database.
 *
 * @throws StoreFault when the database is away and the filter is one that only it can answer; then what was recorded before it
 *   went has ended, in batches of 200, and nothing else
 */
export async function endSessions(
  context: GatewayContext,
  filter: SessionFilter,
  order: EndOrder,
): Promise<EndedSessions> {
  const ended: EndedSession[] = [];
  try {
    for (;;) {
      const batch = await recordBatch(context, filter, order);
      await endInStore(context, batch.ended, order.reason);
      ended.push(...batch.ended);
      if (batch.isLast) break;
    }
    ended.push(...(await endWithoutRecord(context, filter, order, ended)));
    return { ended, recordPending: false };
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const unrecorded = await endUnrecorded(context, filter, order, error);
    return { ended: [...ended, ...unrecorded], recordPending: true };
  }
}

async function recordBatch(
  context: GatewayContext,
  filter: SessionFilter,
  order: EndOrder,
): Promise<{ readonly ended: readonly EndedSession[]; readonly isLast: boolean }> {
  return context.database.change(async changes => {
    const { sessions, total } = await changes.sessions.findSessions(filter, { offset: 0, limit: BATCH });
    const isLast = total <= BATCH;
    const end = composeEnd(context, order);
    const references = await changes.sessions.insertEnds(
      sessions.map(({ reference }) => reference),
      end,
    );
    const ended = sessions
      .filter(({ reference }) => references.includes(reference))
      .map(({ reference, accountId }) => ({ reference, accountId }));
    const [first, ...others] = ended.map(session => composeEndEvent(context, session, order));
    return first === undefined
      ? { result: { ended, isLast }, unchanged: true }
      : { result: { ended, isLast }, events: [first, ...others] };
  });
}

/** A store that is away learns of it later: whoever reads the recorded ends refuses these sessions whatever it says. */
async function endInStore(
  context: GatewayContext,
  ended: readonly EndedSession[],
  reason: SessionEndReason,
): Promise<void> {
  const outcomes = await Promise.allSettled(ended.map(({ reference }) => context.sessions.end(reference, reason)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof StoreFault)) throw outcome.reason;
  }
}

/**
 * Sessions that stand and of which the database knows nothing: a backup was restored, or a replica that lacked the last
 * logins took over. There is no row to end, so the event is the record.
 */
async function endWithoutRecord(
  context: GatewayContext,
  filter: SessionFilter,
  order: EndOrder,
  ended: readonly EndedSession[],
): Promise<EndedSession[]> {
  const recorded = new Set(ended.map(({ reference }) => reference));
  const stood: EndedSession[] = [];
  try {
    for (const session of (await nameByStore(context, filter)) ?? []) {
      if (recorded.has(session.reference)) continue;
      if (await context.sessions.end(session.reference, order.reason)) stood.push(session);
    }
  } catch (error) {
    // What the database knew of has ended; of the rest only the store could tell.
    if (!(error instanceof StoreFault)) throw error;
  }
  const [first, ...others] = stood.map(session => composeEndEvent(context, session, order));
  if (first !== undefined) await context.database.record([first, ...others]);
  return stood;
}

async function endUnrecorded(
  context: GatewayContext,
  filter: SessionFilter,
  order: EndOrder,
  fault: StoreFault,
): Promise<EndedSession[]> {
  const named = await nameByStore(context, filter);
  if (named === undefined) throw fault;
  const end = composeEnd(context, order);
  const pending = named.map((session): PendingEnd => ({
    reference: session.reference,
    end,
    event: composeEndEvent(context, session, order),
  }));
  try {
    await context.pendingEnds.keep(pending);
  } finally {
    // Also with a disk that is full: access goes, and whoever ended it is told that its record may be lost.
    await endInStore(context, named, order.reason);
  }
  return named;
}

/** The sessions of a filter that needs no database; undefined for any other. */
async function nameByStore(context: GatewayContext, filter: SessionFilter): Promise<EndedSession[] | undefined> {
  const { scope, references, exceptReference, accountId, method, ...others } = filter;
  if (scope.kind !== 'everything' || Object.keys(others).length > 0) return undefined;
  if (accountId !== undefined) {
    const live = await context.sessions.listLiveOf(accountId);
    return live
      .filter(session => method === undefined || session.method === method)
      .filter(({ reference }) => references === undefined || references.includes(reference))
      .filter(({ reference }) => reference !== exceptReference)
      .map(({ reference }) => ({ reference, accountId }));
  }
  if (method !== undefined) return undefined;
  return references
    ?.filter(reference => reference !== exceptReference)
    .map(reference => ({ reference, accountId: null }));
}

function composeEnd(context: GatewayContext, { reason, actor, note }: EndOrder): RecordedEnd {
  return { reason, at: context.clock.now(), by: actor, note: note ?? null };
}

function composeEndEvent(context: GatewayContext, session: EndedSession, order: EndOrder) {
  const { reason, actor, origin, note } = order;
  return composeEvent(context, 'session.ended', {
    actor,
    accountId: session.accountId ?? undefined,
    sessionReference: session.reference,
    ...(origin === undefined ? {} : { origin }),
    facts: note === undefined ? { reason } : { reason, note },
  });
}
