import type { Application } from '../../applications/application.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import type { FormDefinition, FormValues } from '../../applications/form.ts';
import { FORMS } from '../../applications/forms.ts';
import { draftApplication, saveDraft, type ApplicationOutcome } from '../../flows/applications/draft-application.ts';
import { submitApplication } from '../../flows/applications/submit-application.ts';
import { viewApplication } from '../../flows/applications/view-application.ts';
import { answerApplicationFailure } from '../application-answer.ts';
import { changeKindsOf, EMPTY_ROW, formOf, readFormInput } from '../application-input.ts';
import {
  visited,
  type AnyRequest,
  type AnyResponse,
  type ApplicationVisit,
  type VisitOf,
} from '../application-visit.ts';
import { wantsJson } from '../desk-answer.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError } from '../field-errors.ts';
import type { PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { visitorOf } from '../locals.ts';
import { baseOf } from '../views/application-frame.tsx';
import { renderApplicationForm } from '../views/application-form.tsx';

/** `GET …/new/:form`: the empty form. */
export function showNewForm(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const form = formOf(request.params['form']);
    if (form === undefined) answerFailure(portal, request, response, { code: 'not-found' });
    else
      await showForm(portal, visit, response, {
        form,
        application: null,
        values: await presetsOf(visit, form, request),
      });
  });
}

/** `POST …/new/:form`: the first save gives it its number; `do` says what the button was. */
export function takeNewForm(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const form = formOf(request.params['form']);
    if (form === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const values = readFormInput(form, request.body);
    const { do: button = '', organisation = '' } = typedValues(request.body, ['do', 'organisation']);
    const shown = { form, application: null, values, organisationId: organisation };
    if (button === 'add-row' || button === 'refresh') {
      await showForm(portal, visit, response, button === 'add-row' ? { ...shown, values: withRow(values) } : shown);
      return;
    }
    const { actor } = visit;
    const draft = { actor, form: form.id, organisationId: organisation === '' ? null : organisation, values };
    const drafted = await draftApplication(portal.context, draft);
    await goOn(portal, visit, [request, response], shown, drafted, button);
  });
}

/** `GET …/:number/edit`: a draft or returned form. */
export function showEdit(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const view = await viewApplication(portal.context, visit.actor, request.params['number'] ?? '');
    if (view?.possible.includes('submit') !== true) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const { application } = view;
    const { form, values } = application;
    await showForm(portal, visit, response, { form: FORMS[form], application, values });
  });
}

/** `POST …/:number/edit`: saves, submits or adds a row. */
export function takeEdit(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const { context } = portal;
    const { actor } = visit;
    const number = request.params['number'] ?? '';
    const view = await viewApplication(context, actor, number);
    if (view === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const { application } = view;
    const form = FORMS[application.form];
    const values = readFormInput(form, request.body);
    const { do: button = '', version = '' } = typedValues(request.body, ['do', 'version']);
    const shown = { form, application, values };
    if (button === 'add-row' || button === 'refresh') {
      await showForm(portal, visit, response, button === 'add-row' ? { ...shown, values: withRow(values) } : shown);
      return;
    }
    const saved = await saveDraft(context, { actor, number, version: Number(version), values });
    await goOn(portal, visit, [request, response], shown, saved, button);
  });
}

/** What is known of the person, and the kind of change where the address names one. */
async function presetsOf(visit: ApplicationVisit, form: FormDefinition, request: AnyRequest): Promise<FormValues> {
  const presets = await visit.presets(form);
  const change = textField(request.query, 'change', 20);
  const isKind = changeKindsOf(form).some(({ value }) => value === change);
  return isKind ? { ...presets, fields: { ...presets.fields, change: change ?? '' } } : presets;
}

interface ShownForm {
  readonly form: FormDefinition;
  readonly application: Application | null;
  readonly values: FormValues;
  readonly organisationId?: string;
}

/** After a save: submits where that was asked for; refused, the form comes back with everything that was typed. */
async function goOn(
  portal: Portal,
  visit: ApplicationVisit,
  [request, response]: readonly [AnyRequest, AnyResponse],
  shown: ShownForm,
  saved: ApplicationOutcome,
  button: string,
): Promise<void> {
  const refuse = (failure: ApplicationFailure, application: Application | null) =>
    answerApplicationFailure(portal, request, response, failure, shown.form, errors =>
      showForm(portal, visit, response, { ...shown, application }, errors),
    );
  if (!saved.ok) {
    await refuse(saved.failure, shown.application);
    return;
  }
  const { number, version } = saved.application;
  const isSubmission = button === 'submit';
  const outcome = isSubmission
    ? await submitApplication(portal.context, { actor: visit.actor, number, version })
    : saved;
  if (!outcome.ok) {
    await refuse(outcome.failure, saved.application);
    return;
  }
  const { status, stage } = outcome.application;
  const base = baseOf(await visit.frame());
  if (wantsJson(request)) response.json({ number, status, stage, version: outcome.application.version });
  else response.redirect(303, isSubmission ? `${base}/${number}` : `${base}/${number}/edit`);
}

function withRow(values: FormValues): FormValues {
  return { ...values, grants: [...values.grants, EMPTY_ROW] };
}

async function showForm(
  portal: Portal,
  visit: ApplicationVisit,
  response: AnyResponse,
  shown: ShownForm,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const { accounts, applications } = portal.context.database;
  const { application, organisationId } = shown;
  const frame = await visit.frame();
  const own = frame.kind === 'desk' ? visitorOf(response).person.organisation.id : organisationId;
  const organisation = await accounts.findOrganisation(application?.organisationId ?? own ?? '');
  const all = frame.kind === 'applicant' && application === null ? await accounts.listOrganisations() : [];
  const html = renderApplicationForm({
    frame,
    form: shown.form,
    application,
    values: shown.values,
    organisation: organisation ?? null,
    agencies: all,
    units: organisation === undefined ? [] : await accounts.listUnits(organisation.id),
    systems: [...portal.context.systems.values()],
    attachments: application === null ? [] : await applications.listAttachments(application.id),
    errors,
  });
  response.type('html').send(html);
}
