import type { Account, GatewayRole } from '../../accounts/account.ts';
import { addMonths, isTaipeiDay } from '../../calendar/months.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** Who may exempt, each within his scope. */
export const EXEMPTING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/** An exemption is for a leave or a project, not for ever: it is renewed with its reason. */
const EXEMPTION_MONTHS = 12;

/**
 * Exempts an account from the dormancy rule until a day, with a reason (D1-100); never one's own. One beyond the actor's
 * reach is answered like one that does not exist (D1-170).
 */
export async function exemptFromDormancy(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly loginName: string; readonly reason: string; readonly until: string },
): Promise<DeskOutcome> {
  const { actor } = act;
  const today = taipeiDayOf(context.clock.now());
  const until = act.until.trim();
  const reason = readText('reason', act.reason);
  const problems: FieldProblem[] = [...reason.problems, ...judgeTerm(until, today)];
  const loginName = act.loginName.trim();
  return context.database.change<DeskOutcome>(async changes => {
    const reach = async (place: Account) =>
      findDecidingAuthority(context, changes, actor, EXEMPTING_ROLES, { ...place, accountId: place.id });
    // Whoever may exempt at all reaches his own place.
    const own = await changes.findAccount(actor.accountId);
    if (own === undefined || (await reach(own)) === undefined) return refuse({ code: 'access-refused' });
    const account = await changes.findAccountByLoginName(loginName);
    const authority = account === undefined || account.state === 'deleted' ? undefined : await reach(account);
    if (account === undefined || authority === undefined) {
      const code = loginName === '' ? 'missing' : 'account-unknown';
      return refuse({ code: 'fields-invalid', problems: [{ field: 'loginName', code }, ...problems] });
    }
    if (problems.length > 0) return refuse({ code: 'fields-invalid', problems });
    if (account.id === actor.accountId) return refuse({ code: 'own-account' });
    await changes.operations.insertExemption({
      id: context.randomness.uuid(),
      accountId: account.id,
      reason: reason.text,
      until,
      exemptedBy: actor.accountId,
      exemptedAt: context.clock.now(),
    });
    const event = composeEvent(context, 'account.exempted', {
      actor: recordedActor(actor),
      accountId: account.id,
      origin: actor.origin,
      facts: { reason: reason.text, until, as: authority.role },
    });
    return { result: { ok: true }, events: [event] };
  });
}

function judgeTerm(until: string, today: string): FieldProblem[] {
  const latest = addMonths(today, EXEMPTION_MONTHS);
  if (until === '') return [{ field: 'until', code: 'missing' }];
  if (!isTaipeiDay(until)) return [{ field: 'until', code: 'not-a-day' }];
  return until < today || until > latest ? [{ field: 'until', code: 'day-out-of-range', limit: latest }] : [];
}
