import type { GatewayRole } from '../accounts/account.ts';
import { isWithin, type Authority } from '../accounts/authority.ts';
import { isSamePerson, mayGain, type AccountHolder, type ActingAccount, type ActingPerson } from './acting-person.ts';
import type { Act, ActKind, Application, ApplicationStatus } from './application.ts';
import type { ApplicationFailure } from './failures.ts';
import { DUTY_OF_STAGE, isExecution, type Duty, type Stage } from './stage.ts';

/** Who acts at a stage. */
export const ROLES_AT: Readonly<Record<Stage, readonly GatewayRole[]>> = {
  'head-review': ['unit-head'],
  // Either records it (E16); where neither exists, 本署 does when the letter arrives.
  letter: ['unit-head', 'registrar', 'case-officer'],
  'competent-review': ['unit-head'],
  'ministry-review': ['case-officer'],
  execution: ['registrar'],
  'ministry-execution': ['ministry-administrator'],
  enabling: ['registrar'],
  'ministry-enabling': ['ministry-administrator'],
};

/** In which status each act is possible at all. */
const STATUSES: Readonly<Record<ActKind, readonly ApplicationStatus[]>> = {
  draft: ['draft', 'returned'],
  submit: ['draft', 'returned'],
  withdraw: ['draft', 'returned', 'in-review'],
  approve: ['in-review'],
  return: ['in-review'],
  refuse: ['in-review'],
  'record-letter': ['in-review'],
  execute: ['in-review'],
  archive: ['executed'],
};

export type Permission =
  | { readonly ok: true; readonly authority: Authority | null; readonly duty: Duty | null }
  | { readonly ok: false; readonly failure: ApplicationFailure };

/**
 * Whether a person may do this to an application now: its status and stage, then nobody on his own, nobody with two
 * duties in one application, and a role that reaches the organisation. What is not allowed is refused.
 *
 * @param acts       history of the application
 * @param ministryId organisation id of 本署
 */
export function judgePermission(
  application: Application,
  acts: readonly Act[],
  actor: ActingPerson,
  kind: ActKind,
  ministryId: string,
): Permission {
  if (!STATUSES[kind].includes(application.status) || !isActAt(kind, application.stage)) {
    return refused({
      code: 'application-act-refused',
      act: kind,
      status: application.status,
      stage: application.stage,
    });
  }
  if (kind === 'draft' || kind === 'submit' || kind === 'withdraw') {
    return isSamePerson(actor, application.filer)
      ? { ok: true, authority: null, duty: 'apply' }
      : refused({ code: 'application-form-not-yours' });
  }
  if (actor.kind === 'card') return refused({ code: 'application-role-missing', roles: [] });
  return judgeOffice(application, acts, actor, ministryId);
}

function isActAt(kind: ActKind, stage: Stage | null): boolean {
  if (kind === 'approve') return stage !== null && stage !== 'letter' && !isExecution(stage);
  // Whoever finds that it cannot be executed, or that no letter will come, sends it back.
  if (kind === 'return' || kind === 'refuse') return stage !== null;
  if (kind === 'record-letter') return stage === 'letter';
  if (kind === 'execute') return stage !== null && isExecution(stage);
  return true;
}

function judgeOffice(
  application: Application,
  acts: readonly Act[],
  actor: ActingAccount,
  ministryId: string,
): Permission {
  const { stage } = application;
  if (stage === null) return refused({ code: 'application-role-missing', roles: [] });
  const fitting = authoritiesAt(application, actor.authorities, stage, ministryId);
  if (fitting.length === 0) return refused({ code: 'application-role-missing', roles: ROLES_AT[stage] });
  if (actor.method !== 'card') return refused({ code: 'application-needs-card' });
  const duty = DUTY_OF_STAGE[stage];
  const failure = findInvolvement(application, acts, actor, duty);
  if (failure !== null) return refused(failure);
  // A deputy acts as the head: never where the head himself may not.
  const barred = actor.principals.flatMap(each => {
    const involvement = findInvolvement(application, acts, each, duty);
    return involvement === null ? [] : [{ accountId: each.accountId, failure: involvement }];
  });
  const authority = fitting.find(each => !barred.some(({ accountId }) => accountId === each.onBehalfOf));
  if (authority !== undefined) return { ok: true, authority, duty };
  return refused(barred[0]?.failure ?? { code: 'application-own' });
}

/** What bars a person from a duty: it is his own, he gains by it, or he had another, himself or by his deputy. */
function findInvolvement(
  application: Application,
  acts: readonly Act[],
  person: AccountHolder,
  duty: Duty | null,
): ApplicationFailure | null {
  if (mayGain(person, application) || isSamePerson(person, application.filer)) return { code: 'application-own' };
  if (duty === null) return null;
  const isHis = (act: Act): boolean => isSamePerson(person, act.actor) || act.onBehalfOf === person.accountId;
  const earlier = acts.find(act => act.duty !== null && act.duty !== duty && isHis(act))?.duty ?? null;
  return earlier === null ? null : { code: 'application-second-duty', duty: earlier };
}

/** The authorities that act at a stage, one's own name first; a competent review is a head's of 本署 (D1-085). */
function authoritiesAt(
  application: Application,
  authorities: readonly Authority[],
  stage: Stage,
  ministryId: string,
): Authority[] {
  const fitting =
    stage === 'competent-review'
      ? authorities.filter(each => isCompetentHead(each, ministryId))
      : authorities.filter(({ role, scope }) => ROLES_AT[stage].includes(role) && isWithin(scope, application));
  return fitting.toSorted((a, b) => Number(a.onBehalfOf !== null) - Number(b.onBehalfOf !== null));
}

/** Whether the authority is a head's of 本署, whose unit answers for bodies without competence of their own. */
export function isCompetentHead({ role, scope }: Authority, ministryId: string): boolean {
  return role === 'unit-head' && 'organisationId' in scope && scope.organisationId === ministryId;
}

function refused(failure: ApplicationFailure): Permission {
  return { ok: false, failure };
}
