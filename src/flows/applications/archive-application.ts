import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { Act, Application } from '../../applications/application.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import { FORMS } from '../../applications/forms.ts';
import { judgeSight } from '../../applications/may-see.ts';
import { recordAct } from './act-on-application.ts';
import { findActingPerson, findMinistryId, recordedActor, type ApplicationActor } from './application-actor.ts';
import { refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change } from '../ports.ts';
import type { ApplicationReader } from '../ports/applications.ts';

/** An archive package: a ZIP with a manifest; the same bytes whenever it is made of the same archived application. */
export interface ArchivePackage {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/** The day that ZIP counts from: packages carry no time of making, so that their hash can be made again. */
const NO_TIME = new Date(1980, 0, 1);

/** Files an executed application in the archive (D1-047, D1-166, D1-174); the hash of its package is in the record. */
export async function archiveApplication(
  context: GatewayContext,
  input: { readonly actor: ApplicationActor; readonly number: string; readonly version: number; readonly note: string },
): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const application = await changes.applications.findApplicationByNumber(input.number);
    if (application === undefined) return refuseApplication({ code: 'application-not-found' });
    const { actor, version, note } = input;
    const act = { kind: 'archive', actor, version, note } as const;
    return recordAct(context, changes, application, act, async done => {
      // Forms change (D1-184); what was decided on stays as it was, or the hash could not be made again.
      await changes.applications.keepDefinition(application.id, JSON.stringify(FORMS[application.form]));
      const { sha256 } = await composePackage(changes.applications, done.application);
      return { ok: true, events: [], facts: { packageSha256: sha256 } };
    });
  });
}

export type ExportOutcome =
  | { readonly ok: true; readonly package: ArchivePackage }
  | { readonly ok: false; readonly failure: ApplicationFailure };

/** Hands out the package of an executed or archived application, to those who see it whole; recorded (D1-047, D1-088). */
export async function exportApplication(
  context: GatewayContext,
  input: { readonly actor: ApplicationActor; readonly number: string },
): Promise<ExportOutcome> {
  const { actor, number } = input;
  const { accounts, applications } = context.database;
  const application = await applications.findApplicationByNumber(number);
  const person = await findActingPerson(context, accounts, actor);
  if (application === undefined || person === undefined) return refused({ code: 'application-not-found' });
  const sight = judgeSight(application, person, await findMinistryId(accounts));
  if (sight === 'nothing') return refused({ code: 'application-not-found' });
  if (person.kind === 'card' || sight === 'masked') return refused({ code: 'application-role-missing', roles: [] });
  if (person.method !== 'card') return refused({ code: 'application-needs-card' });
  if (application.executedAt === null) {
    const { status, stage } = application;
    return refused({ code: 'application-act-refused', act: 'archive', status, stage });
  }
  const made = await composePackage(applications, application);
  await context.database.record([
    composeEvent(context, 'application.exported', {
      actor: recordedActor(actor),
      origin: actor.origin,
      ...(application.subjectAccountId === null ? {} : { accountId: application.subjectAccountId }),
      facts: { number, packageSha256: made.sha256, size: made.bytes.length },
    }),
  ]);
  return { ok: true, package: made };
}

function refused(failure: ApplicationFailure): ExportOutcome {
  return { ok: false, failure };
}

/** Form, history, signatures and attachments, each with its SHA-256 in the manifest. */
async function composePackage(reads: ApplicationReader, application: Application): Promise<ArchivePackage> {
  const acts = await reads.listActs(application.id);
  const files: Record<string, Uint8Array> = {
    'form.json': json({ definition: await findDefinition(reads, application), application }),
    'history.json': json(acts.map(withoutSignature)),
  };
  for (const { version, kind, signature } of acts) {
    if (signature !== null) files[`signatures/${version}-${kind}.p7s`] = signature;
  }
  const attachments = await reads.listAttachments(application.id);
  for (const [index, { id, fileName }] of attachments.entries()) {
    const bytes = await reads.readAttachment(id);
    if (bytes === undefined) throw new Error(`Attachment ${id} has no bytes.`);
    files[`attachments/${index + 1}-${fileName}`] = bytes;
  }
  files['manifest.json'] = json({
    number: application.number,
    attachments,
    files: Object.entries(files).map(([path, bytes]) => ({ path, size: bytes.length, sha256: sha256Of(bytes) })),
  });
  const bytes = zipSync(files, { mtime: NO_TIME });
  return { fileName: `${application.number}.zip`, bytes, sha256: sha256Of(bytes) };
}

/** The form's definition as it was kept with the archived application; until then the present one. */
async function findDefinition(reads: ApplicationReader, { id, form }: Application): Promise<unknown> {
  const kept = await reads.readDefinition(id);
  return kept === undefined ? FORMS[form] : JSON.parse(kept);
}

function withoutSignature({ signature, ...act }: Act) {
  return { ...act, isSigned: signature !== null };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
