import { widestScope, type Scope } from '../../accounts/authority.ts';
import { isTaipeiDay } from '../../calendar/months.ts';
import { explainDecision, type Explanation, type ExplanationFailure } from '../../flows/login/explain-decision.ts';
import { readClientAddress } from '../../flows/sessions/read-client-address.ts';
import { POLICY_READERS } from '../audiences.ts';
import { answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { METHODS } from '../session-list.ts';
import { EXPLANATION_FAILURES, MISTYPED } from '../texts/policy.ts';
import { describeRule } from '../texts/rule-words.ts';
import { renderPolicyExplanation } from '../views/policy-explanation-page.tsx';

const FIELDS = ['account', 'method', 'url', 'from', 'at', 'login', 'purpose'] as const;

/** `GET /policy/explain`: what would be decided of a request, and by which rule; what is asked stands in the address. */
export function showPolicyExplanation(portal: Portal): PortalHandler {
  return async (request, response) => {
    const typed = typedValues(request.query, FIELDS);
    const isAsked = typed['account'] !== '' || typed['url'] !== '';
    const outcome = isAsked ? await explain(portal, scopeOf(response), typed) : null;
    const errors = outcome !== null && !outcome.ok ? outcome.errors : [];
    const explanation = outcome?.ok === true ? outcome : null;
    const show = async (): Promise<void> => {
      const desk = await composeDesk(portal, request, response);
      response.type('html').send(renderPolicyExplanation({ desk, typed, errors, explanation }));
    };
    if (errors.length > 0) {
      await answerDeskFailure(portal, request, response, { code: 'fields-invalid' }, errors, show);
    } else if (explanation !== null && wantsJson(request)) response.json(explanationJson(explanation));
    else await show();
  };
}

async function explain(
  portal: Portal,
  scope: Scope,
  typed: TypedValues,
): Promise<Explanation | { readonly ok: false; readonly errors: readonly FieldError[] }> {
  const { account = '', method = '', url = '', from = '', at = '', login } = typed;
  const verb = method.trim() || 'GET';
  const clientAddress = from.trim() === '' ? '' : readClientAddress(from);
  const instant = readTaipeiTime(at.trim());
  const mistyped = [
    ...(/^[A-Z][A-Z-]{0,30}$/.test(verb) ? [] : [{ field: 'method', text: MISTYPED.method }]),
    ...(clientAddress === undefined ? [{ field: 'from', text: MISTYPED.from }] : []),
    ...(instant === 'mistyped' ? [{ field: 'at', text: MISTYPED.at }] : []),
  ];
  if (clientAddress === undefined || instant === 'mistyped' || mistyped.length > 0)
    return { ok: false, errors: mistyped };
  const explained = await explainDecision(portal.context, scope, account.trim(), {
    method: verb,
    url: url.trim(),
    clientAddress,
    authentication: METHODS.find(each => each === login) ?? 'card',
    isPurposeDeclared: typed['purpose'] === '1',
    at: instant,
  });
  return explained.ok ? explained : { ok: false, errors: [errorOf(explained)] };
}

function errorOf({ failure }: ExplanationFailure): FieldError {
  return EXPLANATION_FAILURES[failure.code];
}

/** @returns undefined for nothing, which is now */
function readTaipeiTime(text: string): Date | undefined | 'mistyped' {
  if (text === '') return undefined;
  const [, day = '', time = ''] = /^(\d{4}-\d{2}-\d{2})[ T]((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  return isTaipeiDay(day) ? new Date(`${day}T${time}:00+08:00`) : 'mistyped';
}

function scopeOf(response: Parameters<PortalHandler>[1]): Scope {
  const { person, authorities } = visitorOf(response);
  const roles: readonly string[] = POLICY_READERS;
  const reading = authorities.filter(({ role }) => roles.includes(role));
  return widestScope(reading, person.access.account.id);
}

function explanationJson({ allow, reason, rule, system, path, roles, at, considered }: Explanation) {
  const rules = considered.map((each, index) => ({
    number: index + 1,
    text: describeRule(each.rule, 'en').join('; '),
    mismatch: each.mismatch,
  }));
  return { allow, reason, rule, system: system.id, path, roles, at: at.toISOString(), rules };
}
