import type { GatewayRole } from '../../accounts/account.ts';
import { isWithin, widestScope, type Authority, type Scope } from '../../accounts/authority.ts';
import { readText, recordedActor, type DeskActor, type DeskFailure } from '../accounts/desk-act.ts';
import { findAuthorities } from '../accounts/find-authorities.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { SessionFilter } from '../ports/session-records.ts';
import type { EndHold } from './end-hold.ts';
import { endSessions } from './end-sessions.ts';

/** Who ends sessions of others: a registrar in his agency, 本署's administrator everywhere. */
export const SESSION_ENDERS = ['registrar', 'ministry-administrator'] as const satisfies readonly GatewayRole[];

export type EndOfOthersOutcome =
  | { readonly ok: true; readonly ended: number; readonly hold: EndHold }
  /** `no-session-to-end`: none that stands fits, the one that asks apart. */
  | { readonly ok: false; readonly failure: DeskFailure | { readonly code: 'no-session-to-end' } };

/** How far somebody may end sessions; undefined: he may not. */
export function endingScope(authorities: readonly Authority[], accountId: string): Scope | undefined {
  const roles: readonly GatewayRole[] = SESSION_ENDERS;
  const ending = authorities.filter(({ role }) => roles.includes(role));
  return ending.length === 0 ? undefined : widestScope(ending, accountId);
}

/**
 * Ends the sessions that fit, within the actor's reach at this moment, with his reason in the record of each. Ending
 * takes nothing for good, and so needs no application, and reaches everybody of the agency, whoever keeps his account.
 *
 * The session that asks is left out whatever the filter: nobody logs himself out by a list of others.
 *
 * @param act.ownReference of the session that asks
 */
export async function endSessionsOfOthers(
  context: GatewayContext,
  act: {
    readonly actor: DeskActor;
    readonly ownReference: string;
    readonly which: Omit<SessionFilter, 'scope' | 'exceptReference' | 'withEnded'>;
    readonly reason: string;
  },
): Promise<EndOfOthersOutcome> {
  const { actor, ownReference, which } = act;
  const reason = readText('reason', act.reason);
  if (reason.problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems: reason.problems } };
  const account = actor.mayDecide ? await context.database.accounts.findAccount(actor.accountId) : undefined;
  const held =
    account === undefined ? [] : await findAuthorities(context.database.accounts, account, context.clock.now());
  const scope = endingScope(held, actor.accountId);
  if (scope === undefined || (await namesForeign(context, which.references ?? [], scope))) {
    return { ok: false, failure: { code: 'access-refused' } };
  }
  const { ended, hold } = await endSessions(
    context,
    { ...which, scope, exceptReference: ownReference },
    { reason: 'administrator', actor: recordedActor(actor), origin: actor.origin, note: reason.text },
  );
  if (ended.length === 0) return { ok: false, failure: { code: 'no-session-to-end' } };
  return { ok: true, ended: ended.length, hold };
}

/** A session that is named and out of reach is an act beyond one's authority; one that a filter leaves out is not. */
async function namesForeign(
  { database }: Pick<GatewayContext, 'database'>,
  references: readonly string[],
  scope: Scope,
): Promise<boolean> {
  const records = await Promise.all(references.map(reference => database.sessions.findSession(reference)));
  return records.some(record => record !== undefined && !isWithin(scope, record));
}
