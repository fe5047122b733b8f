import type { Account, GatewayRole } from '../accounts/account.ts';
import { findAuthority, type Authority } from '../accounts/authority.ts';
import { mayDecide, type Session } from '../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from './gateway-context.ts';
import { issueInitialSecret } from './issue-initial-secret.ts';
import type { Change } from './ports.ts';
import { prepareSecret } from './prepare-secret.ts';

/** Who hands out a new secret: the agency's registrar; 本署 where the agency has none, or it is his own. */
export const RESET_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

export type ResetFailure =
  | { readonly code: 'access-refused' }
  | { readonly code: 'card-session-required' }
  | { readonly code: 'own-request' }
  | { readonly code: 'note-missing' }
  /** Suspended or deleted: a secret would open nothing. */
  | { readonly code: 'account-not-ready' };

export type ResetOutcome =
  | {
      readonly ok: true;
      /** To be shown once and handed over in person. */
      readonly secret: string;
      readonly expiresAt: Date;
    }
  | { readonly ok: false; readonly failure: ResetFailure };

/**
 * A registrar gives somebody a new initial secret: the first was lost or ran out, or the permanent password was
 * forgotten (decision E10). A password there was no longer counts; the card goes on opening the account.
 *
 * @throws BusyFault when too many passwords are being hashed
 */
export async function resetPassword(
  context: GatewayContext,
  reset: {
    readonly account: Account;
    readonly reason: string;
    readonly by: {
      readonly account: Account;
      readonly authorities: readonly Authority[];
      readonly session: Pick<Session, 'method'>;
    };
    readonly origin: RequestOrigin;
  },
): Promise<ResetOutcome> {
  const { by, origin } = reset;
  const reason = reset.reason.trim();
  const place = { ...reset.account, accountId: reset.account.id };
  if (findAuthority(by.authorities, RESET_ROLES, place) === undefined) return refused('access-refused');
  if (!mayDecide(by.session)) return refused('card-session-required');
  if (by.account.personId === reset.account.personId) return refused('own-request');
  if (reason === '' || reason.length > 500) return refused('note-missing');

  const prepared = await prepareSecret(context);
  return context.database.change(async (changes): Promise<Change<ResetOutcome>> => {
    const account = await changes.findAccount(reset.account.id);
    if (account?.state !== 'active' && account?.state !== 'pending-activation') {
      return { result: refused('account-not-ready'), unchanged: true };
    }
    const actor = { kind: 'account', accountId: by.account.id } as const;
    const basis = { kind: 'policy', reference: `password-reset: ${reason}` } as const;
    const issued = await issueInitialSecret(context, changes, account, prepared, { actor, basis, origin });
    const event = composeEvent(context, 'password.reset', { actor, accountId: account.id, origin, facts: { reason } });
    const secret = await changes.credentials.findInitialSecret(account.id);
    if (secret === undefined) throw new Error('The secret that was just issued is not there.');
    return { result: { ok: true, secret: prepared.secret, expiresAt: secret.expiresAt }, events: [event, issued] };
  });
}

function refused(code: ResetFailure['code']): ResetOutcome {
  return { ok: false, failure: { code } };
}
