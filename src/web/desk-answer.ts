import type { Request, Response } from 'express';
import type { DeskActor, DeskFailure } from '../flows/accounts/desk-act.ts';
import { mayDecide } from '../sessions/session.ts';
import { answerFailure } from './failure-answer.ts';
import type { FieldError } from './field-errors.ts';
import { visitorOf, type PortalHandler, type PortalLocals } from './locals.ts';
import type { Portal } from './portal.ts';
import { composeProblem } from './problem.ts';
import { recordRefusal } from './refusal-record.ts';
import { originOf } from './request-origin.ts';
import { storyOf } from './texts/stories/stories.ts';

type AnyRequest = Parameters<PortalHandler>[0];
type AnyResponse = Response<unknown, PortalLocals>;

/** Whether the answer is for a program: `Accept` prefers JSON over a page. */
export function wantsJson(request: Pick<Request, 'accepts'>): boolean {
  return request.accepts(['text/html', 'application/json']) === 'application/json';
}

/** The visitor as the journeys of the desk take him. */
export function actorOf(response: AnyResponse): DeskActor {
  const { person } = visitorOf(response);
  return {
    accountId: person.access.account.id,
    mayDecide: mayDecide(person.session),
    origin: originOf(response),
  };
}

/**
 * Answers an act that was not done. Fields that are wrong come back in the form (`showAgain`), to programs as
 * `application/problem+json` with `problems`; refusals are recorded.
 */
export async function answerDeskFailure(
  portal: Portal,
  request: AnyRequest,
  response: AnyResponse,
  failure: Exclude<DeskFailure, { code: 'fields-invalid' }> | { readonly code: 'fields-invalid' },
  errors: readonly FieldError[],
  showAgain: () => Promise<void>,
): Promise<void> {
  if (failure.code === 'fields-invalid') {
    response.status(400);
    if (wantsJson(request)) answerFieldErrors(portal, response, errors);
    else await showAgain();
    return;
  }
  if (failure.code !== 'changed-meanwhile') {
    await recordRefusal(portal, { address: request.path, request, response, code: failure.code, target: null });
  }
  answerFailure(portal, request, response, failure);
}

function answerFieldErrors({ context }: Portal, response: AnyResponse, errors: readonly FieldError[]): void {
  const { requestId, language } = response.locals;
  const title = storyOf('fields-invalid').title[language];
  const problem = composeProblem({ code: 'fields-invalid' }, { portalOrigin: context.portal.origin, title, requestId });
  const problems = errors.map(({ field, text }) => ({ field, text: text[language] }));
  response.type('application/problem+json').send(JSON.stringify({ ...problem, problems }));
}
