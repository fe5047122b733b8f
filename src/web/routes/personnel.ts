import { findAuthority, keepersOf } from '../../accounts/authority.ts';
import type { Organisation } from '../../accounts/organisation.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { CHECKING_ROLES, closeAccountCheck } from '../../flows/operations/check-accounts.ts';
import { findDifferences } from '../../flows/operations/compare-personnel.ts';
import { recordedActor } from '../../flows/accounts/desk-act.ts';
import { importPersonnel } from '../../flows/operations/import-personnel.ts';
import {
  SETTLING_ROLES,
  settleDifference,
  settlementFor,
  type Settlement,
} from '../../flows/operations/settle-difference.ts';
import { PERSONNEL_READERS } from '../audiences.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { sendTable } from '../table-file.ts';
import { csvErrors } from '../texts/csv-problems.ts';
import { fieldError } from '../texts/field-problems.ts';
import { DIFFERENCE_WORDS, OPERATIONS, PERSONNEL } from '../texts/operations.ts';
import { uploadedFile } from '../uploaded-file.ts';
import type { PersonnelRetry } from '../views/personnel-differences.tsx';
import { renderPersonnelPage } from '../views/personnel-page.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** `GET /personnel`: the differences of one agency within the visitor's reach, `?organisation=` its code. */
export function showPersonnel(portal: Portal): PortalHandler {
  return async (request, response) =>
    show(portal, [request, response], textField(request.query, 'organisation', 64) ?? '');
}

/** `POST /personnel/import`: a file of one agency. */
export function takePersonnel(portal: Portal): PortalHandler {
  return async (request, response) => {
    const code = textField(request.body, 'organisation', 64) ?? '';
    const reached = await findReached(portal, response);
    const organisation = reached.find(each => each.code === code);
    const { person, authorities } = visitorOf(response);
    const place = organisation && { organisationId: organisation.id, unitId: null };
    const actor = actorOf(response);
    const fail = (errors: readonly FieldError[]) => {
      const retry = { open: 'import', typed: {}, errors };
      const failure = { code: 'fields-invalid' } as const;
      return answerDeskFailure(portal, request, response, failure, errors, () =>
        show(portal, [request, response], code, retry),
      );
    };
    if (place === undefined || findAuthority(authorities, SETTLING_ROLES, place) === undefined) {
      await answerDeskFailure(portal, request, response, { code: 'access-refused' }, [], () => Promise.resolve());
      return;
    }
    const file = uploadedFile(request.body, 'file');
    if (file === undefined) {
      await fail([fieldError({ field: 'file', code: 'missing' }, PERSONNEL)]);
      return;
    }
    const outcome = await importPersonnel(portal.context, {
      organisationId: place.organisationId,
      file: file.bytes,
      by: `${person.access.account.name} (${person.access.account.loginName})`,
      actor: recordedActor(actor),
      origin: actor.origin,
    });
    if (!outcome.ok) await fail(csvErrors(outcome.problems, 'file'));
    else if (wantsJson(request)) response.json({ ok: true, ...outcome.personnel });
    else response.redirect(303, `/personnel?organisation=${encodeURIComponent(code)}`);
  };
}

const SETTLEMENTS: readonly Settlement[] = ['remove', 'end-rights', 'suspend'];

/** `POST /personnel/settle`: takes away what a difference calls for. */
export function settle(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.body, ['organisation', 'account', 'settlement', 'reason']);
    const settlement = SETTLEMENTS.find(each => each === typed['settlement']);
    const accountId = typed['account'] ?? '';
    const outcome =
      settlement === undefined
        ? ({ ok: false, failure: { code: 'changed-meanwhile' } } as const)
        : await settleDifference(portal.context, {
            actor: actorOf(response),
            accountId,
            settlement,
            reason: typed['reason'] ?? '',
          });
    await finish(portal, [request, response], typed, outcome, `reason-${accountId}`);
  };
}

/** `POST /personnel/checks/:check/close`. */
export function closeCheck(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.body, ['organisation', 'note']);
    const outcome = await closeAccountCheck(portal.context, {
      actor: actorOf(response),
      checkId: request.params['check'] ?? '',
      note: typed['note'] ?? '',
    });
    await finish(portal, [request, response], typed, outcome, 'note');
  };
}

