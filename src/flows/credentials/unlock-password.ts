import type { AccountChangeOrder } from '../accounts/change-account.ts';
import { findAddressee } from '../login/addressee.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change } from '../ports.ts';

export type UnlockOutcome =
  | { readonly ok: true; readonly accountId: string }
  | { readonly ok: false; readonly failure: { readonly code: 'account-not-found' | 'not-locked' } };

/**
 * Lifts the fifteen-minute lock of a person's one-day password, and of his initial secret or permanent password. Never a
 * suspension: that stays whatever this does.
 */
export async function unlockPassword(
  context: GatewayContext,
  input: { readonly loginName: string; readonly order: AccountChangeOrder },
): Promise<UnlockOutcome> {
  const { account, subjectId } = await findAddressee(context, input.loginName);
  if (account === undefined) return { ok: false, failure: { code: 'account-not-found' } };
  const { actor, basis, origin } = input.order;
  return context.database.change(async (changes): Promise<Change<UnlockOutcome>> => {
    const now = context.clock.now();
    const lifted: string[] = [];
    for (const kind of ['one-day-password', 'password'] as const) {
      const count = await changes.credentials.findAttempts(subjectId, kind);
      if (count?.lockedUntil && count.lockedUntil > now) lifted.push(kind);
      await changes.credentials.clearAttempts(subjectId, kind);
    }
    if (lifted.length === 0) return { result: { ok: false, failure: { code: 'not-locked' } }, unchanged: true };
    const event = composeEvent(context, 'account.unlocked', {
      actor,
      accountId: account.id,
      ...(origin === undefined ? {} : { origin }),
      facts: { lifted: lifted.join(','), basis: basis.kind, basisReference: basis.reference },
    });
    return { result: { ok: true, accountId: account.id }, events: [event] };
  });
}
