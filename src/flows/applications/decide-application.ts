import type { Application } from '../../applications/application.ts';
import { routeOf } from '../../applications/route.ts';
import type { Stage } from '../../applications/stage.ts';
import { recordAct } from './act-on-application.ts';
import { findActingPerson, type ApplicationActor } from './application-actor.ts';
import { refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { notifyApplicant } from './notify-applicant.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { findRouteFacts } from './route-facts.ts';

export interface Decision {
  readonly actor: ApplicationActor;
  readonly number: string;
  readonly version: number;
  readonly kind: 'approve' | 'return' | 'refuse';
  readonly note: string;
  /** CMS that `signDecision` has verified over this very decision. */
  readonly signature?: Uint8Array;
}

/**
 * Decides on an application at its stage: head, 本署's second look for bodies without competence, case officer
 * (D1-011, D1-163, D1-171). The note is mandatory and the applicant is told of each outcome.
 */
export async function decideApplication(context: GatewayContext, decision: Decision): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const application = await changes.applications.findApplicationByNumber(decision.number);
    if (application === undefined) return refuseApplication({ code: 'application-not-found' });
    const route = await routeNow(context, changes, application, decision);
    const { actor, kind, version, note, signature } = decision;
    const act = {
      kind,
      actor,
      version,
      note,
      ...(route === undefined ? {} : { route }),
      ...(signature === undefined ? {} : { signature }),
    };
    return recordAct(context, changes, application, act, async done => {
      const template = `application-${PAST[kind]}` as const;
      const told = await notifyApplicant(context, changes, done.application, template, { note: done.act.note });
      return { ok: true, events: [told] };
    });
  });
}

const PAST = { approve: 'approved', return: 'returned', refuse: 'refused' } as const;

/**
 * The head's approval fixes the rest of the way by the facts of that moment: he who has reviewed cannot enable, and a
 * registrar may have left since the form was submitted.
 */
async function routeNow(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  { kind, actor }: Decision,
): Promise<readonly Stage[] | undefined> {
  if (kind !== 'approve' || application.stage !== 'head-review') return undefined;
  const person = await findActingPerson(context, changes, actor);
  if (person?.kind !== 'account') return undefined;
  const facts = await findRouteFacts(context, changes, application, [person.personId]);
  // The head is here: it is he who approves.
  return routeOf({ ...facts, hasHead: true });
}

async function removeAttachments(changes: DatabaseChanges, applicationId: string): Promise<void> {
  for (const { id } of await changes.applications.listAttachments(applicationId)) {
    await changes.applications.removeAttachment(id);
  }
}

/** Takes an application back, before it is executed; its filer's alone. */
export async function withdrawApplication(
  context: GatewayContext,
  input: { readonly actor: ApplicationActor; readonly number: string; readonly version: number; readonly note: string },
): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const application = await changes.applications.findApplicationByNumber(input.number);
    if (application === undefined) return refuseApplication({ code: 'application-not-found' });
    const { actor, version, note } = input;
    return recordAct(context, changes, application, { kind: 'withdraw', actor, version, note }, async () => {
      // What nobody was ever asked to look at is not kept.
      if (application.submittedAt === null) await removeAttachments(changes, application.id);
      return { ok: true, events: [] };
    });
  });
}
