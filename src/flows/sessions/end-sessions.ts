import type { Actor } from '../../audit/event.ts';
import type { SessionEndReason } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { PendingEnd } from '../ports/pending-ends.ts';
import type { RecordedEnd, SessionFilter } from '../ports/session-records.ts';
import { StoreFault } from '../ports/store-fault.ts';
import { weakestHold, type EndHold } from './end-hold.ts';
import { findStanding } from './find-standing.ts';

/** Why sessions end, and at whose word. */
export interface EndOrder {
  readonly reason: SessionEndReason;
  readonly actor: Actor;
  readonly origin?: RequestOrigin;
  /** Why, in the words of whoever ends them; goes into the record. */
  readonly note?: string;
  /** Whose the sessions are that the filter names by reference, where the caller has it from the store: no condition. */
  readonly accountId?: string;
}

/** Sessions that are over already never fit. */
export type EndFilter = Omit<SessionFilter, 'withEnded'>;

export interface EndedSession {
  readonly reference: string;
  /** Null where the database was away and nothing else told whose it was. */
  readonly accountId: string | null;
}

export interface EndedSessions {
  readonly ended: readonly EndedSession[];
  readonly hold: EndHold;
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
 * @throws StoreFault when the database is away and nothing else can name them, or hold their end; then what was recorded before it
 *   went has ended, in batches of 200, and nothing else for certain
 */
export async function endSessions(context: GatewayContext, filter: EndFilter, order: EndOrder): Promise<EndedSessions> {
  const ended: EndedSession[] = [];
  try {
    for (;;) {
      const batch = await recordBatch(context, filter, order);
      await endInStore(context, batch.ended, order.reason);
      ended.push(...batch.ended);
      if (batch.isLast) break;
    }
    ended.push(...(await endWithoutRecord(context, filter, order, ended)));
    return { ended, hold: 'recorded' };
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const unrecorded = await endUnrecorded(context, filter, order, error);
    return { ended: [...ended, ...unrecorded.ended], hold: unrecorded.hold };
  }
}

async function recordBatch(
  context: GatewayContext,
  filter: EndFilter,
  order: EndOrder,
): Promise<{ readonly ended: readonly EndedSession[]; readonly isLast: boolean }> {
  return context.database.change(async changes => {
    const { sessions, total } = await changes.sessions.findSessions(filter, { offset: 0, limit: BATCH });
    const end = composeEnd(context, order);
    const references = await changes.sessions.insertEnds(
      sessions.map(({ reference }) => reference),
      end,
    );
    const ended = sessions
      .filter(({ reference }) => references.includes(reference))
      .map(({ reference, accountId }) => ({ reference, accountId }));
    const [first, ...others] = ended.map(session => composeEndEvent(context, session, order));
    // A batch that ends none would be found again for ever.
    const result = { ended, isLast: total <= BATCH || first === undefined };
    return first === undefined ? { result, unchanged: true } : { result, events: [first, ...others] };
  });
}

/**
 * A store that is away learns of it later: whoever reads the recorded ends refuses these sessions whatever it says.
 *
 * @returns whether it has heard of all of them
 */
async function endInStore(
  context: GatewayContext,
  ended: readonly EndedSession[],
  reason: SessionEndReason,
): Promise<boolean> {
  const outcomes = await Promise.allSettled(ended.map(({ reference }) => context.sessions.end(reference, reason)));
  const failed = outcomes.filter(outcome => outcome.status === 'rejected').map(outcome => outcome.reason as unknown);
  for (const fault of failed) if (!(fault instanceof StoreFault)) throw fault;
  return failed.length === 0;
}

/**
 * Sessions that stand although the database has recorded the end of all it knew: a backup was restored, a replica that lacked the last
 * logins took over, or somebody logged in just now. For most there is no row to end, so the event is the record.
 */
async function endWithoutRecord(
  context: GatewayContext,
  filter: EndFilter,
  order: EndOrder,
  ended: readonly EndedSession[],
): Promise<EndedSession[]> {
  const recorded = new Set(ended.map(({ reference }) => reference));
  const stood: EndedSession[] = [];
  try {
    for (const session of (await nameWithoutDatabase(context, filter, order)) ?? []) {
      if (recorded.has(session.reference)) continue;
      if (await context.sessions.end(session.reference, order.reason)) stood.push(session);
    }
  } catch (error) {
    // What the database knew of has ended; of the rest only the store could tell.
    if (!(error instanceof StoreFault)) throw error;
  }
  for (const batch of batchesOf(stood)) {
    await context.database.change(async changes => {
      const references = batch.map(({ reference }) => reference);
      await changes.sessions.insertEnds(references, composeEnd(context, order));
      const [first, ...others] = batch.map(session => composeEndEvent(context, session, order));
      return first === undefined
        ? { result: undefined, unchanged: true }
        : { result: undefined, events: [first, ...others] };
    });
  }
  return stood;
}

async function endUnrecorded(
  context: GatewayContext,
  filter: EndFilter,
  order: EndOrder,
  fault: StoreFault,
): Promise<EndedSessions> {
  const named = await nameWithoutDatabase(context, filter, order);
  if (named === undefined) throw fault;
  const end = composeEnd(context, order);
  const holds: EndHold[] = [];
  for (const batch of batchesOf(named)) {
    const pending = batch.map((session): PendingEnd => ({
      reference: session.reference,
      end,
      event: composeEndEvent(context, session, order),
    }));
    const isKept = await keep(context, pending);
    // Also with a disk that is full: access goes, and whoever ended it is told how far that holds.
    const isTold = await endInStore(context, batch, order.reason);
    if (!isKept && !isTold) throw fault;
    holds.push(!isKept ? 'unrecorded' : isTold ? 'record-pending' : 'here-only');
  }
  return { ended: named, hold: weakestHold(holds) };
}

/** Whether the disk has taken them. */
async function keep({ pendingEnds }: GatewayContext, pending: readonly PendingEnd[]): Promise<boolean> {
  try {
    await pendingEnds.keep(pending);
    return true;
  } catch (error) {
    if (error instanceof StoreFault) return false;
    throw error;
  }
}

/** The sessions of a filter that needs no database; undefined for any other. References alone are what they say. */
async function nameWithoutDatabase(
  context: GatewayContext,
  filter: EndFilter,
  order: EndOrder,
): Promise<readonly EndedSession[] | undefined> {
  const { scope, references, exceptReference, ...conditions } = filter;
  if (scope.kind !== 'everything' || references === undefined || Object.keys(conditions).length > 0) {
    return findStanding(context, filter);
  }
  const accountId = order.accountId ?? null;
  return references.filter(reference => reference !== exceptReference).map(reference => ({ reference, accountId }));
}

function batchesOf(sessions: readonly EndedSession[]): EndedSession[][] {
  const count = Math.ceil(sessions.length / BATCH);
  return Array.from({ length: count }, (_, index) => sessions.slice(index * BATCH, (index + 1) * BATCH));
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
