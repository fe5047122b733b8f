import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { ActingPerson } from '../../applications/acting-person.ts';
import {
  ACT_KINDS,
  type Act,
  type ActKind,
  type Application,
  type Attachment,
} from '../../applications/application.ts';
import { judgePermission } from '../../applications/may-act.ts';
import { judgeSight, mask } from '../../applications/may-see.ts';
import { findActingPerson, findMinistryId, recordedActor, type ApplicationActor } from './application-actor.ts';
import { checkApplication, type SystemCheck } from './check-application.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** Everything that a page about one application says. */
export interface ApplicationView {
  /** Masked, where `isMasked`. */
  readonly application: Application;
  readonly isMasked: boolean;
  readonly acts: readonly Act[];
  /** None where masked. */
  readonly attachments: readonly Attachment[];
  readonly organisation: Organisation;
  readonly unit: Unit | null;
  readonly units: readonly Unit[];
  /** Acts that the viewer may do now. */
  readonly possible: readonly ActKind[];
  /** For whoever decides or executes. */
  readonly checks: readonly SystemCheck[];
}

/** What the actor sees of an application; undefined when he sees nothing of it, or there is none. */
export async function viewApplication(
  context: GatewayContext,
  actor: ApplicationActor,
  number: string,
): Promise<ApplicationView | undefined> {
  const { accounts, applications } = context.database;
  const application = await applications.findApplicationByNumber(number);
  const person = await findActingPerson(context, accounts, actor);
  if (application === undefined || person === undefined) return undefined;
  const ministryId = await findMinistryId(accounts);
  const sight = judgeSight(application, person, ministryId);
  const organisation = await accounts.findOrganisation(application.organisationId);
  if (sight === 'nothing' || organisation === undefined) return undefined;

  const acts = await applications.listActs(application.id);
  const units = await accounts.listUnits(organisation.id);
  const possible = possibleActs(application, acts, person, ministryId);
  const isDeciding = possible.some(kind => kind === 'approve' || kind === 'execute');
  return {
    application: sight === 'masked' ? mask(application) : application,
    isMasked: sight === 'masked',
    acts,
    attachments: sight === 'masked' ? [] : await applications.listAttachments(application.id),
    organisation,
    unit: units.find(each => each.id === application.unitId) ?? null,
    units,
    possible,
    checks: isDeciding ? await checkApplication(context, application) : [],
  };
}

function possibleActs(
  application: Application,
  acts: readonly Act[],
  person: ActingPerson,
  ministryId: string,
): ActKind[] {
  return ACT_KINDS.filter(kind => judgePermission(application, acts, person, kind, ministryId).ok);
}

export type AttachmentOutcome =
  | { readonly ok: true; readonly attachment: Attachment; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly failure: { readonly code: 'not-found' | 'card-session-required' } };

/**
 * The bytes of an attachment, to whoever sees its application whole. To anybody but its filer it leaves the gateway like
 * an export (D1-088): recorded before it is handed out, and not by one-day password (DESIGN §5.7).
 */
export async function readAttachment(
  context: GatewayContext,
  actor: ApplicationActor,
  number: string,
  attachmentId: string,
): Promise<AttachmentOutcome> {
  const view = await viewApplication(context, actor, number);
  const attachment = view?.attachments.find(each => each.id === attachmentId);
  if (view === undefined || attachment === undefined) return { ok: false, failure: { code: 'not-found' } };
  const { filer } = view.application;
  const isFiler =
    actor.kind === 'card'
      ? filer.kind === 'card' && filer.subjectHash === actor.subjectHash
      : filer.kind === 'account' && filer.accountId === actor.accountId;
  if (!isFiler && actor.kind === 'account' && !actor.mayDecide) {
    return { ok: false, failure: { code: 'card-session-required' } };
  }
  const bytes = await context.database.applications.readAttachment(attachment.id);
  if (bytes === undefined) return { ok: false, failure: { code: 'not-found' } };
  if (!isFiler) {
    const { fileName, sha256 } = attachment;
    const facts = { subject: 'attachment', number, fileName, sha256 };
    await context.database.record([
      composeEvent(context, 'data.exported', { actor: recordedActor(actor), origin: actor.origin, facts }),
    ]);
  }
  return { ok: true, attachment, bytes };
}
