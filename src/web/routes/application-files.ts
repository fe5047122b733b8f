import { exportApplication } from '../../flows/applications/archive-application.ts';
import { attachFile, detachFile } from '../../flows/applications/attach-file.ts';
import type { ApplicationOutcome } from '../../flows/applications/draft-application.ts';
import { readAttachment, viewApplication, type ApplicationView } from '../../flows/applications/view-application.ts';
import { FORMS } from '../../applications/forms.ts';
import { composeApplicationDocument } from '../application-document.ts';
import { answerApplicationFailure, applicationActorOf } from '../application-answer.ts';
import {
  visited,
  type AnyRequest,
  type AnyResponse,
  type ApplicationVisit,
  type VisitOf,
} from '../application-visit.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues, type FieldError } from '../field-errors.ts';
import type { PortalHandler } from '../locals.ts';
import { uploadedFile } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { baseOf, type ApplicationFrame } from '../views/application-frame.tsx';
import { renderApplicationForm } from '../views/application-form.tsx';
import { renderLetterSheet, renderPrint } from '../views/application-print.tsx';

/** `POST …/:number/attachments`: adds a file to a draft. */
export function takeAttachment(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const file = uploadedFile(request.body, 'file');
    const { kind = '', version } = typedValues(request.body, ['kind', 'version']);
    const outcome = await attachFile(portal.context, {
      actor: visit.actor,
      number: numberOf(request),
      version: Number(version),
      kind: kind === 'signed-sheet' ? kind : 'basis',
      // No file at all is answered like an empty one.
      file: { fileName: file?.name ?? '', bytes: file?.bytes ?? new Uint8Array() },
    });
    await answer(portal, visit, [request, response], outcome);
  });
}

/** `POST …/:number/attachments/:attachment/remove`. */
export function removeAttachment(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const { version } = typedValues(request.body, ['version']);
    const attachmentId = request.params['attachment'] ?? '';
    const input = { actor: visit.actor, number: numberOf(request), version: Number(version), attachmentId };
    await answer(portal, visit, [request, response], await detachFile(portal.context, input));
  });
}

/** `GET …/:number/attachments/:attachment`: always to be saved, never shown as a page of ours. */
export function sendAttachment(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const { attachment: id = '' } = request.params;
    const found = await readAttachment(portal.context, visit.actor, numberOf(request), id);
    if (!found.ok) {
      answerFailure(portal, request, response, found.failure);
      return;
    }
    const { attachment, bytes } = found;
    response.attachment(attachment.fileName).type(attachment.mediaType).send(Buffer.from(bytes));
  });
}

/** `POST /applications/:number/package`: the archive package (D1-047). */
export function sendPackage(portal: Portal): PortalHandler {
  return async (request, response) => {
    const actor = applicationActorOf(response);
    const outcome = await exportApplication(portal.context, { actor, number: numberOf(request) });
    if (!outcome.ok) {
      await answerApplicationFailure(portal, request, response, outcome.failure, undefined, () => {
        response.redirect(303, `/applications/${numberOf(request)}`);
        return Promise.resolve();
      });
      return;
    }
    const { fileName, bytes, sha256 } = outcome.package;
    response.set('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
    response.attachment(fileName).type('application/zip').send(Buffer.from(bytes));
  };
}

/** `GET …/:number/print`: the form as A4 sheets. */
export function showPrint(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const view = await viewOrNotFound(portal, visit, request, response);
    if (view === undefined) return;
    const frame = await visit.frame();
    response.type('html').send(renderPrint({ frame, view, ...printing(portal, frame) }));
  });
}

/** `GET …/:number/pdf`: the same as a file. */
export function sendPdf(portal: Portal, visitOf: VisitOf): PortalHandler {
  return visited(portal, visitOf, async (visit, request, response) => {
    const view = await viewOrNotFound(portal, visit, request, response);
    if (view === undefined) return;
    const document = composeApplicationDocument(view, printing(portal, await visit.frame()));
    const bytes = await portal.context.documents.print(document);
    response.set('Cache-Control', 'no-store').attachment(`${view.application.number}.pdf`).send(Buffer.from(bytes));
  });
}

/** By whom and when it is printed, and how the systems on it are called. */
function printing(portal: Portal, frame: ApplicationFrame) {
  return {
    systems: [...portal.context.systems.values()],
    printedBy: frame.kind === 'desk' ? frame.desk.person.access.account.name : frame.name,
    printedAt: portal.context.clock.now(),
  };
}

/** `GET /applications/:number/letter-sheet`: what the outgoing letter to 本署 says (D1-021). */
export function showLetterSheet(portal: Portal): PortalHandler {
  return async (request, response) => {
    const actor = applicationActorOf(response);
    const view = await viewApplication(portal.context, actor, numberOf(request));
    const organisations = await portal.context.database.accounts.listOrganisations();
    const ministry = organisations.find(each => each.kind === 'ministry');
    if (view === undefined || view.isMasked || !view.application.route.includes('letter')) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    const { application, attachments, organisation } = view;
    const form = FORMS[application.form];
    const sheet = {
      addressee: ministry?.name ?? '',
      sender: organisation.name,
      subject: `檢送${organisation.name}「${form.title.zh}」${application.number}，請查照審核。`,
      number: application.number,
      attachments: [`${form.id} ${form.title.zh}（${application.number}）`, ...attachments.map(each => each.fileName)],
    };
    if (wantsJson(request)) response.json(sheet);
    else {
      const desk = await composeDesk(portal, request, response);
      response.type('html').send(renderLetterSheet({ desk, sheet }));
    }
  };
}

async function answer(
  portal: Portal,
  visit: ApplicationVisit,
  [request, response]: readonly [AnyRequest, AnyResponse],
  outcome: ApplicationOutcome,
): Promise<void> {
  if (!outcome.ok) {
    await answerApplicationFailure(portal, request, response, outcome.failure, undefined, errors =>
      showEdit(portal, visit, [request, response], errors),
    );
    return;
  }
  const { number, version } = outcome.application;
  if (wantsJson(request)) response.json({ number, version });
  else response.redirect(303, `${baseOf(await visit.frame())}/${number}/edit`);
}

async function showEdit(
  portal: Portal,
  visit: ApplicationVisit,
  [request, response]: readonly [AnyRequest, AnyResponse],
  errors: readonly FieldError[],
): Promise<void> {
  const view = await viewOrNotFound(portal, visit, request, response);
  if (view === undefined) return;
  const { application, organisation, units, attachments } = view;
  const html = renderApplicationForm({
    frame: await visit.frame(),
    form: FORMS[application.form],
    application,
    values: application.values,
    organisation,
    agencies: [],
    units,
    systems: [...portal.context.systems.values()],
    attachments,
    errors,
  });
  response.type('html').send(html);
}

async function viewOrNotFound(
  portal: Portal,
  visit: ApplicationVisit,
  request: AnyRequest,
  response: AnyResponse,
): Promise<ApplicationView | undefined> {
  const view = await viewApplication(portal.context, visit.actor, numberOf(request));
  if (view === undefined) answerFailure(portal, request, response, { code: 'not-found' });
  return view;
}

function numberOf(request: AnyRequest): string {
  return request.params['number'] ?? '';
}
