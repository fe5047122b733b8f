import type { GatewayContext } from '../gateway-context.ts';
import type { SessionFilter, SessionRecord } from '../ports/session-records.ts';
import type { SessionStanding } from '../ports/session-store.ts';
import { findEnders, type Ender } from './find-enders.ts';

/** A login as people see it. */
export interface ListedSession {
  readonly record: SessionRecord;
  /** How it stands; null: over, whether or not its end is recorded yet. */
  readonly standing: SessionStanding | null;
  /** At whose word it ended; null while no end is recorded. */
  readonly endedBy: Ender | null;
}

/**
 * The sessions that fit, newest login first: who and where from the records, how they stand from the store.
 *
 * @param page `limit`: 1 to 1,000
 * @throws StoreFault when either cannot be asked
 */
export async function listSessions(
  context: Pick<GatewayContext, 'database' | 'sessions'>,
  filter: SessionFilter,
  page: { readonly offset: number; readonly limit: number },
): Promise<{ readonly sessions: readonly ListedSession[]; readonly total: number }> {
  const { sessions, total } = await context.database.sessions.findSessions(filter, page);
  const open = sessions.filter(({ end }) => end === null).map(({ reference }) => reference);
  const standings = open.length === 0 ? new Map<string, never>() : await context.sessions.describe(open);
  const enders = await findEnders(context, sessions);
  const listed = sessions.map(record => ({
    record,
    standing: standings.get(record.reference) ?? null,
    endedBy: enders.get(record.reference) ?? null,
  }));
  return { sessions: listed, total };
}
