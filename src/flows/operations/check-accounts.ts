import type { GatewayRole } from '../../accounts/account.ts';
import { addDays, addMonths } from '../../calendar/months.ts';
import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import type { AccountCheckPolicy } from '../accounts/account-policies.ts';
import { findDifferences } from './compare-personnel.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { noticeFacts, notifyAccount } from './notify.ts';
import type { Change } from '../ports.ts';
import type { AccountCheck } from '../ports/operations.ts';

/**
 * Opens the regular check of every agency whose last one is long enough ago (D1-043): a task with a due day for its
 * registrars, who are told. An agency without accounts has nothing to check, one with an open check has its task already.
 */
export async function openAccountChecks(context: GatewayContext, policy: AccountCheckPolicy): Promise<number> {
  const now = context.clock.now();
  const today = taipeiDayOf(now);
  let opened = 0;
  for (const organisation of await context.database.accounts.listOrganisations()) {
    opened += await context.database.change(async (changes): Promise<Change<number>> => {
      const scope = { kind: 'organisation', organisationId: organisation.id } as const;
      const states = ['pending-activation', 'active', 'suspended'] as const;
      const { total, accounts } = await changes.findAccounts({ scope, states }, { offset: 0, limit: 1 });
      const [last] = await changes.operations.listAccountChecks(organisation.id);
      if (total === 0 || !isDue(last, accounts[0]?.issuedAt ?? now, today, policy))
        return { result: 0, unchanged: true };
      const check: AccountCheck = {
        id: context.randomness.uuid(),
        organisationId: organisation.id,
        openedAt: now,
        dueDay: addDays(today, policy.dueDays),
        closedAt: null,
        closedBy: null,
        note: null,
        importId: null,
      };
      await changes.operations.insertAccountCheck(check);
      const registrars = await changes.findAccounts(
        { scope, states: ['active'], role: 'registrar' },
        { offset: 0, limit: 50 },
      );
      for (const registrar of registrars.accounts) {
        const facts = { ...noticeFacts(context, registrar), organisation: organisation.name, day: check.dueDay };
        await notifyAccount(context, changes, registrar, 'accounts-check-due', facts);
      }
      const event = composeEvent(context, 'personnel.check-opened', {
        actor: { kind: 'gateway' },
        facts: { check: check.id, organisation: organisation.id, dueDay: check.dueDay, told: registrars.total },
      });
      return { result: 1, events: [event] };
    });
  }
  return opened;
}

function isDue(last: AccountCheck | undefined, firstIssue: Date, today: TaipeiDay, policy: AccountCheckPolicy) {
  if (last === undefined) return addMonths(taipeiDayOf(firstIssue), policy.everyMonths) <= today;
  return last.closedAt !== null && addMonths(taipeiDayOf(last.openedAt), policy.everyMonths) <= today;
}

/** Who closes a check: the registrar of the agency, 本署's administrator where there is none. */
export const CHECKING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/**
 * Closes a check with a note, upon personnel data that were imported since it was opened; how many differences were left
 * open stands in the event (D1-043).
 */
export async function closeAccountCheck(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly checkId: string; readonly note: string },
): Promise<DeskOutcome> {
  const { actor } = act;
  const note = readText('note', act.note);
  if (note.problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems: note.problems } };
  return context.database.change<DeskOutcome>(async changes => {
    const check = await changes.operations.findAccountCheck(act.checkId);
    if (check === undefined) return refuse({ code: 'changed-meanwhile' });
    const place = { organisationId: check.organisationId, unitId: null };
    const authority = await findDecidingAuthority(context, changes, actor, CHECKING_ROLES, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    const { personnel, differences } = await findDifferences(
      { accounts: changes, operations: changes.operations },
      context.clock,
      check.organisationId,
    );
    if (check.closedAt !== null) return refuse({ code: 'changed-meanwhile' });
    if (personnel === undefined || personnel.importedAt < check.openedAt) {
      return refuse({ code: 'fields-invalid', problems: [{ field: 'file', code: 'missing' }] });
    }
    const closing = { at: context.clock.now(), by: actor.accountId, note: note.text, importId: personnel.id };
    await changes.operations.closeAccountCheck(check.id, closing);
    const event = composeEvent(context, 'personnel.checked', {
      actor: recordedActor(actor),
      origin: actor.origin,
      facts: {
        check: check.id,
        organisation: check.organisationId,
        import: personnel.id,
        differencesLeft: differences.length,
        isLate: taipeiDayOf(context.clock.now()) > check.dueDay,
        note: note.text,
        as: authority.role,
      },
    });
    return { result: { ok: true }, events: [event] };
  });
}
