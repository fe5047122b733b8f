import type { GatewayRole } from '../accounts/account.ts';
import { findAuthority, type Authority } from '../accounts/authority.ts';
import { isSamePerson, isSubject, type ActingAccount, type ActingPerson } from './acting-person.ts';
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
  // Whoever finds that it cannot be executed sends it back.
  if (kind === 'return' || kind === 'refuse') return stage !== null && stage !== 'letter';
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
  const authority = authorityAt(application, actor.authorities, stage, ministryId);
  if (authority === undefined) return refused({ code: 'application-role-missing', roles: ROLES_AT[stage] });
  if (actor.method !== 'card') return refused({ code: 'application-needs-card' });
  if (isSubject(actor, application) || isSamePerson(actor, application.filer)) {
    return refused({ code: 'application-own' });
  }
  const duty = DUTY_OF_STAGE[stage];
  const earlier = acts.find(act => act.duty !== null && act.duty !== duty && isSamePerson(actor, act.actor));
  if (duty !== null && earlier?.duty) return refused({ code: 'application-second-duty', duty: earlier.duty });
  return { ok: true, authority, duty };
}

/** The authority that acts at a stage; a competent review is a head's of 本署 (D1-085). */
export function authorityAt(
  application: Pick<Application, 'organisationId' | 'unitId'>,
  authorities: readonly Authority[],
  stage: Stage,
  ministryId: string,
): Authority | undefined {
  if (stage !== 'competent-review') return findAuthority(authorities, ROLES_AT[stage], application);
  const heads = authorities.filter(
    ({ role, scope }) => role === 'unit-head' && 'organisationId' in scope && scope.organisationId === ministryId,
  );
  return heads.find(each => each.onBehalfOf === null) ?? heads[0];
}

function refused(failure: ApplicationFailure): Permission {
  return { ok: false, failure };
}
