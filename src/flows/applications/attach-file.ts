import { createHash } from 'node:crypto';
import type { Attachment, AttachmentKind } from '../../applications/application.ts';
import { judgeAttachment } from '../../applications/judge-attachment.ts';
import { recordedActor, type ApplicationActor } from './application-actor.ts';
import { findOwnDraft, refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change, DatabaseChanges } from '../ports.ts';

export interface UploadedBytes {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Adds a file to a draft or a returned form: a basis, or the sheet that the person has signed. */
export async function attachFile(
  context: GatewayContext,
  upload: {
    readonly actor: ApplicationActor;
    readonly number: string;
    readonly version: number;
    readonly kind: Exclude<AttachmentKind, 'letter'>;
    readonly file: UploadedBytes;
  },
): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const found = await findOwnDraft(context, changes, upload);
    if (!found.ok) return refuseApplication(found.failure);
    const { kind, file } = upload;
    const kept = await keepFile(context, changes, found.application.id, { id: context.randomness.uuid(), kind, file });
    if (!kept.ok) return refuseApplication({ code: 'attachment-refused', because: kept.because });
    return touched(context, changes, upload, found.application, { added: kept.attachment.sha256 });
  });
}

/** Takes a file off a draft or a returned form. */
export async function detachFile(
  context: GatewayContext,
  input: {
    readonly actor: ApplicationActor;
    readonly number: string;
    readonly version: number;
    readonly attachmentId: string;
  },
): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const found = await findOwnDraft(context, changes, input);
    if (!found.ok) return refuseApplication(found.failure);
    const there = await changes.applications.listAttachments(found.application.id);
    const attachment = there.find(each => each.id === input.attachmentId && each.kind !== 'letter');
    if (attachment === undefined) return refuseApplication({ code: 'application-not-found' });
    await changes.applications.removeAttachment(attachment.id);
    return touched(context, changes, input, found.application, { removed: attachment.sha256 });
  });
}

/** Judges and keeps a file, whatever the application's state; the caller has judged who may. */
export async function keepFile(
  context: Pick<GatewayContext, 'clock'>,
  changes: DatabaseChanges,
  applicationId: string,
  { id, kind, file }: { readonly id: string; readonly kind: AttachmentKind; readonly file: UploadedBytes },
) {
  const { fileName, bytes } = file;
  const there = await changes.applications.listAttachments(applicationId);
  // Letters are counted apart: however much the applicant attaches, the agency's letter has room.
  const alike = there.filter(each => (each.kind === 'letter') === (kind === 'letter'));
  const verdict = judgeAttachment(bytes, fileName, alike.length);
  if (!verdict.ok) return verdict;
  const attachment: Attachment = {
    id,
    applicationId,
    kind,
    fileName: verdict.fileName,
    mediaType: verdict.mediaType,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    addedAt: context.clock.now(),
  };
  await changes.applications.insertAttachment(attachment, bytes);
  return { ok: true as const, attachment };
}

/** A new version, so that nobody submits a form whose attachments he has not seen. */
async function touched(
  context: GatewayContext,
  changes: DatabaseChanges,
  { actor }: { readonly actor: ApplicationActor },
  application: Extract<ApplicationOutcome, { ok: true }>['application'],
  facts: Readonly<Record<string, string>>,
): Promise<Change<ApplicationOutcome>> {
  const saved = { ...application, version: application.version + 1 };
  await changes.applications.updateApplication(saved, application.version);
  const details = { actor: recordedActor(actor), origin: actor.origin, facts: { number: saved.number, ...facts } };
  return { result: { ok: true, application: saved }, events: [composeEvent(context, 'application.drafted', details)] };
}
