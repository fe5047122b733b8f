import type { GatewayRole } from '../accounts/account.ts';
import type { OrganisationKind } from '../accounts/organisation.ts';
import type { Application } from './application.ts';
import { readChangeRequest, TAKING_AWAY } from './change-request.ts';
import type { FieldProblem } from './field-problem.ts';

/** Roles whose office is at 本署: they decide and execute for every agency (DESIGN §2). */
const MINISTRY_ROLES: readonly GatewayRole[] = ['case-officer', 'ministry-administrator'];

/** What a judged form may not ask for in an organisation of this kind. */
export function judgeForOrganisation(
  { form, values }: Pick<Application, 'form' | 'values'>,
  kind: OrganisationKind,
): FieldProblem[] {
  if (form === 'D-06-11') return [];
  const { change, role, legalBasis } = readChangeRequest(form, values);
  const problems: FieldProblem[] = [];
  if (kind !== 'ministry' && role?.act === 'add' && MINISTRY_ROLES.includes(role.role)) {
    problems.push({ field: 'gatewayRole', code: 'not-a-choice' });
  }
  // A body without competence gets nothing without a legal basis (D1-084, D1-085); to leave it needs none (D1-087).
  if (kind === 'other' && !TAKING_AWAY.includes(change) && legalBasis === null) {
    problems.push({ field: 'legalBasis', code: 'legal-basis-missing' });
  }
  return problems;
}
