import type { Organisation } from '../../accounts/organisation.ts';
import type { DeskOutcome } from '../../flows/accounts/desk-act.ts';
import { addOrganisation, addUnit, renameOrganisation, renameUnit } from '../../flows/accounts/manage-organisations.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { loadOrganisationTree } from '../organisation-tree.ts';
import type { Portal } from '../portal.ts';
import { fieldError } from '../texts/field-problems.ts';
import { ORGANISATIONS } from '../texts/organisations.ts';
import { renderOrganisationPage, renderOrganisationTree } from '../views/organisation-pages.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];
interface Retry {
  readonly open: string;
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}

/** `GET /organisations`: the tree (D1-003). */
export function showOrganisations(portal: Portal): PortalHandler {
  return async (request, response) => showTree(portal, [request, response]);
}

/** `POST /organisations`: adds one. */
export function createOrganisation(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.body, ['code', 'name', 'kind']);
    const { code = '', name = '', kind = '' } = typed;
    const outcome = await addOrganisation(portal.context, { actor: actorOf(response), code, name, kind });
    const next = outcome.ok ? `/organisations/${outcome.organisation.id}` : '';
    await answer(portal, [request, response], outcome, next, errors =>
      showTree(portal, [request, response], { open: 'add', typed, errors }),
    );
  };
}

/** `GET /organisations/:organisation`: its upkeep. */
export function showOrganisation(portal: Portal): PortalHandler {
  return about(portal, (exchange, organisation) => showOne(portal, exchange, organisation));
}

/** `POST /organisations/:organisation`: renames it. */
export function saveOrganisation(portal: Portal): PortalHandler {
  return about(portal, async ([request, response], organisation) => {
    const typed = typedValues(request.body, ['name']);
    const outcome = await renameOrganisation(portal.context, {
      actor: actorOf(response),
      organisationId: organisation.id,
      name: typed['name'] ?? '',
    });
    await answer(portal, [request, response], outcome, `/organisations/${organisation.id}`, errors =>
      showOne(portal, [request, response], organisation, { open: 'self', typed, errors }),
    );
  });
}

/** `POST /organisations/:organisation/units`: adds a unit. */
export function createUnit(portal: Portal): PortalHandler {
  return about(portal, async ([request, response], organisation) => {
    const typed = typedValues(request.body, ['unitCode', 'unitName']);
    const outcome = await addUnit(portal.context, {
      actor: actorOf(response),
      organisationId: organisation.id,
      code: typed['unitCode'] ?? '',
      name: typed['unitName'] ?? '',
    });
    await answer(portal, [request, response], outcome, `/organisations/${organisation.id}`, errors =>
      showOne(portal, [request, response], organisation, { open: 'new', typed, errors }),
    );
  });
}

/** `POST /organisations/:organisation/units/:unit`: renames a unit. */
export function saveUnit(portal: Portal): PortalHandler {
  return about(portal, async ([request, response], organisation) => {
    const typed = typedValues(request.body, ['name']);
    const unitId = request.params['unit'] ?? '';
    const outcome = await renameUnit(portal.context, {
      actor: actorOf(response),
      organisationId: organisation.id,
      unitId,
      name: typed['name'] ?? '',
    });
    await answer(portal, [request, response], outcome, `/organisations/${organisation.id}`, errors =>
      showOne(portal, [request, response], organisation, { open: unitId, typed, errors }),
    );
  });
}

function about(
  portal: Portal,
  handle: (exchange: Exchange, organisation: Organisation) => Promise<void>,
): PortalHandler {
  return async (request, response) => {
    const id = request.params['organisation'] ?? '';
    const organisation = await portal.context.database.accounts.findOrganisation(id);
    if (organisation === undefined) answerFailure(portal, request, response, { code: 'not-found' });
    else await handle([request, response], organisation);
  };
}

async function answer(
  portal: Portal,
  [request, response]: Exchange,
  outcome: DeskOutcome,
  next: string,
  showAgain: (errors: readonly FieldError[]) => Promise<void>,
): Promise<void> {
  if (outcome.ok) {
    if (wantsJson(request)) response.json({ ok: true, next });
    else response.redirect(303, next);
    return;
  }
  const { failure } = outcome;
  const problems = failure.code === 'fields-invalid' ? failure.problems : [];
  const errors = problems.map(problem => fieldError(problem, ORGANISATIONS));
  await answerDeskFailure(portal, request, response, failure, errors, () => showAgain(errors));
}

async function showTree(portal: Portal, [request, response]: Exchange, retry?: Retry): Promise<void> {
  const { person, authorities } = visitorOf(response);
  const tree = await loadOrganisationTree(portal.context, { account: person.access.account, authorities });
  if (wantsJson(request)) {
    response.json({ organizations: tree });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  const mayManage = desk.mayDecide && authorities.some(({ role }) => role === 'ministry-administrator');
  const page = renderOrganisationTree({ desk, tree, mayManage, ...(retry === undefined ? {} : { retry }) });
  response.type('html').send(page);
}

async function showOne(
  portal: Portal,
  [request, response]: Exchange,
  organisation: Organisation,
  retry?: Retry,
): Promise<void> {
  const units = await portal.context.database.accounts.listUnits(organisation.id);
  if (wantsJson(request)) {
    response.json({ organization: organisation, units });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  const page = renderOrganisationPage({ desk, organisation, units, ...(retry === undefined ? {} : { retry }) });
  response.type('html').send(page);
}
