import type { Organisation, Unit } from '../../accounts/organisation.ts';
import { judgeAccountState } from '../../accounts/account.ts';
import type { Access } from '../../policy/decision.ts';
import type { Session } from '../../sessions/session.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import type { SessionCheck } from '../ports/session-store.ts';
import type { EndHold } from '../sessions/end-hold.ts';
import { endSessions } from '../sessions/end-sessions.ts';

/** Who is at the portal. */
export interface PortalPerson {
  readonly session: Session;
  readonly access: Access;
  readonly organisation: Organisation;
  readonly unit: Unit | null;
  /** When the session ends if nothing more is done. */
  readonly idleUntil: Date;
  /** When it ends however much is done. */
  readonly endsForGoodAt: Date;
  /** Has not acknowledged the rules of use in force: may do nothing else before (D1-095). */
  readonly rulesPending: boolean;
}

/** Why there is no session (any more); known for an hour after an end. */
export type WhyOver = Pick<Extract<SessionCheck, { alive: false }>, 'endedBecause' | 'replacedBy'>;

export type PortalVisitor =
  { readonly kind: 'person'; readonly person: PortalPerson } | ({ readonly kind: 'nobody' } & WhyOver);

/** Finds who stands behind a portal cookie; an account that is no longer active is nobody, and its session ends. */
export async function findPortalVisitor(
  context: GatewayContext,
  input: { readonly cookieHash: string; readonly touch: boolean },
): Promise<PortalVisitor> {
  const check = await context.sessions.check(context.portal.host, input.cookieHash, input.touch);
  if (!check.alive) return { ...check, kind: 'nobody' };
  const { session, idleRemainingMs, fixedRemainingMs } = check.live;
  const access = await context.database.accounts.findAccess(session.accountId);
  if (access === undefined || judgeAccountState(access.account) !== null) {
    await endSessions(
      context,
      { scope: { kind: 'everything' }, references: [session.reference] },
      { reason: 'account-changed', actor: { kind: 'gateway' }, accountId: session.accountId },
    );
    return { kind: 'nobody', endedBecause: 'account-changed' };
  }
  const organisation = await context.database.accounts.findOrganisation(access.account.organisationId);
  if (organisation === undefined) throw new Error(`Account ${access.account.id} has no organisation.`);
  const unit =
    access.account.unitId === null ? undefined : await context.database.accounts.findUnit(access.account.unitId);
  const nowMs = context.clock.now().getTime();
  return {
    kind: 'person',
    person: {
      session,
      access,
      organisation,
      unit: unit ?? null,
      idleUntil: new Date(nowMs + idleRemainingMs),
      endsForGoodAt: new Date(nowMs + fixedRemainingMs),
      rulesPending: !(await hasAcknowledgedRules(context, session.accountId)),
    },
  };
}

/**
 * Logs a person out of the portal and of every system (requirement D1-097).
 *
 * @param input.host   the host whose cookie asks for it
 * @param input.reason `replaced` where another login of the same browser takes its place
 * @returns how far the end holds; `none` where there was no session
 */
export async function logOut(
  context: GatewayContext,
  input: {
    readonly host: string;
    readonly cookieHash: string;
    readonly origin: RequestOrigin;
    readonly reason: 'logout' | 'replaced';
  },
): Promise<EndHold | 'none'> {
  const session = await context.sessions.findToEnd(input.host, input.cookieHash);
  if (session === undefined) return 'none';
  const { accountId, reference } = session;
  const { ended, hold } = await endSessions(
    context,
    { scope: { kind: 'everything' }, references: [reference] },
    { reason: input.reason, actor: { kind: 'account', accountId }, origin: input.origin, accountId },
  );
  return ended.length > 0 ? hold : 'none';
}
