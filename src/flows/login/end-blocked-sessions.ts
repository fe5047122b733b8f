import type { BlockList } from '../../pki/revocation/block-list.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { endSessions } from '../sessions/end-sessions.ts';

/**
 * Ends every session of the accounts that a blocked card is bound to. Run whenever the list changes; ending a session
 * twice does no harm, so that a run that failed is simply run again.
 */
export async function endBlockedSessions(context: GatewayContext, list: BlockList): Promise<void> {
  if (list.isEmpty) return;
  const { accounts } = context.database;
  for (const { id } of await accounts.listAccounts()) {
    const bindings = await accounts.listBindings(id);
    const isBlocked = bindings.some(({ certificateSha256, subjectSerialNumber }) =>
      list.blocks({ certificateSha256, subjectSerialNumberHex: subjectSerialNumber }),
    );
    if (!isBlocked) continue;
    await endSessions(
      context,
      { scope: { kind: 'everything' }, accountId: id },
      { reason: 'card-blocked', actor: { kind: 'gateway' } },
    );
  }
}
