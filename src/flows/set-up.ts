import { isLoginName, type Account, type GatewayRole } from '../accounts/account.ts';
import type { Organisation } from '../accounts/organisation.ts';
import type { Actor, AuditEvent } from '../audit/event.ts';
import { judgeCitizenCertificate } from '../pki/card-proof.ts';
import type { PkiFailure } from '../pki/failures.ts';
import type { CardHolder } from '../pki/profiles/citizen-certificate.ts';
import { bindCertificate, type BindingFailure } from './credentials/bind-certificate.ts';
import { composeEvent, type GatewayContext } from './gateway-context.ts';
import type { Change, DatabaseChanges } from './ports.ts';

/** One of the two first officers. His card's sign certificate stands in for an initial password: none exists. */
export interface FirstOfficer {
  readonly loginName: string;
  /** The sign certificate of his citizen card, DER. */
  readonly certificate: Uint8Array;
}

export interface SetUpRequest {
  readonly ministryName: string;
  readonly caseOfficer: FirstOfficer;
  readonly administrator: FirstOfficer;
  readonly actor: Actor;
}

export type SetUpFailure =
  | { readonly code: 'setup-already-done' }
  | { readonly code: 'setup-login-name-refused'; readonly loginName: string }
  | { readonly code: 'setup-one-person-twice' }
  | {
      readonly code: 'setup-certificate-refused';
      readonly loginName: string;
      readonly because: PkiFailure | BindingFailure;
    };

export type SetUpOutcome =
  { readonly ok: true; readonly accounts: readonly Account[] } | { readonly ok: false; readonly failure: SetUpFailure };

/**
 * First start without demo data (DESIGN §2): makes 本署 with one case officer, who decides, and one ministry
 * administrator, who executes. Works only while no account exists. The names come from the certificates; that each
 * really holds his card, his first login proves.
 */
export async function setUp(context: GatewayContext, request: SetUpRequest): Promise<SetUpOutcome> {
  const officers: [FirstOfficer, GatewayRole][] = [
    [request.caseOfficer, 'case-officer'],
    [request.administrator, 'ministry-administrator'],
  ];
  const judged: { officer: FirstOfficer; role: GatewayRole; holder: CardHolder }[] = [];
  for (const [officer, role] of officers) {
    if (!isLoginName(officer.loginName)) {
      return { ok: false, failure: { code: 'setup-login-name-refused', loginName: officer.loginName } };
    }
    const verdict = judgeCitizenCertificate({
      certificate: officer.certificate,
      trustStore: context.trust.trustStore(),
      crls: context.trust.crls(),
      time: context.clock.now(),
      policy: context.trust.revocationPolicy,
    });
    if (!verdict.ok) return refused(officer.loginName, verdict.failure);
    judged.push({ officer, role, holder: verdict.cardHolder });
  }
  if (
    samePerson(
      request,
      judged.map(entry => entry.holder),
    )
  ) {
    return { ok: false, failure: { code: 'setup-one-person-twice' } };
  }

  return context.database.change(async (changes): Promise<Change<SetUpOutcome>> => {
    if ((await changes.countAccounts()) > 0) {
      return { result: { ok: false, failure: { code: 'setup-already-done' } }, unchanged: true };
    }
    const ministry: Organisation = {
      id: context.randomness.uuid(),
      code: 'ministry',
      name: request.ministryName,
      kind: 'ministry',
    };
    await changes.insertOrganisation(ministry);
    const done = composeEvent(context, 'setup.completed', { actor: request.actor, facts: { ministry: ministry.name } });
    const accounts: Account[] = [];
    const events: AuditEvent[] = [];
    for (const { officer, role, holder } of judged) {
      const created = await createOfficer(context, changes, ministry, officer.loginName, role, holder);
      if (!created.ok) return { result: created, unchanged: true };
      accounts.push(created.account);
      events.push(...officerEvents(context, request.actor, created.account, holder));
    }
    return { result: { ok: true, accounts }, events: [done, ...events] };
  });
}

/** Two officers are two people (separation of duties): two login names and two cards. */
function samePerson(request: SetUpRequest, holders: readonly CardHolder[]): boolean {
  const cards = new Set(holders.map(holder => holder.spkiSha256));
  const subjects = new Set(holders.map(holder => holder.subjectSerialNumber));
  return (
    request.caseOfficer.loginName === request.administrator.loginName ||
    cards.size < holders.length ||
    subjects.size < holders.length
  );
}

async function createOfficer(
  context: GatewayContext,
  changes: DatabaseChanges,
  ministry: Organisation,
  loginName: string,
  role: GatewayRole,
  holder: CardHolder,
): Promise<{ readonly ok: true; readonly account: Account } | ReturnType<typeof refused>> {
  const now = context.clock.now();
  const person = { id: context.randomness.uuid(), name: holder.name };
  const account: Account = {
    id: context.randomness.uuid(),
    loginName,
    personId: person.id,
    name: holder.name,
    organisationId: ministry.id,
    unitId: null,
    state: 'active',
    roles: [role],
    issuedAt: now,
    lastLoginAt: null,
  };
  await changes.insertPerson(person);
  await changes.insertAccount(account);
  const bound = await bindCertificate(context, changes, account.id, holder);
  if (!bound.ok) return refused(loginName, bound.failure);
  return { ok: true, account };
}

function refused(loginName: string, because: PkiFailure | BindingFailure) {
  return { ok: false, failure: { code: 'setup-certificate-refused', loginName, because } } as const;
}

function officerEvents(context: GatewayContext, actor: Actor, account: Account, holder: CardHolder): AuditEvent[] {
  const about = { actor, accountId: account.id };
  return [
    composeEvent(context, 'account.created', { ...about, facts: { basis: 'setup', roles: account.roles.join(',') } }),
    composeEvent(context, 'certificate.bound', {
      ...about,
      facts: { basis: 'setup', certificateSha256: holder.certificateSha256 },
    }),
  ];
}
