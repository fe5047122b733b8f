import type { ApplicationFailure } from '../../applications/failures.ts';
import { INITIAL_SECRET_LIFETIME_MS } from '../../accounts/one-time-secret.ts';
import type { Application } from '../../applications/application.ts';
import { archiveApplication } from '../../flows/applications/archive-application.ts';
import { decideApplication, withdrawApplication } from '../../flows/applications/decide-application.ts';
import type { ApplicationOutcome } from '../../flows/applications/draft-application.ts';
import { executeApplication } from '../../flows/applications/execute-application.ts';
import { recordLetter } from '../../flows/applications/record-letter.ts';
import { viewApplication } from '../../flows/applications/view-application.ts';
import { answerApplicationFailure, applicationActorOf } from '../application-answer.ts';
import {
  visited,
  visitOfPerson,
  type AnyRequest,
  type AnyResponse,
  type ApplicationVisit,
  type VisitOf,
} from '../application-visit.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import type { PortalHandler } from '../locals.ts';
import { uploadedFile } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { fieldError } from '../texts/field-problems.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import { baseOf } from '../views/application-frame.tsx';
import { renderApplicationPage } from '../views/application-page.tsx';
import { askForSignature } from './application-signing.ts';
import { renderExecutedPage } from '../views/executed-page.tsx';

type Exchange = readonly [AnyRequest, AnyResponse];

/** `GET …/:number`: one application. */
export function showApplication(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, (visit, request, response) => show(portal, visit, [request, response]));
}

/** `POST /applications/:number/decide` `{result, note, version}`; with `do=sign` it waits for the card's signature. */
export function takeDecision(portal: Portal): PortalHandler {
  const decide = decideUnsigned(portal);
  return async (request, response, next) => {
    const { do: button, result, note = '', version } = typedValues(request.body, ['do', 'result', 'note', 'version']);
    const kind = DECISIONS.find(each => each === result);
    // What could not stand is refused before anybody is asked for his PIN.
    if (button !== 'sign' || kind === undefined || note.trim() === '') await decide(request, response, next);
    else {
      const number = numberOf(request);
      await askForSignature(portal, request, response, { number, version: Number(version), kind, note });
    }
  };
}

const DECISIONS = ['approve', 'return', 'refuse'] as const;

function decideUnsigned(portal: Portal): PortalHandler {
  return act(portal, visitOfPerson, ['result', 'note', 'version'], 'decide', async (visit, request, typed) => {
    const kind = DECISIONS.find(each => each === typed['result']);
    if (kind === undefined) return { ok: false, errors: [missing('result')] };
    const { note = '', version } = typed;
    const number = numberOf(request);
    return decideApplication(portal.context, { actor: visit.actor, number, version: Number(version), kind, note });
  });
}

/** `POST /applications/:number/letter`, with the letter itself. */
export function takeLetter(portal: Portal): PortalHandler {
  const fields = ['number', 'date', 'agency', 'version'];
  return act(portal, visitOfPerson, fields, 'letter', (visit, request, typed) => {
    const { number = '', date = '', agency = '', version } = typed;
    const file = uploadedFile(request.body, 'file');
    return recordLetter(portal.context, {
      actor: visit.actor,
      number: numberOf(request),
      version: Number(version),
      letter: { number, date, agency },
      file: file === undefined ? null : { fileName: file.name, bytes: file.bytes },
    });
  });
}

/** `POST …/:number/withdraw`. */
export function withdraw(portal: Portal, visitOf: VisitOf): PortalHandler {
  return act(portal, visitOf, ['note', 'version'], 'withdraw', (visit, request, { note = '', version }) =>
    withdrawApplication(portal.context, {
      actor: visit.actor,
      number: numberOf(request),
      version: Number(version),
      note,
    }),
  );
}

/** `POST /applications/:number/archive`. */
export function archive(portal: Portal): PortalHandler {
  return act(portal, visitOfPerson, ['note', 'version'], 'archive', (visit, request, { note = '', version }) =>
    archiveApplication(portal.context, {
      actor: visit.actor,
      number: numberOf(request),
      version: Number(version),
      note,
    }),
  );
}

