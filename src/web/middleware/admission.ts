import type { Response } from 'express';
import { z } from 'zod';
import type { Account } from '../../accounts/account.ts';
import { findActivation } from '../../flows/credentials/activation-stand.ts';
import { findDayPasswordChange } from '../../flows/login/change-one-day-password.ts';
import { findApplicant } from '../../flows/applications/apply-with-card.ts';
import { findAuthorities } from '../../flows/accounts/find-authorities.ts';
import type { PortalPerson, PortalVisitor } from '../../flows/login/portal-session.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import { mayDecide } from '../../sessions/session.ts';
import { judgeAccess, type AddressRule } from '../access.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler, PortalLocals } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { recordRefusal } from '../refusal-record.ts';
import { originOf } from '../request-origin.ts';
import { findVisitor, hasBrowserSession } from '../visitor.ts';
import { readTyped } from './bodies.ts';

type AnyRequest = Parameters<PortalHandler>[0];
type AnyResponse = Response<unknown, PortalLocals>;

/**
 * Stands before every handler: finds the visitor once, and lets in whom the address's row names. Nobody logged in is
 * led to the login page by a document and answered 401 elsewhere; whoever may not is answered 403 and recorded.
 */
export function admit(portal: Portal, address: string, rule: AddressRule): PortalHandler {
  return async (request, response, next) => {
    if (rule.who === 'world') {
      next();
      return;
    }
    if (rule.who === 'applicant') {
      response.locals.applicant = await findApplicantOf(portal, request, response);
      if (response.locals.applicant !== undefined) next();
      else if (isPage(request)) response.redirect(303, APPLY_ADDRESS);
      else answerFailure(portal, request, response, { code: 'not-logged-in' });
      return;
    }
    const visitor = await lookUp(portal, rule, request);
    if (visitor === undefined) {
      next();
      return;
    }
    response.locals.visitor = visitor;
    if (visitor.kind === 'nobody') {
      if (judgeAccess(rule, undefined) === null) next();
      else await askToLogIn(portal, rule, request, response, visitor);
      return;
    }
    const { person } = visitor;
    // Before anything else: `world` and `browser` rows lead to nothing that is his.
    if (person.rulesPending && rule.who !== 'browser' && address !== RULES_ADDRESS) {
      askToAcknowledge(portal, request, response);
      return;
    }
    const authorities = await authoritiesOf(portal, person);
    response.locals.authorities = authorities;
    const target = rule.scope === 'account' ? await findTarget(portal, request) : undefined;
    if (rule.scope === 'account' && target === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const place = target === undefined ? undefined : { ...target, accountId: target.id };
    const refusal = judgeAccess(rule, { authorities, mayDecide: mayDecide(person.session) }, place);
    if (refusal !== null) {
      await recordRefusal(portal, { address, request, response, code: refusal, target: target ?? null });
      answerFailure(portal, request, response, { code: refusal });
      return;
    }
    if (target !== undefined) response.locals.target = target;
    next();
  };
}

/** Undefined: nobody can be looked up, and the address is a way out. */
async function lookUp(
  portal: Portal,
  { isBackground, isWayOut }: AddressRule,
  request: AnyRequest,
): Promise<PortalVisitor | undefined> {
  try {
    return await findVisitor(portal, request, isBackground === true);
  } catch (error) {
    if (isWayOut === true && error instanceof StoreFault) return undefined;
    throw error;
  }
}

function authoritiesOf({ context }: Portal, person: PortalPerson) {
  return findAuthorities(context.database.accounts, person.access.account, context.clock.now());
}

const APPLY_ADDRESS = '/apply';

async function findApplicantOf({ context }: Portal, request: AnyRequest, response: AnyResponse) {
  if (!hasBrowserSession(request)) return undefined;
  return findApplicant(context, hashSecret(request.sessionID), originOf(response));
}

const accountId = z.uuid();

async function findTarget({ context }: Portal, request: AnyRequest): Promise<Account | undefined> {
  const id = accountId.safeParse(request.params['account']);
  return id.success ? context.database.accounts.findAccount(id.data) : undefined;
}

/** Only a page that a person opens is led away; scripts, programs and forms are told. */
function isPage(request: AnyRequest): boolean {
  return request.method === 'GET' && request.accepts(['text/html', 'application/json']) === 'text/html';
}

/** Who is on the way in is led to the step that is pending, from wherever he tries (D1-120, D1-149). */
async function askToLogIn(
  portal: Portal,
  rule: AddressRule,
  request: AnyRequest,
  response: AnyResponse,
  { endedBecause, replacedBy }: Extract<PortalVisitor, { kind: 'nobody' }>,
): Promise<void> {
  if (isPage(request)) {
    response.redirect(303, (await findPendingStep(portal, request)) ?? '/login');
    return;
  }
  if (endedBecause === null) {
    answerFailure(portal, request, response, { code: 'not-logged-in' });
    return;
  }
  // What was typed comes back with the refusal, so that nothing is lost silently; of strangers nothing is read.
  const typed = await readTyped(rule, request, response);
  const why = replacedBy === undefined ? { reason: endedBecause } : { reason: endedBecause, replacedBy };
  answerFailure(portal, request, response, { code: 'session-over', ...why }, typed);
}

async function findPendingStep({ context }: Portal, request: AnyRequest): Promise<string | undefined> {
  if (!hasBrowserSession(request)) return undefined;
  const browser = hashSecret(request.sessionID);
  if ((await findDayPasswordChange(context, browser)) !== undefined) return '/login/one-day-password/change';
  const activation = await findActivation(context, browser);
  return activation === undefined || activation.stand.kind === 'done' ? undefined : '/activate/step';
}

const RULES_ADDRESS = '/rules/acknowledge';

function askToAcknowledge(portal: Portal, request: AnyRequest, response: AnyResponse): void {
  if (isPage(request)) response.redirect(303, RULES_ADDRESS);
  else answerFailure(portal, request, response, { code: 'rules-not-acknowledged' });
}
