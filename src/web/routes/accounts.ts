import type { Account } from '../../accounts/account.ts';
import { widestScope, type Scope } from '../../accounts/authority.ts';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import { settleMigratedGrant } from '../../flows/accounts/settle-migrated-grant.ts';
import { setSuspension } from '../../flows/accounts/suspend-account.ts';
import type { DeskOutcome } from '../../flows/accounts/desk-act.ts';
import { loadAccountFile } from '../account-file.ts';
import { ACCOUNTS_PER_PAGE, findAccountList, readAccountQuery } from '../account-list.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type TypedValues } from '../field-errors.ts';
import { targetOf, visitorOf, type PortalHandler } from '../locals.ts';
import type { ListQuery } from '../list-address.ts';
import type { Portal } from '../portal.ts';
import { sendTable } from '../table-file.ts';
import { ACCOUNTS, ACCOUNT_STATE_WORDS } from '../texts/accounts.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { fieldError } from '../texts/field-problems.ts';
import { ROLE_NAMES } from '../texts/home.ts';
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

/** `POST /accounts/export`: the list as filtered, all of its pages, as a file. */
export function exportAccounts(portal: Portal): PortalHandler {
  return async (request, response) => {
    const { person, authorities } = visitorOf(response);
    const { page: _page, ...query } = readAccountQuery(request.body);
    const scope = widestScope(authorities, person.access.account.id);
    await sendTable(portal, request, response, 'accounts', {
      title: ACCOUNTS.title,
      filter: new URLSearchParams(query).toString(),
      columns: EXPORTED.map(({ head }) => head),
      rows: (await findAllAccounts(portal.context, query, scope)).map(row => EXPORTED.map(({ cell }) => cell(row))),
    });
  };
}

interface ExportedRow {
  readonly account: Account;
  readonly organisation: string;
  readonly unit: string;
}

/** What leaves the gateway of each account: no personal data but the name (D1-083). */
const EXPORTED: readonly { readonly head: Bilingual; readonly cell: (row: ExportedRow) => string }[] = [
  { head: ACCOUNTS.account, cell: ({ account }) => account.loginName },
  { head: ACCOUNTS.name, cell: ({ account }) => account.name },
  { head: ACCOUNTS.organisation, cell: ({ organisation }) => organisation },
  { head: ACCOUNTS.unit, cell: ({ unit }) => unit },
  { head: ACCOUNTS.roles, cell: ({ account }) => account.roles.map(role => ROLE_NAMES[role].zh).join('、') },
  { head: ACCOUNTS.state, cell: ({ account }) => ACCOUNT_STATE_WORDS[account.state].text.zh },
  { head: ACCOUNTS.issued, cell: ({ account }) => formatTaipeiTime(account.issuedAt) },
  {
    head: ACCOUNTS.lastLogin,
    cell: ({ account }) => (account.lastLoginAt === null ? ACCOUNTS.never.zh : formatTaipeiTime(account.lastLoginAt)),
  },
];

async function findAllAccounts(context: GatewayContext, query: ListQuery, scope: Scope): Promise<ExportedRow[]> {
  const rows: ExportedRow[] = [];
  for (let number = 1; ; number += 1) {
    const list = await findAccountList(context, { ...query, page: String(number) }, scope);
    for (const account of list.found.accounts) {
      const organisation = list.organisations.get(account.organisationId)?.name ?? '';
      rows.push({ account, organisation, unit: list.units.get(account.unitId ?? '')?.name ?? '' });
    }
    if (number * ACCOUNTS_PER_PAGE >= list.found.total) return rows;
  }
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
export function changeSuspension(portal: Portal, to: 'suspended' | 'resumed'): PortalHandler {
  const open = to === 'suspended' ? 'suspend' : 'resume';
  return act(portal, open, ['reason'], ({ response }, typed) =>
    setSuspension(portal.context, {
      actor: actorOf(response),
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
      actor: actorOf(response),
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
