import { recordedAs, isSamePerson } from '../../applications/acting-person.ts';
import { composeNumber, type Application, type ApplicationStatus } from '../../applications/application.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import type { FormId, FormValues } from '../../applications/form.ts';
import { FORMS } from '../../applications/forms.ts';
import { judgeValues } from '../../applications/judge-values.ts';
import { hashValues } from '../../applications/sheet.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { findActingPerson, recordedActor, type ApplicationActor } from './application-actor.ts';
import { findFormFacts, subjectNameOf } from './form-facts.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import type { ApplicationFilter } from '../ports/applications.ts';

export type ApplicationOutcome<T = object> =
  | ({ readonly ok: true; readonly application: Application } & T)
  | { readonly ok: false; readonly failure: ApplicationFailure };

/** Drafts that one person may have open: nobody fills the store with forms that he never submits. */
const OPEN_DRAFTS = 20;

/** A card without an account applies for one: at each authority once at a time, and not everywhere within a day. */
const CARD_APPLICATIONS_A_DAY = 3;
const OPEN_STATUSES: readonly ApplicationStatus[] = ['draft', 'in-review', 'returned'];

/** Ends a change that is refused. */
export function refuseApplication(failure: ApplicationFailure): Change<{
  readonly ok: false;
  readonly failure: ApplicationFailure;
}> {
  return { result: { ok: false, failure }, unchanged: true };
}

/**
 * Begins an application: it has its number from now on (D1-180…182). It is filed with the filer's own competent
 * authority (D1-170); only a card without an account says with which.
 *
 * @param draft.organisationId of a card's holder: where he wants the account; must be the own one for everybody else
 */
export async function draftApplication(
  context: GatewayContext,
  draft: {
    readonly actor: ApplicationActor;
    readonly form: FormId;
    readonly organisationId: string | null;
    readonly values: FormValues;
  },
): Promise<ApplicationOutcome> {
  return context.database.change(changes => draftOnce(context, changes, draft));
}

async function draftOnce(
  context: GatewayContext,
  changes: DatabaseChanges,
  draft: Parameters<typeof draftApplication>[1],
): Promise<Change<ApplicationOutcome>> {
  const { actor, form } = draft;
  const person = await findActingPerson(context, changes, actor);
  if (person === undefined) return refuseApplication({ code: 'application-role-missing', roles: [] });
  const account = actor.kind === 'account' ? await changes.findAccount(actor.accountId) : undefined;
  const own = account?.organisationId ?? null;
  const organisation = await changes.findOrganisation(own ?? draft.organisationId ?? '');
  if (organisation === undefined || (own !== null && draft.organisationId !== null && draft.organisationId !== own)) {
    return refuseApplication({ code: 'application-organisation-foreign' });
  }
  // A one-day password presumes an account that has lost its card for a day.
  if (actor.kind === 'card' && form === 'D-06-11') return refuseApplication({ code: 'application-form-not-yours' });
  const excess = await findExcess(context, changes, actor, organisation.id);
  if (excess !== null) return refuseApplication(excess);
  const facts = await findFormFacts(context, changes, organisation.id);
  const verdict = judgeValues(FORMS[form], draft.values, facts, 'draft');
  if (!verdict.ok) return refuseApplication({ code: 'application-form-incomplete', problems: verdict.problems });

  const now = context.clock.now();
  const year = Number(taipeiDayOf(now).slice(0, 4));
  const application: Application = {
    id: context.randomness.uuid(),
    number: composeNumber(form, year, await changes.applications.takeNumber(form, year)),
    form,
    organisationId: organisation.id,
    unitId: account?.unitId ?? null,
    filer: recordedAs(person),
    subjectAccountId: null,
    subjectPersonId: null,
    subjectName: subjectNameOf(form, verdict.values.fields, null),
    isForAnother: false,
    values: verdict.values,
    route: [],
    status: 'draft',
    stage: null,
    letter: null,
    effectiveDay: null,
    version: 1,
    draftedAt: now,
    submittedAt: null,
    executedAt: null,
    archivedAt: null,
  };
  await changes.applications.insertApplication(application);
  await changes.applications.insertAct({
    id: context.randomness.uuid(),
    applicationId: application.id,
    version: 1,
    kind: 'draft',
    stage: null,
    duty: 'apply',
    actor: application.filer,
    role: null,
    onBehalfOf: null,
    note: '',
    at: now,
    valuesSha256: hashValues(application),
    signature: null,
  });
  const { number } = application;
  const facted = { actor: recordedActor(actor), origin: actor.origin, facts: { number, form } };
  return { result: { ok: true, application }, events: [composeEvent(context, 'application.drafted', facted)] };
}

