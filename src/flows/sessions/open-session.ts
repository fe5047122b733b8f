import type { Session, SessionEndReason } from '../../sessions/session.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import { endSessions } from './end-sessions.ts';

/**
 * Opens a session whose login, and record, are committed. What has to give way to it is recorded as ended by it.
 *
 * @returns null while it stands; else why it is over before it served anybody: its end was recorded between the login and
 *   now. Its browser is told at its next request, and by whom it was replaced
 */
export async function openSession(
  context: GatewayContext,
  session: Session,
  opening: { readonly portalCookieHash: string; readonly origin: RequestOrigin },
): Promise<SessionEndReason | null> {
  const gaveWay = await context.sessions.open(session, opening.portalCookieHash);
  if (gaveWay.length > 0) {
    const references = gaveWay.map(({ reference }) => reference);
    await endSessions(
      context,
      { scope: { kind: 'everything' }, references },
      {
        reason: 'replaced',
        actor: { kind: 'account', accountId: session.accountId },
        origin: opening.origin,
        note: session.reference,
        accountId: session.accountId,
      },
    );
  }
  const record = await context.database.sessions.findSession(session.reference);
  if (record === undefined || record.end === null) return null;
  await context.sessions.end(session.reference, record.end.reason);
  return record.end.reason;
}
