import type { Account } from '../../accounts/account.ts';
import type { Application } from '../../applications/application.ts';
import { readChangeRequest, type ChangeKind } from '../../applications/change-request.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import type { AccountReader } from '../ports/accounts.ts';

export type SubjectVerdict =
  | { readonly ok: true; readonly account: Account | null }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** From which state each change starts. */
const STATES: Readonly<Record<Exclude<ChangeKind, 'add'>, readonly Account['state'][]>> = {
  appoint: ['active', 'pending-activation'],
  change: ['active', 'pending-activation', 'suspended'],
  suspend: ['active', 'pending-activation'],
  resume: ['suspended'],
  delete: ['active', 'pending-activation', 'suspended'],
  move: ['active', 'pending-activation', 'suspended'],
};

/**
 * Whom a judged form is about. An account of another organisation is answered like one that does not exist, so that a
 * form is no way to look at other agencies' accounts (D1-170).
 */
export async function resolveSubject(accounts: AccountReader, application: Application): Promise<SubjectVerdict> {
  const { form, values } = application;
  if (form === 'D-06-11') return resolveAccount(accounts, application, values.fields['loginName'] ?? '', ['active']);

  const request = readChangeRequest(form, values);
  if (request.change === 'add') {
    if (request.subject.kind !== 'person') return refused('name', 'missing');
    const taken = await accounts.findAccountByLoginName(request.subject.loginName);
    return taken === undefined ? { ok: true, account: null } : refused('wishedLoginName', 'login-name-taken');
  }
  const { loginName } = request.subject;
  const found = await resolveAccount(accounts, application, loginName, STATES[request.change]);
  if (!found.ok || found.account === null) return found;
  // Registrars are D-06-10's, also when they leave or move: their change goes to 本署, never to themselves (D1-049).
  const isRegistrar = found.account.roles.includes('registrar');
  const isFit = form === 'D-06-10' ? isRegistrar === (request.change !== 'appoint') : !isRegistrar;
  if (!isFit) return refused('loginName', 'account-unfit');
  return request.successor === null ? found : judgeSuccessor(accounts, found.account, request.successor);
}

async function resolveAccount(
  accounts: AccountReader,
  { organisationId }: Application,
  loginName: string,
  states: readonly Account['state'][],
): Promise<SubjectVerdict> {
  const account = await accounts.findAccountByLoginName(loginName);
  if (account?.organisationId !== organisationId) return refused('loginName', 'account-unknown');
  return states.includes(account.state) ? { ok: true, account } : refused('loginName', 'account-unfit');
}

async function judgeSuccessor(accounts: AccountReader, leaver: Account, loginName: string): Promise<SubjectVerdict> {
  const successor = await accounts.findAccountByLoginName(loginName);
  return isFitSuccessor(leaver, successor)
    ? { ok: true, account: leaver }
    : refused('successor', successor?.organisationId === leaver.organisationId ? 'account-unfit' : 'account-unknown');
}

/** An active account of the same agency, of somebody else. */
export function isFitSuccessor(leaver: Account, successor: Account | undefined): boolean {
  return (
    successor?.state === 'active' &&
    successor.organisationId === leaver.organisationId &&
    successor.personId !== leaver.personId
  );
}

function refused(field: string, code: FieldProblem['code']): SubjectVerdict {
  return { ok: false, problems: [{ field, code }] };
}
