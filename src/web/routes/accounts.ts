import { widestScope } from '../../accounts/authority.ts';
import { settleMigratedGrant } from '../../flows/settle-migrated-grant.ts';
import { setSuspension } from '../../flows/suspend-account.ts';
import type { DeskOutcome } from '../../flows/desk-act.ts';
import { loadAccountFile } from '../account-file.ts';
import { findAccountList, readAccountQuery } from '../account-list.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type TypedValues } from '../field-errors.ts';
import { targetOf, visitorOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { fieldError } from '../texts/field-problems.ts';
import { renderAccountList } from '../views/account-list.tsx';
import { renderAccountPage } from '../views/account-page.tsx';

/** `GET /accounts`: the accounts within the visitor's widest reach, filtered by the address. */
export function listAccounts(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { person, authorities } = visitorOf(response);
    const scope = widestScope(authorities, person.access.account.id);
    const list = await findAccountList(context, readAccountQuery(request.query), scope);
    if (wantsJson(request)) {
      const accounts = list.found.accounts.map(account => ({
        id: account.id,
        account: account.loginName,
        name: account.name,
        organization: list.organisations.get(account.organisationId)?.code ?? null,
        unit: list.units.get(account.unitId ?? '')?.code ?? null,
        state: account.state,
        roles: account.roles,
        issuedAt: account.issuedAt,
        lastLoginAt: account.lastLoginAt,
      }));
      response.json({ total: list.found.total, accounts });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderAccountList({ desk, list, systems: [...context.systems.values()] }));
  };
}

/** `GET /accounts/:account`: everything about one of them. */
export function showAccount(portal: Portal): PortalHandler {
  return async (request, response) => {
    const desk = await composeDesk(portal, request, response);
    const file = await loadAccountFile(portal.context, targetOf(response), desk);
    if (wantsJson(request)) {
      const { account, person, organisation, unit, grants } = file;
      response.json({ account, person, organisation, unit: unit ?? null, grants });
      return;
    }
    response.type('html').send(renderAccountPage({ desk, file, systems: [...portal.context.systems.values()] }));
  };
}

/** `POST /accounts/:account/suspend` and `/resume`. */
export function changeSuspension(portal: Portal, to: 'suspended' | 'active'): PortalHandler {
  const open = to === 'suspended' ? 'suspend' : 'resume';
  return act(portal, open, ['reason'], ({ request, response }, typed) =>
    setSuspension(portal.context, {
      actor: actorOf(request, response),
      accountId: targetOf(response).id,
      to,
      reason: typed['reason'] ?? '',
    }),
  );
}

/** `POST /accounts/:account/grants/:grant`: a right taken over from an older system is approved or ended. */
export function settleGrant(portal: Portal): PortalHandler {
  return act(portal, ':grant', ['decision', 'reason'], async ({ request, response }, typed) => {
    const decision = typed['decision'];
    if (decision !== 'approve' && decision !== 'refuse') {
      return {
        ok: false,
        failure: { code: 'fields-invalid', problems: [{ field: 'decision', code: 'not-a-choice' }] },
      };
    }
    return settleMigratedGrant(portal.context, {
      actor: actorOf(request, response),
      accountId: targetOf(response).id,
      grantId: request.params['grant'] ?? '',
      decision,
      reason: typed['reason'] ?? '',
    });
  });
}

type Exchange = {
  readonly request: Parameters<PortalHandler>[0];
  readonly response: Parameters<PortalHandler>[1];
};

/** One action about the account of the path: done, it leads back to the account; else its panel comes back, open. */
function act(
  portal: Portal,
  panel: string,
  fields: readonly string[],
  work: (exchange: Exchange, typed: TypedValues) => Promise<DeskOutcome>,
): PortalHandler {
  return async (request, response) => {
    const account = targetOf(response);
    const typed = typedValues(request.body, fields);
    const outcome = await work({ request, response }, typed);
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ ok: true });
      else response.redirect(303, `/accounts/${account.id}`);
      return;
    }
    const { failure } = outcome;
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, ACCOUNTS));
    await answerDeskFailure(portal, request, response, failure, errors, async () => {
      const desk = await composeDesk(portal, request, response);
      const file = await loadAccountFile(portal.context, account, desk);
      const open = panel === ':grant' ? (request.params['grant'] ?? '') : panel;
      const systems = [...portal.context.systems.values()];
      response.type('html').send(renderAccountPage({ desk, file, systems, retry: { open, typed, errors } }));
    });
  };
}