/** Whether the actor has enough under way already. */
async function findExcess(
  context: GatewayContext,
  { applications }: DatabaseChanges,
  actor: ApplicationActor,
  organisationId: string,
): Promise<ApplicationFailure | null> {
  const count = async (filter: ApplicationFilter): Promise<number> =>
    (await applications.findApplications(filter, { offset: 0, limit: 1 })).total;
  if (actor.kind === 'account') {
    const audience = { kind: 'person', accountId: actor.accountId } as const;
    const isFull = (await count({ audience, statuses: ['draft'] })) >= OPEN_DRAFTS;
    return isFull ? { code: 'application-too-many-drafts', limit: OPEN_DRAFTS } : null;
  }
  const audience = { kind: 'card', subjectHash: actor.subjectHash } as const;
  if ((await count({ audience, organisationId, statuses: OPEN_STATUSES })) > 0) {
    return { code: 'application-open-already' };
  }
  const draftedSince = new Date(`${taipeiDayOf(context.clock.now())}T00:00:00+08:00`);
  const isFull = (await count({ audience, draftedSince })) >= CARD_APPLICATIONS_A_DAY;
  return isFull ? { code: 'application-too-many-today', limit: CARD_APPLICATIONS_A_DAY } : null;
}

/** Changes what stands on a draft or on a returned form; the filer's alone. */
export async function saveDraft(
  context: GatewayContext,
  draft: {
    readonly actor: ApplicationActor;
    readonly number: string;
    readonly version: number;
    readonly values: FormValues;
  },
): Promise<ApplicationOutcome> {
  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const found = await findOwnDraft(context, changes, draft);
    if (!found.ok) return refuseApplication(found.failure);
    const { application } = found;
    const facts = await findFormFacts(context, changes, application.organisationId);
    const verdict = judgeValues(FORMS[application.form], draft.values, facts, 'draft');
    if (!verdict.ok) return refuseApplication({ code: 'application-form-incomplete', problems: verdict.problems });
    const { values } = verdict;
    const subjectName = subjectNameOf(application.form, values.fields, null);
    const saved = { ...application, values, subjectName, version: application.version + 1 };
    await changes.applications.updateApplication(saved, application.version);
    const facted = { actor: recordedActor(draft.actor), origin: draft.actor.origin, facts: { number: saved.number } };
    return {
      result: { ok: true, application: saved },
      events: [composeEvent(context, 'application.drafted', facted)],
    };
  });
}

/** The filer's own draft or returned form, at the version he has seen. */
export async function findOwnDraft(
  context: GatewayContext,
  changes: DatabaseChanges,
  input: { readonly actor: ApplicationActor; readonly number: string; readonly version: number },
): Promise<ApplicationOutcome> {
  const application = await changes.applications.findApplicationByNumber(input.number);
  const person = await findActingPerson(context, changes, input.actor);
  // To others a draft does not exist.
  if (application === undefined || person === undefined || !isSamePerson(person, application.filer)) {
    return { ok: false, failure: { code: 'application-not-found' } };
  }
  if (application.version !== input.version) {
    return { ok: false, failure: { code: 'application-changed', version: application.version } };
  }
  const { status, stage } = application;
  if (status !== 'draft' && status !== 'returned') {
    return { ok: false, failure: { code: 'application-act-refused', act: 'draft', status, stage } };
  }
  return { ok: true, application };
}
