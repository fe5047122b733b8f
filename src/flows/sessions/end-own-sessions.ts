import type { Session, SessionEndReason } from '../../sessions/session.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import { weakestHold, type EndHold } from './end-hold.ts';
import { endSessions, type EndedSessions, type EndFilter } from './end-sessions.ts';

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
 * @returns how many, how far that holds, and whether the session that asked is over now
 * @throws StoreFault where nobody can tell which sessions are his others; then this one goes on
 */
export async function endOwnSessions(
  context: GatewayContext,
  act: { readonly session: Session; readonly origin: RequestOrigin; readonly which: OwnSessions },
): Promise<{ readonly ended: number; readonly hold: EndHold; readonly isOver: boolean }> {
  const { session, origin, which } = act;
  const { accountId, reference } = session;
  const end = (filter: Omit<EndFilter, 'scope'>, reason: SessionEndReason): Promise<EndedSessions> =>
    endSessions(
      context,
      { scope: { kind: 'everything' }, ...filter },
      { reason, actor: { kind: 'account', accountId }, origin, accountId },
    );
  const isOver = which.kind === 'all' || (which.kind === 'one' && which.reference === reference);
  const ends: EndedSessions[] = [];
  if (which.kind !== 'one') ends.push(await end({ accountId, exceptReference: reference }, 'logout-elsewhere'));
  else if (!isOver) ends.push(await end({ accountId, references: [which.reference] }, 'logout-elsewhere'));
  if (isOver) ends.push(await end({ references: [reference] }, 'logout'));
  return {
    ended: ends.reduce((count, { ended }) => count + ended.length, 0),
    hold: weakestHold(ends.map(({ hold }) => hold)),
    isOver,
  };
}
