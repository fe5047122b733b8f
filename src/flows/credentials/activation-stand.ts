import { judgeActivation, type ActivationStand } from '../../accounts/activation.ts';
import type { Account } from '../../accounts/account.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';
import type { CredentialReader } from '../ports/credentials.ts';

/** Where to read from: the store, or inside a change its own view ({@link viewOf}). */
export interface ActivationSource {
  readonly accounts: AccountReader;
  readonly credentials: CredentialReader;
}

/** What a change sees: what was true before it may be over. */
export function viewOf(changes: DatabaseChanges): ActivationSource {
  return { accounts: changes, credentials: changes.credentials };
}

/** Where an account stands on its way in, from what is stored at this moment (D1-121). */
export async function findStand(
  { rulesVersion }: Pick<GatewayContext, 'rulesVersion'>,
  { credentials }: { readonly credentials: CredentialReader },
  account: Pick<Account, 'id' | 'state'>,
): Promise<ActivationStand> {
  const password = await credentials.findPassword(account.id);
  const request = await credentials.findWaitingRequest(account.id);
  return judgeActivation({
    state: account.state,
    hasPassword: password !== undefined,
    hasAcknowledged: await credentials.hasAcknowledged(account.id, rulesVersion),
    isCardWaiting: request !== undefined,
  });
}

/** Whom a browser is activating, and where he stands; undefined when its ticket is over. */
export async function findActivation(
  context: GatewayContext,
  browserSessionHash: string,
  source: ActivationSource = context.database,
): Promise<{ readonly account: Account; readonly proofId: string; readonly stand: ActivationStand } | undefined> {
  const ticket = await context.ephemeral.find('activation', browserSessionHash);
  const account = ticket && (await source.accounts.findAccount(ticket.accountId));
  if (ticket === undefined || account === undefined) return undefined;
  // A secret issued, or a password chosen elsewhere meanwhile: this browser's right is gone with what it rested on.
  const { credentials } = source;
  const counts = (await credentials.findInitialSecret(account.id)) ?? (await credentials.findPassword(account.id));
  if (counts?.id !== ticket.proofId) return undefined;
  const stand = await findStand(context, source, account);
  return stand.kind === 'closed' ? undefined : { account, proofId: ticket.proofId, stand };
}