/** `POST /personnel/export`: the differences of one agency. */
export function exportPersonnel(portal: Portal): PortalHandler {
  return async (request, response) => {
    const organisation = await findChosen(portal, response, textField(request.body, 'organisation', 64) ?? '');
    const { differences } = await findDifferences(
      portal.context.database,
      portal.context.clock,
      organisation?.id ?? '',
    );
    await sendTable(portal, request, response, 'personnel-differences', {
      title: PERSONNEL.title,
      filter: `organisation=${organisation?.code ?? ''}`,
      columns: [OPERATIONS.account, OPERATIONS.name, PERSONNEL.kind, PERSONNEL.employee, OPERATIONS.details],
      rows: differences.map(({ account, kind, record, details }) => [
        account.loginName,
        account.name,
        DIFFERENCE_WORDS[kind].text.zh,
        record?.employeeNumber ?? '',
        details.map(each => `${each.field}: ${each.account} → ${each.record}`).join('; '),
      ]),
    });
  };
}

/** Done, it leads back to the list; else the panel of `field` comes back, open. */
async function finish(
  portal: Portal,
  [request, response]: Exchange,
  typed: TypedValues,
  outcome: Awaited<ReturnType<typeof settleDifference | typeof closeAccountCheck>>,
  field: string,
): Promise<void> {
  const code = typed['organisation'] ?? '';
  if (outcome.ok) {
    if (wantsJson(request)) response.json({ ok: true });
    else response.redirect(303, `/personnel?organisation=${encodeURIComponent(code)}`);
    return;
  }
  const { failure } = outcome;
  const problems = failure.code === 'fields-invalid' ? failure.problems : [];
  const labels = { ...OPERATIONS, note: PERSONNEL.note, file: PERSONNEL.file };
  // On a page with a panel for each row, the field's id names its row.
  const errors = problems.map(problem => {
    const { text } = fieldError(problem, labels);
    return { field: problem.field === 'reason' ? field : problem.field, text };
  });
  await answerDeskFailure(portal, request, response, failure, errors, () =>
    show(portal, [request, response], code, { open: field, typed, errors }),
  );
}

async function show(portal: Portal, [request, response]: Exchange, code: string, retry?: PersonnelRetry) {
  const { database, clock } = portal.context;
  const reached = await findReached(portal, response);
  const organisation = await findChosen(portal, response, code);
  const comparison = await findDifferences(database, clock, organisation?.id ?? '');
  const checks = organisation === undefined ? [] : await database.operations.listAccountChecks(organisation.id);
  if (wantsJson(request)) {
    response.json({ organisation: organisation?.code ?? null, ...comparison, checks });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  const place = { organisationId: organisation?.id ?? '', unitId: null };
  const mayAct = (roles: typeof SETTLING_ROLES): boolean =>
    desk.mayDecide && findAuthority(desk.authorities, roles, place) !== undefined;
  const facts = { desk, reached, organisation, ...comparison, checks, today: taipeiDayOf(clock.now()) };
  const settlements = new Map<string, Settlement>();
  for (const difference of comparison.personnel && desk.mayDecide ? comparison.differences : []) {
    const { account } = difference;
    const reach = findAuthority(desk.authorities, keepersOf(account), { ...account, accountId: account.id });
    const settlement =
      comparison.personnel && settlementFor(difference, comparison.personnel, desk.person.access.account.id);
    if (reach !== undefined && settlement) settlements.set(account.id, settlement);
  }
  const may = { import: mayAct(SETTLING_ROLES), settle: settlements, close: mayAct(CHECKING_ROLES) };
  response.type('html').send(renderPersonnelPage({ ...facts, may, ...(retry === undefined ? {} : { retry }) }));
}

/** Agencies whose personnel data the visitor may see. */
async function findReached({ context }: Portal, response: Exchange[1]): Promise<Organisation[]> {
  const { authorities } = visitorOf(response);
  const all = await context.database.accounts.listOrganisations();
  return all.filter(
    ({ id }) => findAuthority(authorities, PERSONNEL_READERS, { organisationId: id, unitId: null }) !== undefined,
  );
}

/** The one asked for, as far as it is reached; else the visitor's own; else the first. */
async function findChosen(portal: Portal, response: Exchange[1], code: string): Promise<Organisation | undefined> {
  const reached = await findReached(portal, response);
  const own = visitorOf(response).person.organisation.id;
  return reached.find(each => each.code === code) ?? reached.find(each => each.id === own) ?? reached[0];
}
