import type { Response } from 'express';
import type { ApplicationFailure } from '../applications/failures.ts';
import type { FormDefinition } from '../applications/form.ts';
import type { ApplicationActor } from '../flows/applications/application-actor.ts';
import { mayDecide } from '../sessions/session.ts';
import { formErrors } from './application-input.ts';
import { wantsJson } from './desk-answer.ts';
import { answerFailure } from './failure-answer.ts';
import type { FieldError } from './field-errors.ts';
import { visitorOf, type PortalHandler, type PortalLocals } from './locals.ts';
import type { Portal } from './portal.ts';
import { recordRefusal } from './refusal-record.ts';
import { originOf } from './request-origin.ts';
import { APPLICATION_FAILURES } from './texts/application-failures.ts';
import { APPLICATIONS, ATTACHMENT_REFUSALS } from './texts/applications.ts';
import { fieldError } from './texts/field-problems.ts';

type AnyRequest = Parameters<PortalHandler>[0];
type AnyResponse = Response<unknown, PortalLocals>;

/** The visitor as the journeys of applications take him. */
export function applicationActorOf(response: AnyResponse) {
  const { person } = visitorOf(response);
  return {
    kind: 'account',
    accountId: person.access.account.id,
    mayDecide: mayDecide(person.session),
    origin: originOf(response),
  } as const satisfies ApplicationActor;
}

/** What a refusal says beside the fields of a page. */
function failureErrors(failure: ApplicationFailure, form: FormDefinition | undefined): FieldError[] {
  const { text } = APPLICATION_FAILURES[failure.code];
  const { code } = failure;
  if (code === 'application-form-incomplete') return form === undefined ? [] : formErrors(form, failure.problems);
  if (code === 'application-letter-invalid') {
    const { letterNumber: number, letterDate: date, letterAgency: agency } = APPLICATIONS;
    return failure.problems.map(problem => fieldError(problem, { number, date, agency }));
  }
  if (code === 'application-note-missing') return [{ field: 'note', text }];
  if (code === 'application-note-invalid') return [fieldError(failure.problem, { note: APPLICATIONS.note })];
  if (code === 'attachment-refused') return [{ field: 'file', text: ATTACHMENT_REFUSALS[failure.because] }];
  const isOfFile = code === 'application-sheet-missing' || code === 'application-letter-missing';
  return [{ field: isOfFile ? 'file' : 'main', text }];
}

/**
 * Answers what was refused: to programs as problem+json, to people as the page again with what was typed (`showAgain`).
 * What is beyond one's authority is recorded.
 */
export async function answerApplicationFailure(
  portal: Portal,
  request: AnyRequest,
  response: AnyResponse,
  failure: ApplicationFailure,
  form: FormDefinition | undefined,
  showAgain: (errors: readonly FieldError[]) => Promise<void>,
): Promise<void> {
  const { status, text } = APPLICATION_FAILURES[failure.code];
  if (status === 403 && response.locals.visitor?.kind === 'person') {
    await recordRefusal(portal, { address: request.path, request, response, code: 'access-refused', target: null });
  }
  const errors = failureErrors(failure, form);
  if (wantsJson(request)) {
    const { requestId, language } = response.locals;
    const problems = errors.map(error => ({ field: error.field, text: error.text[language] }));
    const title = text[language];
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status, code: failure.code, requestId, problems }));
    return;
  }
  if (failure.code === 'application-not-found') {
    answerFailure(portal, request, response, { code: 'not-found' });
    return;
  }
  response.status(status);
  await showAgain(errors);
}
