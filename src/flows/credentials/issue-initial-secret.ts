import type { Account } from '../../accounts/account.ts';
import { INITIAL_SECRET_LIFETIME_MS } from '../../accounts/one-time-secret.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { AccountChangeOrder } from '../accounts/change-account.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { PreparedSecret } from './prepare-secret.ts';

/**
 * Gives an account its one-time initial secret, valid for seven days (D1-122, decision E10); one before it, unused, is
 * replaced, a permanent password no longer counts, and a card that waits must be shown anew. Works inside the caller's change, which records the event. Order of things:
 *
 * ```ts
 * const prepared = await prepareSecret(context);           // outside: slow
 * await context.database.change(async changes => {
 *   …
 *   events.push(await issueInitialSecret(context, changes, account, prepared, order));
 * });
 * return prepared.secret;                                   // shown once, after the commit
 * ```
 *
 * Whether it may be issued (application executed, account pending activation, who asks) is the caller's to judge.
 *
 * @returns the event, which names the expiry and never the secret
 */
export async function issueInitialSecret(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  changes: DatabaseChanges,
  account: Pick<Account, 'id'>,
  { hash }: PreparedSecret,
  order: AccountChangeOrder,
): Promise<AuditEvent> {
  const { actor, basis, origin } = order;
  const issuedBy = actor.kind === 'account' ? actor.accountId : null;
  const issuedAt = context.clock.now();
  const expiresAt = new Date(issuedAt.getTime() + INITIAL_SECRET_LIFETIME_MS);
  const id = context.randomness.uuid();
  // Whoever gets a new secret has lost the password, or somebody else has found it.
  await changes.credentials.endPassword(account.id, issuedAt);
  await changes.credentials.issueInitialSecret({ id, accountId: account.id, hash, issuedAt, expiresAt, issuedBy });
  // It was signed by whoever had the password until now.
  await changes.credentials.replaceWaitingRequest(account.id);
  return composeEvent(context, 'activation.secret-issued', {
    actor,
    accountId: account.id,
    ...(origin === undefined ? {} : { origin }),
    facts: { expiresAt: expiresAt.toISOString(), basis: basis.kind, basisReference: basis.reference },
  });
}
