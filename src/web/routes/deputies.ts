import type { Account } from '../../accounts/account.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { endDeputyship, nameDeputy } from '../../flows/accounts/deputies.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { DEPUTIES } from '../texts/deputies.ts';
import { fieldError } from '../texts/field-problems.ts';
import { renderDeputiesPage } from '../views/deputies-page.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** `GET /deputies`: of the heads that the visitor answers for. */
export function showDeputies(portal: Portal): PortalHandler {
  return async (request, response) => show(portal, [request, response]);
}

/** `POST /deputies`: names one. */
export function createDeputy(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.body, ['principalId', 'deputy', 'validFrom', 'validUntil', 'reason']);
    const { principalId = '', deputy = '', validFrom = '', validUntil = '', reason = '' } = typed;
    // Nobody chosen is a field to fill in; somebody whom the visitor does not reach is an act beyond his authority.
    const outcome =
      principalId === ''
        ? ({
            ok: false,
            failure: { code: 'fields-invalid', problems: [{ field: 'principalId', code: 'missing' }] },
          } as const)
        : await nameDeputy(portal.context, {
            actor: actorOf(response),
            request: { principalId, deputy, validFrom: validFrom.trim(), validUntil: validUntil.trim(), reason },
            maxDays: portal.settings.deputyMaxDays,
          });
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ ok: true, id: outcome.deputyship.id });
      else response.redirect(303, '/deputies');
      return;
    }
    const { failure } = outcome;
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, DEPUTIES));
    await answerDeskFailure(portal, request, response, failure, errors, () =>
      show(portal, [request, response], { typed, errors }),
    );
  };
}

/** `POST /deputies/:deputyship/end`: ends one before its term. */
export function endDeputy(portal: Portal): PortalHandler {
  return async (request, response) => {
    const outcome = await endDeputyship(portal.context, {
      actor: actorOf(response),
      principalId: textField(request.body, 'principalId', 36) ?? '',
      deputyshipId: request.params['deputyship'] ?? '',
    });
    if (!outcome.ok) {
      await answerDeskFailure(portal, request, response, outcome.failure, [], () => show(portal, [request, response]));
      return;
    }
    if (wantsJson(request)) response.json({ ok: true });
    else response.redirect(303, '/deputies');
  };
}

async function show(
  portal: Portal,
  [request, response]: Exchange,
  retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] },
): Promise<void> {
  const heads = await findHeads(portal, response);
  const { accounts } = portal.context.database;
  const deputyships: Deputyship[] = [];
  const names = new Map(heads.map(({ id, name }) => [id, name]));
  for (const head of heads) {
    const own = (await accounts.listDeputyships(head.id)).filter(({ principalId }) => principalId === head.id);
    deputyships.push(...own);
    for (const { deputyId } of own) {
      if (!names.has(deputyId)) names.set(deputyId, (await accounts.findAccount(deputyId))?.name ?? '');
    }
  }
  if (wantsJson(request)) {
    response.json({ deputyships });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  const today = taipeiDayOf(portal.context.clock.now());
  const shown = { desk, today, heads, deputyships, names };
  response.type('html').send(renderDeputiesPage(retry === undefined ? shown : { ...shown, retry }));
}

/** A head answers for himself, a registrar for the heads of his agency; a deputy for nobody. */
async function findHeads({ context }: Portal, response: Exchange[1]): Promise<Account[]> {
  const { person, authorities } = visitorOf(response);
  const { account } = person.access;
  const registrar = authorities.find(({ role }) => role === 'registrar');
  if (registrar === undefined) return account.roles.includes('unit-head') ? [account] : [];
  const { scope } = registrar;
  const filter = { scope, role: 'unit-head', states: ['active'] } as const;
  return [...(await context.database.accounts.findAccounts(filter, { offset: 0, limit: 500 })).accounts];
}
