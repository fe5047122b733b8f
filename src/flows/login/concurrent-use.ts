import type { AuditEvent } from '../../audit/event.ts';
import type { Session } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';

/**
 * The alarm for one account in use at two places (D1-086): whoever logs in while he is logged in from another address is
 * told of in the record, for himself and his registrar to see. Nobody is refused: people do work at two computers.
 *
 * @returns the event to record with the login, which names the newest of the other sessions; each older pair was
 *   recorded at its own login
 */
export async function findConcurrentUse(
  context: Pick<GatewayContext, 'clock' | 'randomness' | 'sessions'>,
  session: Session,
  origin: RequestOrigin,
): Promise<AuditEvent[]> {
  const { accountId, clientAddress } = session;
  const live = await context.sessions.listLiveOf(accountId);
  const other = live.findLast(each => each.clientAddress !== clientAddress);
  if (other === undefined) return [];
  return [
    composeEvent(context, 'session.concurrent', {
      actor: { kind: 'account', accountId },
      accountId,
      sessionReference: session.reference,
      origin,
      facts: { address: clientAddress, otherAddress: other.clientAddress, otherSession: other.reference },
    }),
  ];
}
