import type { Organisation, Unit } from '../../accounts/organisation.ts';
import { judgeAccountState } from '../../accounts/account.ts';
import type { Access } from '../../policy/decision.ts';
import type { Session, SessionEndReason } from '../../sessions/session.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';

/** Who is at the portal. */
export interface PortalPerson {
  readonly session: Session;
  readonly access: Access;
  readonly organisation: Organisation;
  readonly unit: Unit | null;
  /** When the session ends if nothing more is done. */
  readonly idleUntil: Date;
  /** Has not acknowledged the rules of use in force: may do nothing else before (D1-095). */
  readonly rulesPending: boolean;
}

export type PortalVisitor =
  | { readonly kind: 'person'; readonly person: PortalPerson }
  | { readonly kind: 'nobody'; readonly endedBecause: SessionEndReason | null };

/** Finds who stands behind a portal cookie; an account that is no longer active is nobody, and its session ends. */
export async function findPortalVisitor(
  context: GatewayContext,
  input: { readonly cookieHash: string; readonly touch: boolean },
): Promise<PortalVisitor> {
  const check = await context.sessions.check(context.portal.host, input.cookieHash, input.touch);
  if (!check.alive) return { kind: 'nobody', endedBecause: check.endedBecause };
  const { session, idleRemainingMs } = check.live;
  const access = await context.database.accounts.findAccess(session.accountId);
  if (access === undefined || judgeAccountState(access.account) !== null) {
    await context.sessions.end(session.id, 'account-changed');
    return { kind: 'nobody', endedBecause: 'account-changed' };
  }
  const organisation = await context.database.accounts.findOrganisation(access.account.organisationId);
  if (organisation === undefined) throw new Error(`Account ${access.account.id} has no organisation.`);
  const unit =
    access.account.unitId === null ? undefined : await context.database.accounts.findUnit(access.account.unitId);
  return {
    kind: 'person',
    person: {
      session,
      access,
      organisation,
      unit: unit ?? null,
      idleUntil: new Date(context.clock.now().getTime() + idleRemainingMs),
      rulesPending: !(await hasAcknowledgedRules(context, session.accountId)),
    },
  };
}

/**
 * Logs a person out of the portal and of every system (requirement D1-097). Ending comes first and is never refused:
 * if the record cannot be written the fault goes up after the session is over.
 *
 * @param host   the host whose cookie asks for it
 * @returns whether there was a session to end
 */
export async function logOut(
  context: GatewayContext,
  input: { readonly host: string; readonly cookieHash: string; readonly origin: RequestOrigin },
): Promise<boolean> {
  const check = await context.sessions.check(input.host, input.cookieHash, false);
  if (!check.alive) return false;
  const { session } = check.live;
  if (!(await context.sessions.end(session.id, 'logout'))) return false;
  await context.database.record([
    composeEvent(context, 'session.ended', {
      actor: { kind: 'account', accountId: session.accountId },
      accountId: session.accountId,
      sessionReference: session.reference,
      origin: input.origin,
      facts: { reason: 'logout' },
    }),
  ]);
  return true;
}
