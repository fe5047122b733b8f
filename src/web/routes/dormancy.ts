import type { Scope } from '../../accounts/authority.ts';
import { isTaipeiDay } from '../../calendar/months.ts';
import { formatTaipeiTime, taipeiDayOf } from '../../calendar/taipei-day.ts';
import { previewDormancy, type DormantAccount } from '../../flows/operations/dormancy.ts';
import { EXEMPTING_ROLES, exemptFromDormancy } from '../../flows/operations/exempt-from-dormancy.ts';
import { OVERSEEING } from '../audiences.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues } from '../field-errors.ts';
import type { ListQuery } from '../list-address.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { sendTable } from '../table-file.ts';
import { fieldError } from '../texts/field-problems.ts';
import { DORMANCY, OPERATIONS, VERDICT_WORDS } from '../texts/operations.ts';
import { renderDormancyPage, type DormancyRetry } from '../views/dormancy-page.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** `GET /dormancy`: what the rule says of the accounts within reach, `?day=` as of which day, `?verdict=` only these. */
export function showDormancy(portal: Portal): PortalHandler {
  return async (request, response) => show(portal, [request, response], readQuery(request.query));
}

/** `POST /dormancy/exemptions`. */
export function exempt(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.body, ['loginName', 'reason', 'until']);
    const { loginName = '', reason = '', until = '' } = typed;
    const actor = actorOf(response);
    const outcome = await exemptFromDormancy(portal.context, { actor, loginName, reason, until });
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ ok: true });
      else response.redirect(303, '/dormancy?verdict=exempt');
      return;
    }
    const { failure } = outcome;
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const labels = { loginName: DORMANCY.loginName, reason: OPERATIONS.reason, until: DORMANCY.untilField };
    const errors = problems.map(problem => fieldError(problem, labels));
    await answerDeskFailure(portal, request, response, failure, errors, () =>
      show(portal, [request, response], {}, { typed, errors }),
    );
  };
}

/** `POST /dormancy/export`: the list as filtered. */
export function exportDormancy(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = readQuery(request.body);
    const { shown, day } = await findDormant(portal, response, query);
    await sendTable(portal, request, response, 'dormancy', {
      title: DORMANCY.title,
      filter: new URLSearchParams({ ...query, day }).toString(),
      columns: [OPERATIONS.account, OPERATIONS.name, DORMANCY.since, DORMANCY.verdict],
      rows: shown.map(({ account, verdict }) => [
        account.loginName,
        account.name,
        formatTaipeiTime(verdict.idleSince),
        VERDICT_WORDS[verdict.kind].text.zh,
      ]),
    });
  };
}

function readQuery(fields: unknown): ListQuery {
  const day = textField(fields, 'day', 10)?.trim() ?? '';
  const verdict = textField(fields, 'verdict', 10) ?? '';
  return {
    ...(isTaipeiDay(day) ? { day } : {}),
    ...(Object.hasOwn(VERDICT_WORDS, verdict) && verdict !== 'in-use' ? { verdict } : {}),
  };
}

async function findDormant(portal: Portal, response: Exchange[1], query: ListQuery) {
  const { database, clock, accountPolicies } = portal.context;
  const day = query['day'] ?? taipeiDayOf(clock.now());
  const roles: readonly string[] = OVERSEEING;
  const authorities = visitorOf(response).authorities.filter(({ role }) => roles.includes(role));
  const all: readonly DormantAccount[] = await previewDormancy(database, accountPolicies.dormancy, day, authorities);
  const shown = all.filter(({ verdict }) => query['verdict'] === undefined || verdict.kind === query['verdict']);
  return {
    day,
    all,
    shown,
    seesEverything: authorities.some(({ scope }: { scope: Scope }) => scope.kind === 'everything'),
  };
}

async function show(portal: Portal, [request, response]: Exchange, query: ListQuery, retry?: DormancyRetry) {
  const { database, accountPolicies } = portal.context;
  const { day, all, shown, seesEverything } = await findDormant(portal, response, query);
  // A run counts accounts of every agency: for those who see them all.
  const runs = seesEverything ? await database.operations.listDormancyRuns() : [];
  const policy = accountPolicies.dormancy;
  if (wantsJson(request)) {
    const accounts = shown.map(({ account, verdict }) => ({
      account: account.loginName,
      name: account.name,
      idleSince: verdict.idleSince,
      verdict: verdict.kind,
    }));
    response.json({ day, policy, accounts, runs });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  const mayExempt = desk.mayDecide && desk.authorities.some(({ role }) => EXEMPTING_ROLES.includes(role));
  const facts = { desk, query, day, policy, all, shown, runs: seesEverything ? runs : null, mayExempt };
  response.type('html').send(renderDormancyPage(retry === undefined ? facts : { ...facts, retry }));
}
