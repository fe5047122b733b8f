import type { Session, SessionEndReason } from '../../sessions/session.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import type { SessionFilter } from '../ports/session-records.ts';
import { endSessions, type EndedSessions } from './end-sessions.ts';

/** Which of one's own sessions. */
export type OwnSessions =
  | { readonly kind: 'one'; readonly reference: string }
  /** All but the one that asks. */
  | { readonly kind: 'others' }
  | { readonly kind: 'all' };

/**
 * Ends sessions of one's own account; those of others are not found, whatever reference is given. The one that asks ends
 * as `logout`, the others as `logout-elsewhere`: their browsers are told that it was from another one.
 *
 * @returns how many, and whether the session that asked is over now
 */
export async function endOwnSessions(
  context: GatewayContext,
  act: { readonly session: Session; readonly origin: RequestOrigin; readonly which: OwnSessions },
): Promise<{ readonly ended: number; readonly recordPending: boolean; readonly isOver: boolean }> {
  const { session, origin, which } = act;
  const { accountId, reference } = session;
  const end = (filter: Omit<SessionFilter, 'scope'>, reason: SessionEndReason): Promise<EndedSessions> =>
    endSessions(
      context,
      { scope: { kind: 'everything' }, accountId, ...filter },
      { reason, actor: { kind: 'account', accountId }, origin },
    );
  const isOver = which.kind === 'all' || (which.kind === 'one' && which.reference === reference);
  const ends: EndedSessions[] = [];
  if (which.kind !== 'one') ends.push(await end({ exceptReference: reference }, 'logout-elsewhere'));
  else if (!isOver) ends.push(await end({ references: [which.reference] }, 'logout-elsewhere'));
  if (isOver) ends.push(await end({ references: [reference] }, 'logout'));
  return {
    ended: ends.reduce((count, { ended }) => count + ended.length, 0),
    recordPending: ends.some(({ recordPending }) => recordPending),
    isOver,
  };
}
