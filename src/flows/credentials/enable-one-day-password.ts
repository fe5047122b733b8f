import type { Account } from '../../accounts/account.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { AccountChangeOrder } from '../accounts/change-account.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import type { PreparedSecret } from './prepare-secret.ts';

/**
 * Enables a one-day password for one Taipei day (D1-146, D1-147): a random secret, made before by `prepareSecret`, to be
 * handed over in person; at that day's first login it must be exchanged for a password (D1-149). A second one for the
 * same day replaces the first. Works inside the caller's change, which records the event; see `issueInitialSecret` for
 * the order of things.
 *
 * That the unit head has approved, that the day is allowed and that `enabledBy` may is the caller's to judge.
 *
 * @throws Error when somebody would enable his own (decision E5)
 */
export async function enableOneDayPassword(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  changes: DatabaseChanges,
  enabling: {
    readonly account: Pick<Account, 'id'>;
    readonly day: TaipeiDay;
    readonly applicationNumber: string;
    /** Account of the registrar. */
    readonly enabledBy: string;
    readonly prepared: PreparedSecret;
    readonly order: AccountChangeOrder;
  },
): Promise<AuditEvent> {
  const { account, day, applicationNumber, enabledBy, prepared, order } = enabling;
  if (account.id === enabledBy) throw new Error('Nobody enables his own one-day password.');
  await changes.credentials.enableOneDayPassword({
    id: context.randomness.uuid(),
    accountId: account.id,
    day,
    applicationNumber,
    enabledBy,
    enabledAt: context.clock.now(),
    hash: prepared.hash,
    changedAt: null,
    logins: 0,
    lastLoginAt: null,
    replacedAt: null,
  });
  return composeEvent(context, 'one-day-password.enabled', {
    actor: order.actor,
    accountId: account.id,
    ...(order.origin === undefined ? {} : { origin: order.origin }),
    facts: { day, applicationNumber, enabledBy, basis: order.basis.kind, basisReference: order.basis.reference },
  });
}
