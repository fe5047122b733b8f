import type { Organisation, Unit } from '../accounts/organisation.ts';
import type { ActingPerson } from '../applications/acting-person.ts';
import { ACT_KINDS, type Act, type ActKind, type Application, type Attachment } from '../applications/application.ts';
import { judgePermission } from '../applications/may-act.ts';
import { judgeSight, mask } from '../applications/may-see.ts';
import { findActingPerson, findMinistryId, type ApplicationActor } from './application-actor.ts';
import { checkApplication, type SystemCheck } from './check-application.ts';
import type { GatewayContext } from './gateway-context.ts';

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

/** The bytes of an attachment, to whoever sees its application whole. */
export async function readAttachment(
  context: GatewayContext,
  actor: ApplicationActor,
  number: string,
  attachmentId: string,
): Promise<{ readonly attachment: Attachment; readonly bytes: Uint8Array } | undefined> {
  const view = await viewApplication(context, actor, number);
  const attachment = view?.attachments.find(each => each.id === attachmentId);
  if (attachment === undefined) return undefined;
  const bytes = await context.database.applications.readAttachment(attachment.id);
  return bytes && { attachment, bytes };
}
