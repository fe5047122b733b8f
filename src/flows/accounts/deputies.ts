import type { Account } from '../../accounts/account.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import { addDays, isTaipeiDay } from '../../calendar/months.ts';
import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** A deputyship as it is asked for; days and names as typed. */
export interface DeputyRequest {
  /** Account of the unit head. */
  readonly principalId: string;
  /** Login name of the deputy. */
  readonly deputy: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly reason: string;
}

/**
 * Names a deputy (職務代理人) for a unit head: the head himself does, or a registrar of the agency, who then cannot be the
 * deputy himself. One deputy at a time, of the same organisation, for a term.
 *
 * @param maxDays longest term, both ends counted; from the configuration
 */
export async function nameDeputy(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly request: DeputyRequest; readonly maxDays: number },
): Promise<DeskOutcome<{ readonly deputyship: Deputyship }>> {
  const { actor, request } = act;
  const now = context.clock.now();
  const reason = readText('reason', request.reason);
  const problems = [...judgeTerm(request, taipeiDayOf(now), act.maxDays), ...reason.problems];
  return context.database.change(async (changes): Promise<Change<DeskOutcome<{ deputyship: Deputyship }>>> => {
    const principal = await changes.findAccount(request.principalId);
    const reach = await findNamingAuthority(context, changes, actor, principal);
    if (principal === undefined || reach === undefined) return refuse({ code: 'access-refused' });
    const deputy = await changes.findAccountByLoginName(request.deputy.trim());
    const all = [
      ...(principal.state === 'active' && principal.roles.includes('unit-head')
        ? []
        : [{ field: 'principalId', code: 'account-unfit' } as const]),
      ...judgeDeputy(principal, deputy, actor),
      ...problems,
      ...(await judgeOverlap(changes, principal, request)),
    ];
    if (deputy === undefined || all.length > 0) return refuse({ code: 'fields-invalid', problems: all });
    const deputyship: Deputyship = {
      id: context.randomness.uuid(),
      principalId: principal.id,
      deputyId: deputy.id,
      reason: reason.text,
      validFrom: request.validFrom,
      validUntil: request.validUntil,
      namedBy: actor.accountId,
      namedAt: now,
      endedAt: null,
    };
    await changes.insertDeputyship(deputyship);
    const { validFrom, validUntil } = deputyship;
    const facts = { deputy: deputy.id, principal: principal.id, reason: reason.text, validFrom, validUntil };
    const about = { actor: recordedActor(actor), accountId: principal.id, origin: actor.origin, facts };
    return { result: { ok: true, deputyship }, events: [composeEvent(context, 'deputy.named', about)] };
  });
}

/** Ends a deputyship before its term; whoever may name one may. It is felt at the deputy's next request. */
export async function endDeputyship(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly principalId: string; readonly deputyshipId: string },
): Promise<DeskOutcome> {
  const { actor, principalId, deputyshipId } = act;
  return context.database.change(async (changes): Promise<Change<DeskOutcome>> => {
    const principal = await changes.findAccount(principalId);
    const reach = await findNamingAuthority(context, changes, actor, principal);
    if (principal === undefined || reach === undefined) return refuse({ code: 'access-refused' });
    const deputyship = (await changes.listDeputyships(principal.id)).find(({ id }) => id === deputyshipId);
    if (deputyship?.principalId !== principal.id || deputyship.endedAt !== null) {
      return refuse({ code: 'changed-meanwhile' });
    }
    await changes.endDeputyship(deputyship.id, context.clock.now());
    const facts = { deputy: deputyship.deputyId, principal: principal.id };
    const about = { actor: recordedActor(actor), accountId: principal.id, origin: actor.origin, facts };
    return { result: { ok: true }, events: [composeEvent(context, 'deputy.ended', about)] };
  });
}

/** The head in his own name, or a registrar who reaches him; a deputy names no deputies. */
async function findNamingAuthority(
  context: GatewayContext,
  accounts: AccountReader,
  actor: DeskActor,
  principal: Account | undefined,
) {
  if (principal === undefined) return undefined;
  const place = { ...principal, accountId: principal.id };
  const roles = principal.id === actor.accountId ? (['unit-head'] as const) : (['registrar'] as const);
  const authority = await findDecidingAuthority(context, accounts, actor, roles, place);
  return authority?.onBehalfOf === null ? authority : undefined;
}

function judgeDeputy(principal: Account, deputy: Account | undefined, actor: DeskActor): FieldProblem[] {
  // One of another agency is answered like one that does not exist (D1-170).
  if (deputy?.organisationId !== principal.organisationId) return [{ field: 'deputy', code: 'account-unknown' }];
  const isFit =
    deputy.state === 'active' &&
    deputy.id !== principal.id &&
    // A registrar who made himself the head's deputy would approve what he executes.
    deputy.id !== actor.accountId;
  return isFit ? [] : [{ field: 'deputy', code: 'account-unfit' }];
}

function judgeTerm(request: DeputyRequest, today: TaipeiDay, maxDays: number): FieldProblem[] {
  const { validFrom, validUntil } = request;
  const problems: FieldProblem[] = [];
  for (const field of ['validFrom', 'validUntil'] as const) {
    if (request[field] === '') problems.push({ field, code: 'missing' });
    else if (!isTaipeiDay(request[field])) problems.push({ field, code: 'not-a-day' });
  }
  if (problems.length > 0) return problems;
  const latest = addDays(validFrom, maxDays - 1);
  if (validFrom < today || validFrom > addDays(today, maxDays)) {
    problems.push({ field: 'validFrom', code: 'day-out-of-range', limit: addDays(today, maxDays) });
  }
  if (validUntil < validFrom || validUntil > latest) {
    problems.push({ field: 'validUntil', code: 'day-out-of-range', limit: latest });
  }
  return problems;
}

async function judgeOverlap(
  accounts: AccountReader,
  principal: Account,
  { validFrom, validUntil }: DeputyRequest,
): Promise<FieldProblem[]> {
  const others = await accounts.listDeputyships(principal.id);
  const overlaps = others.some(
    each =>
      each.principalId === principal.id &&
      each.endedAt === null &&
      each.validFrom <= validUntil &&
      validFrom <= each.validUntil,
  );
  return overlaps ? [{ field: 'validFrom', code: 'term-overlaps' }] : [];
}
