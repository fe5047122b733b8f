import type { Account } from '../../accounts/account.ts';
import { widestScope, type Scope } from '../../accounts/authority.ts';
import { rolesInSystem } from '../../accounts/system-grant.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { PROCEDURES } from '../texts/rules/figures.ts';
import {
  renderAcknowledgements,
  renderCompliancePage,
  renderFigurePage,
  renderSystemsPage,
} from '../views/reference-pages.tsx';

/** `GET /figures/:figure`: a procedure of the rules, open to everybody. */
export function showFigure(portal: Portal): PortalHandler {
  return (request, response) => {
    const name = request.params['figure'] ?? '';
    const procedure = PROCEDURES.get(name);
    if (procedure === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const page = composePageContext(portal, request, response);
    response.type('html').send(renderFigurePage({ page, name, procedure }));
  };
}

/** `GET /compliance`. */
export function showCompliance(portal: Portal): PortalHandler {
  return async (request, response) => {
    response.type('html').send(renderCompliancePage(await composeDesk(portal, request, response)));
  };
}

/** `GET /systems`: every business system (D1-001). */
export function showSystems(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const systems = [...context.systems.values()];
    if (wantsJson(request)) {
      response.json({
        systems: systems.map(({ id, name, nameEn, origin, roles }) => ({ id, name, nameEn, origin, roles })),
      });
      return;
    }
    const { grants } = visitorOf(response).person.access;
    const day = taipeiDayOf(context.clock.now());
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderSystemsPage(desk, systems, id => rolesInSystem(grants, id, day)));
  };
}

/** `GET /rules/acknowledgements`: who has not acknowledged the rules in force (D1-095). */
export function showAcknowledgements(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { person, authorities } = visitorOf(response);
    const missing = await findMissing(context, widestScope(authorities, person.access.account.id));
    if (wantsJson(request)) {
      response.json({ version: context.rulesVersion, accounts: missing.map(({ loginName }) => loginName) });
      return;
    }
    const { accounts } = context.database;
    const [organisations, units] = await Promise.all([accounts.listOrganisations(), accounts.listUnits()]);
    const names = {
      organisations: new Map(organisations.map(each => [each.id, each])),
      units: new Map(units.map(each => [each.id, each])),
    };
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderAcknowledgements(desk, missing, names, context.rulesVersion));
  };
}

const PAGE = 500;

/** Active accounts within `scope` without an acknowledgement of the version in force, by login name. */
async function findMissing({ database, rulesVersion }: GatewayContext, scope: Scope): Promise<Account[]> {
  const unacknowledged = new Set(await database.credentials.listUnacknowledged(rulesVersion));
  const missing: Account[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { accounts, total } = await database.accounts.findAccounts(
      { scope, states: ['active'] },
      { offset, limit: PAGE },
    );
    missing.push(...accounts.filter(({ id }) => unacknowledged.has(id)));
    if (offset + PAGE >= total) return missing;
  }
}
