import { isSubject, type ActingPerson } from '../../applications/acting-person.ts';
import { findAuthority } from '../../accounts/authority.ts';
import type { Account } from '../../accounts/account.ts';
import type { Application } from '../../applications/application.ts';
import { readChangeRequest, TAKING_AWAY } from '../../applications/change-request.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import { FORMS } from '../../applications/forms.ts';
import { judgeForOrganisation } from '../../applications/judge-organisation.ts';
import { judgeValues } from '../../applications/judge-values.ts';
import { routeOf } from '../../applications/route.ts';
import { recordAct } from './act-on-application.ts';
import { findActingPerson, type ApplicationActor } from './application-actor.ts';
import { findOwnDraft, refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import { findSoleRoles } from '../operations/dormancy.ts';
import { findFormFacts, subjectNameOf } from './form-facts.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { resolveSubject } from './resolve-subject.ts';
import { findRouteFacts } from './route-facts.ts';

/**
 * Submits a draft, or a returned form again: every field is judged, the subject found, the route fixed (D1-080, D1-161,
 * D1-170). From here on the filer can only withdraw it.
 */
export async function submitApplication(
  context: GatewayContext,
  input: { readonly actor: ApplicationActor; readonly number: string; readonly version: number },
): Promise<ApplicationOutcome> {
  return context.database.change(changes => submitOnce(context, changes, input));
}

async function submitOnce(
  context: GatewayContext,
  changes: DatabaseChanges,
  input: Parameters<typeof submitApplication>[1],
): Promise<Change<ApplicationOutcome>> {
  const found = await findOwnDraft(context, changes, input);
  if (!found.ok) return refuseApplication(found.failure);
  const draft = found.application;
  const person = await findActingPerson(context, changes, input.actor);
  if (person === undefined) return refuseApplication({ code: 'application-role-missing', roles: [] });

  const facts = await findFormFacts(context, changes, draft.organisationId);
  const verdict = judgeValues(FORMS[draft.form], draft.values, facts, 'submit');
  if (!verdict.ok) return incomplete(verdict.problems);
  const judged = { ...draft, values: verdict.values };
  const subject = await resolveSubject(changes, judged);
  if (!subject.ok) return incomplete(subject.problems);
  const application = await settleSubject(changes, judged, subject.account, person);
  const problems = [
    ...cardProblems(application, input.actor),
    ...(await organisationProblems(changes, application)),
    ...(await successorProblems(changes, application, subject.account)),
  ];
  if (problems.length > 0) return incomplete(problems);
  const failure = await judgeFiling(changes, application, person);
  if (failure !== null) return refuseApplication(failure);

  const route = routeOf(await findRouteFacts(context, changes, application, []));
  return recordAct(context, changes, application, {
    kind: 'submit',
    actor: input.actor,
    version: input.version,
    note: '',
    route,
  });
}

function incomplete(problems: readonly FieldProblem[]) {
  return refuseApplication({ code: 'application-form-incomplete', problems });
}

async function settleSubject(
  changes: DatabaseChanges,
  application: Application,
  account: Account | null,
  person: ActingPerson,
): Promise<Application> {
  const { form, values } = application;
  const units = await changes.listUnits(application.organisationId);
  const wished = units.find(each => each.code === values.fields['unit'])?.id ?? null;
  const settled = {
    ...application,
    subjectAccountId: account?.id ?? null,
    subjectPersonId: account?.personId ?? null,
    subjectName: subjectNameOf(form, values.fields, account?.name ?? null),
    // Of the unit where the person is now: its head reviews, also when he moves to another.
    unitId: account === null ? wished : account.unitId,
    effectiveDay: values.fields['effectiveDay'] ?? null,
  };
  return { ...settled, isForAnother: !isSubject(person, settled) };
}

/** A card's holder without an account applies for himself and for an account, nothing else. */
function cardProblems({ values }: Application, actor: ApplicationActor): FieldProblem[] {
  if (actor.kind === 'account') return [];
  const { change, name, idLastFour } = values.fields;
  const problems: FieldProblem[] = [];
  if (change !== 'add') problems.push({ field: 'change', code: 'not-a-choice' });
  if (name !== actor.name) problems.push({ field: 'name', code: 'name-not-of-card' });
  if (actor.idLastFour !== null && idLastFour !== actor.idLastFour) {
    problems.push({ field: 'idLastFour', code: 'name-not-of-card' });
  }
  return problems;
}

async function organisationProblems(changes: DatabaseChanges, application: Application): Promise<FieldProblem[]> {
  const organisation = await changes.findOrganisation(application.organisationId);
  return judgeForOrganisation(application, organisation?.kind ?? 'other');
}

async function successorProblems(
  changes: DatabaseChanges,
  application: Application,
  account: Account | null,
): Promise<FieldProblem[]> {
  if (application.form !== 'D-06-10' || account === null) return [];
  const { change, successor } = readChangeRequest(application.form, application.values);
  if (!TAKING_AWAY.includes(change) || successor !== null) return [];
  const sole = await findSoleRoles(changes, account);
  return sole.includes('registrar') ? [{ field: 'successor', code: 'successor-missing' }] : [];
}

/** Filing for somebody else: a colleague of the unit, its head or the registrar, with the signed sheet (issue, point 2). */
async function judgeFiling(
  changes: DatabaseChanges,
  application: Application,
  person: ActingPerson,
): Promise<ApplicationFailure | null> {
  if (!application.isForAnother) return null;
  if (person.kind === 'card') return { code: 'application-form-not-yours' };
  const filer = await changes.findAccount(person.accountId);
  const isColleague = filer?.unitId === null || filer?.unitId === application.unitId;
  const office = findAuthority(person.authorities, ['registrar', 'unit-head'], application);
  if (!isColleague && office === undefined) return { code: 'application-form-not-yours' };
  const attachments = await changes.applications.listAttachments(application.id);
  return attachments.some(each => each.kind === 'signed-sheet') ? null : { code: 'application-sheet-missing' };
}
