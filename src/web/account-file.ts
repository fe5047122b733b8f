import type { Account } from '../accounts/account.ts';
import { keepersOf, rolesReaching } from '../accounts/authority.ts';
import type { CertificateBinding } from '../accounts/certificate-binding.ts';
import type { Deputyship } from '../accounts/deputyship.ts';
import type { Organisation, Unit } from '../accounts/organisation.ts';
import { fieldsInClear, maskPerson } from '../accounts/personal-data.ts';
import type { Person } from '../accounts/person.ts';
import type { SystemGrant } from '../accounts/system-grant.ts';
import type { Act, Application } from '../applications/application.ts';
import type { AuditEvent } from '../audit/event.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { GRANT_APPROVERS } from '../flows/accounts/settle-migrated-grant.ts';
import { liftingRoles } from '../flows/accounts/suspend-account.ts';
import { listSessions, type ListedSession } from '../flows/sessions/list-sessions.ts';
import type { DeskContext } from './desk-context.ts';

/** Everything that the page of one account shows to one visitor. */
export interface AccountFile {
  readonly account: Account;
  /** Masked where the visitor's duty does not need it (D1-083). */
  readonly person: Person | undefined;
  readonly organisation: Organisation | undefined;
  readonly unit: Unit | undefined;
  readonly grants: readonly SystemGrant[];
  readonly bindings: readonly CertificateBinding[];
  /** Those that stand at this moment. */
  readonly sessions: readonly ListedSession[];
  readonly deputyships: readonly Deputyship[];
  readonly applications: readonly { readonly application: Application; readonly acts: readonly Act[] }[];
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** Names of the accounts that appear in it, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly may: {
    readonly suspend: boolean;
    readonly resume: boolean;
    readonly settleGrants: boolean;
    /** A new initial secret. */
    readonly issueSecret: boolean;
  };
}

const EVENTS_SHOWN = 50;
const APPLICATIONS_SHOWN = 20;
const SESSIONS_SHOWN = 20;

/** Reads it together. */
export async function loadAccountFile(
  context: GatewayContext,
  account: Account,
  desk: DeskContext,
): Promise<AccountFile> {
  const { accounts, applications, events } = context.database;
  const [access, person, organisation, unit, bindings, sessions, deputyships, recorded, filed] = await Promise.all([
    accounts.findAccess(account.id),
    accounts.findPerson(account.personId),
    accounts.findOrganisation(account.organisationId),
    account.unitId === null ? undefined : accounts.findUnit(account.unitId),
    accounts.listBindings(account.id),
    listSessions(
      context,
      { scope: { kind: 'everything' }, accountId: account.id },
      { offset: 0, limit: SESSIONS_SHOWN },
    ),
    accounts.listDeputyships(account.id),
    events.listEvents({ accountId: account.id, limit: EVENTS_SHOWN }),
    applications.findApplications(
      { audience: { kind: 'person', accountId: account.id } },
      { offset: 0, limit: APPLICATIONS_SHOWN },
    ),
  ]);
  const isOwn = account.id === desk.person.access.account.id;
  // A draft is its filer's alone until it is submitted.
  const shown = filed.applications.filter(each => isOwn || each.submittedAt !== null);
  const withActs = await Promise.all(
    shown.map(async application => ({ application, acts: await applications.listActs(application.id) })),
  );
  const place = { ...account, accountId: account.id };
  const roles = rolesReaching(desk.authorities, place);
  const mayAct = desk.mayDecide && !isOwn;
  const mayKeep = mayAct && keepersOf(account).some(role => roles.includes(role));
  return {
    account,
    person: person === undefined ? undefined : maskPerson(person, fieldsInClear(roles, isOwn)),
    organisation,
    unit,
    grants: access?.grants ?? [],
    bindings,
    sessions: sessions.sessions,
    deputyships,
    applications: withActs,
    events: recorded,
    names: await namesOf(context, account, recorded, deputyships),
    may: {
      suspend: mayKeep && account.state === 'active',
      resume:
        mayAct &&
        account.state === 'suspended' &&
        (await liftingRoles(events, account)).some(role => roles.includes(role)),
      issueSecret: mayKeep && (account.state === 'active' || account.state === 'pending-activation'),
      settleGrants: mayAct && GRANT_APPROVERS.some(role => roles.includes(role)),
    },
  };
}

async function namesOf(
  { database }: GatewayContext,
  account: Account,
  events: readonly AuditEvent[],
  deputyships: readonly Deputyship[],
): Promise<Map<string, string>> {
  const actors = events.flatMap(({ actor }) => (actor.kind === 'account' ? [actor.accountId] : []));
  const ids = new Set([...actors, ...deputyships.flatMap(each => [each.principalId, each.deputyId])]);
  const names = new Map([[account.id, account.name]]);
  for (const id of ids) {
    if (names.has(id)) continue;
    const found = await database.accounts.findAccount(id);
    if (found !== undefined) names.set(id, found.name);
  }
  return names;
}
