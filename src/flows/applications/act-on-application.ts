import type { ActKind, Act, Application, Letter } from '../../applications/application.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import { attemptAct } from '../../applications/life-cycle.ts';
import type { Stage } from '../../applications/stage.ts';
import type { AuditEvent, EventCode, Fact } from '../../audit/event.ts';
import { findActingPerson, findMinistryId, recordedActor, type ApplicationActor } from './application-actor.ts';
import { refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change, DatabaseChanges } from '../ports.ts';

const EVENTS = {
  submit: 'application.submitted',
  approve: 'application.approved',
  return: 'application.returned',
  refuse: 'application.refused',
  withdraw: 'application.withdrawn',
  'record-letter': 'application.letter-recorded',
  execute: 'application.executed',
  archive: 'application.archived',
} as const satisfies Record<Exclude<ActKind, 'draft'>, EventCode>;

export interface ApplicationAct {
  readonly kind: Exclude<ActKind, 'draft'>;
  readonly actor: ApplicationActor;
  readonly version: number;
  readonly note: string;
  readonly route?: readonly Stage[];
  readonly letter?: Letter;
  readonly signature?: Uint8Array;
}

/** An act that stands: the application afterwards, and what the change does besides. */
export interface ActDone {
  readonly before: Application;
  readonly application: Application;
  readonly act: Act;
}

/**
 * More that belongs to the same change: its events come after the act's own. If it fails, nothing of the act stays.
 */
export type Sequel = (done: ActDone) => Promise<
  | {
      readonly ok: true;
      readonly events: readonly AuditEvent[];
      /** As it is now, where the sequel settled more of it. */
      readonly application?: Application;
      /** More for the act's own event. */
      readonly facts?: Readonly<Record<string, Fact>>;
    }
  | { readonly ok: false; readonly failure: ApplicationFailure }
>;

/**
 * Does one act on an application inside the caller's change: judged by the life cycle, kept with its history, recorded.
 * Of two at once one stands; the other finds another version.
 */
export async function recordAct(
  context: GatewayContext,
  changes: DatabaseChanges,
  application: Application,
  input: ApplicationAct,
  sequel: Sequel = () => Promise.resolve({ ok: true, events: [] }),
): Promise<Change<ApplicationOutcome>> {
  const { actor, kind, version, note, route, letter, signature = null } = input;
  const person = await findActingPerson(context, changes, actor);
  if (person === undefined) return refuseApplication({ code: 'application-not-found' });
  const acts = await changes.applications.listActs(application.id);
  const at = context.clock.now();
  const verdict = attemptAct(
    application,
    acts,
    {
      kind,
      actor: person,
      version,
      note,
      at,
      actId: context.randomness.uuid(),
      signature,
      ...(route === undefined ? {} : { route }),
      ...(letter === undefined ? {} : { letter }),
    },
    await findMinistryId(changes),
  );
  if (!verdict.ok) return refuseApplication(verdict.failure);
  if (!(await changes.applications.updateApplication(verdict.application, application.version))) {
    return refuseApplication({ code: 'application-changed', version: application.version });
  }
  await changes.applications.insertAct(verdict.act);
  const more = await sequel({ before: application, application: verdict.application, act: verdict.act });
  if (!more.ok) return refuseApplication(more.failure);
  const after = more.application ?? verdict.application;
  const event = eventOf(context, after, verdict.act, actor, more.facts ?? {});
  return { result: { ok: true, application: after }, events: [event, ...more.events] };
}

function eventOf(
  context: GatewayContext,
  application: Application,
  act: Act,
  actor: ApplicationActor,
  facts: Readonly<Record<string, Fact>>,
): AuditEvent {
  const { number, subjectAccountId } = application;
  if (act.kind === 'draft') throw new Error('A draft is recorded where it is made.');
  return composeEvent(context, EVENTS[act.kind], {
    actor: recordedActor(actor),
    origin: actor.origin,
    ...(subjectAccountId === null ? {} : { accountId: subjectAccountId }),
    facts: {
      number,
      stage: act.stage,
      role: act.role,
      ...(act.onBehalfOf === null ? {} : { onBehalfOf: act.onBehalfOf }),
      valuesSha256: act.valuesSha256,
      signed: act.signature !== null,
      version: act.version,
      ...facts,
    },
  });
}