/** `POST /applications/:number/execute`: the one answer in which a secret is shown, where one was made. */
export function execute(portal: Portal): PortalHandler {
  return async (request, response) => {
    const { context } = portal;
    const typed = typedValues(request.body, ['note', 'version']);
    const actor = applicationActorOf(response);
    const { note = '', version } = typed;
    const number = numberOf(request);
    const outcome = await executeApplication(context, { actor, number, version: Number(version), note });
    if (!outcome.ok) {
      const visit = visitOfPerson(portal, request, response);
      await refuse(portal, visit, [request, response], 'execute', typed, outcome.failure);
      return;
    }
    const { application, secret } = outcome;
    const handed = secret === null ? null : await handOver(portal, application, secret);
    if (wantsJson(request)) {
      const { status, stage, version: now } = application;
      response.json({ number, status, stage, version: now, secret });
      return;
    }
    if (handed === null) response.redirect(303, `/applications/${number}`);
    else {
      const desk = await composeDesk(portal, request, response);
      response.type('html').send(renderExecutedPage({ desk, application, handed }));
    }
  };
}

async function handOver({ context }: Portal, application: Application, secret: string) {
  const { accounts } = context.database;
  const account = await accounts.findAccount(application.subjectAccountId ?? '');
  const organisation = await accounts.findOrganisation(application.organisationId);
  const isDay = application.form === 'D-06-11';
  const expiresAt = new Date(context.clock.now().getTime() + INITIAL_SECRET_LIFETIME_MS);
  return {
    secret,
    loginName: account?.loginName ?? '',
    name: application.subjectName,
    organisation: organisation?.name ?? '',
    href: `${context.portal.origin}${isDay ? '/login/one-day-password' : '/activate'}`,
    use: isDay
      ? ({ kind: 'one-day', day: application.effectiveDay ?? '', applicationNumber: application.number } as const)
      : ({ kind: 'initial', expiresAt } as const),
  };
}

/** One act: done, it leads back to the application; refused, its panel comes back as it was typed. */
function act(
  portal: Portal,
  visitOf: VisitOf,
  fields: readonly string[],
  panel: string,
  work: (
    visit: ApplicationVisit,
    request: AnyRequest,
    typed: TypedValues,
  ) => Promise<ApplicationOutcome | { readonly ok: false; readonly errors: readonly FieldError[] }>,
): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const typed = typedValues(request.body, fields);
    const outcome = await work(visit, request, typed);
    if (outcome.ok) {
      const { number, status, stage, version } = outcome.application;
      if (wantsJson(request)) response.json({ number, status, stage, version });
      else response.redirect(303, `${baseOf(await visit.frame())}/${number}`);
      return;
    }
    if ('errors' in outcome) {
      response.status(400);
      await show(portal, visit, [request, response], { open: panel, typed, errors: outcome.errors });
      return;
    }
    await refuse(portal, visit, [request, response], panel, typed, outcome.failure);
  });
}

function refuse(
  portal: Portal,
  visit: ApplicationVisit,
  [request, response]: Exchange,
  panel: string,
  typed: TypedValues,
  failure: ApplicationFailure,
): Promise<void> {
  return answerApplicationFailure(portal, request, response, failure, undefined, errors =>
    show(portal, visit, [request, response], { open: panel, typed, errors }),
  );
}

async function show(
  portal: Portal,
  visit: ApplicationVisit,
  [request, response]: Exchange,
  retry?: { readonly open: string; readonly typed: TypedValues; readonly errors: readonly FieldError[] },
): Promise<void> {
  const view = await viewApplication(portal.context, visit.actor, numberOf(request));
  if (view === undefined) {
    // Who tried to act on what he does not see was refused (and recorded); who only looked finds nothing.
    answerFailure(portal, request, response, { code: retry === undefined ? 'not-found' : 'access-refused' });
    return;
  }
  if (wantsJson(request)) {
    const { application, acts, attachments, possible, checks, isMasked } = view;
    const history = acts.map(({ signature, ...act }) => ({ ...act, isSigned: signature !== null }));
    response.json({ application, history, attachments, possible, checks, isMasked });
    return;
  }
  const systems = [...portal.context.systems.values()];
  const shown = { frame: await visit.frame(), view, systems };
  response.type('html').send(renderApplicationPage(retry === undefined ? shown : { ...shown, retry }));
}

function numberOf(request: AnyRequest): string {
  return request.params['number'] ?? '';
}

function missing(field: 'result'): FieldError {
  return fieldError({ field, code: 'missing' }, APPLICATIONS);
}
