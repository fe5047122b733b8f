import type { GatewayRole } from '../accounts/account.ts';
import { addMonths, isTaipeiDay } from '../calendar/months.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import type { FieldProblem } from '../applications/field-problem.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import { composeEvent, type GatewayContext } from './gateway-context.ts';

/** Who may exempt, each within his scope. */
export const EXEMPTING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/** An exemption is for a leave or a project, not for ever: it is renewed with its reason. */
const EXEMPTION_MONTHS = 12;

/** Exempts an account from the dormancy rule until a day, with a reason (D1-100); never one's own. */
export async function exemptFromDormancy(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly loginName: string; readonly reason: string; readonly until: string },
): Promise<DeskOutcome> {
  const { actor } = act;
  const today = taipeiDayOf(context.clock.now());
  const until = act.until.trim();
  const reason = readText('reason', act.reason);
  const problems: FieldProblem[] = [...reason.problems, ...judgeTerm(until, today)];
  const account = await context.database.accounts.findAccountByLoginName(act.loginName.trim());
  if (account === undefined || account.state === 'deleted') {
    problems.unshift({ field: 'loginName', code: act.loginName.trim() === '' ? 'missing' : 'account-unknown' });
  }
  if (account === undefined || problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems } };
  return context.database.change<DeskOutcome>(async changes => {
    const place = { ...account, accountId: account.id };
    const authority = await findDecidingAuthority(context, changes, actor, EXEMPTING_ROLES, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
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
