import type { Account } from '../../accounts/account.ts';
import { authoritiesOf, findAuthority, type Place } from '../../accounts/authority.ts';
import type { Application } from '../../applications/application.ts';
import { readChangeRequest, successorOf } from '../../applications/change-request.ts';
import type { RouteFacts } from '../../applications/route.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** More heads or registrars than any agency has. */
const LIMIT = 500;

/**
 * What decides the route as things are now.
 *
 * @param application as it is submitted, its subject resolved
 * @param excluded    persons who have acted or filed, and so cannot review or execute
 */
export async function findRouteFacts(
  context: Pick<GatewayContext, 'clock'>,
  accounts: AccountReader,
  application: Application,
  excluded: readonly (string | null)[],
): Promise<RouteFacts> {
  const organisation = await accounts.findOrganisation(application.organisationId);
  if (organisation === undefined) throw new Error(`No organisation ${application.organisationId}.`);
  const { filer } = application;
  const apart = [...excluded, application.subjectPersonId, filer.kind === 'account' ? filer.personId : null];
  const successor = successorOf(application);
  const isFree = ({ personId, loginName }: Account): boolean => !apart.includes(personId) && loginName !== successor;
  const registrars = await listActive(accounts, application, 'registrar');
  return {
    form: application.form,
    organisationKind: organisation.kind,
    asksForMinistryRole: asksForMinistryRole(application),
    hasHead: await hasHead(context, accounts, application, isFree),
    hasRegistrar: registrars.some(isFree),
  };
}

function asksForMinistryRole({ form, values }: Application): boolean {
  if (form === 'D-06-11') return false;
  const { role } = readChangeRequest(form, values);
  return role !== null && role.role !== 'general-user';
}

async function listActive(
  accounts: AccountReader,
  { organisationId }: Application,
  role: 'unit-head' | 'registrar',
): Promise<readonly Account[]> {
  const scope = { kind: 'organisation', organisationId } as const;
  const page = await accounts.findAccounts({ scope, role, states: ['active'] }, { offset: 0, limit: LIMIT });
  return page.accounts;
}

/** Whether a head of the unit is free to review; where he is not, nobody is on his behalf. */
async function hasHead(
  context: Pick<GatewayContext, 'clock'>,
  accounts: AccountReader,
  application: Application,
  isFree: (account: Account) => boolean,
): Promise<boolean> {
  const day = taipeiDayOf(context.clock.now());
  const place: Place = { organisationId: application.organisationId, unitId: application.unitId };
  for (const head of await listActive(accounts, application, 'unit-head')) {
    const reaches = findAuthority(authoritiesOf(head, [], new Map(), day), ['unit-head'], place) !== undefined;
    if (reaches && isFree(head)) return true;
  }
  return false;
}
