import { randomUUID } from 'node:crypto';
import type { Account, GatewayRole } from '../../src/accounts/account.ts';
import type { Organisation, Unit } from '../../src/accounts/organisation.ts';
import type { SystemGrant } from '../../src/accounts/system-grant.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import { aGrant, anAccount, anEvent, insertPastCard } from '../contract/people-of-record.ts';

/** One person of every role, in 本署 and in two agencies, with the head's deputy; all plainly invented. */
export interface PeopleOfDesk {
  readonly ministry: Organisation;
  readonly county: Organisation;
  readonly city: Organisation;
  readonly commerce: Unit;
  readonly industry: Unit;
  readonly cityCommerce: Unit;
  readonly caseOfficer: Account;
  readonly administrator: Account;
  readonly auditor: Account;
  readonly checker: Account;
  readonly head: Account;
  readonly deputy: Account;
  readonly registrar: Account;
  readonly secondRegistrar: Account;
  readonly user: Account;
  /** Of the same agency, another unit. */
  readonly neighbour: Account;
  /** Of another agency. */
  readonly stranger: Account;
  readonly cityHead: Account;
  readonly cityRegistrar: Account;
  /** A right of `user` that waits for its approval. */
  readonly pendingGrant: SystemGrant;
}

/** Commits them all. */
export async function commitPeopleOfDesk(context: GatewayContext): Promise<PeopleOfDesk> {
  const ministry: Organisation = { id: randomUUID(), code: 'ministry', name: '示範商業發展署', kind: 'ministry' };
  const county: Organisation = { id: randomUUID(), code: 'county', name: '示範縣政府', kind: 'agency' };
  const city: Organisation = { id: randomUUID(), code: 'city', name: '示範市政府', kind: 'agency' };
  const unit = (organisation: Organisation, code: string, name: string): Unit => {
    return { id: randomUUID(), organisationId: organisation.id, code, name };
  };
  const commerce = unit(county, 'commerce', '工商科');
  const industry = unit(county, 'industry', '產業科');
  const cityCommerce = unit(city, 'commerce', '商業科');
  const issuedAt = new Date(context.clock.now().getTime() - 30 * 86_400_000);
  const person = (loginName: string, name: string, role: GatewayRole, at: Organisation, of: Unit | null = null) =>
    anAccount(at, { loginName, name, roles: [role], unitId: of?.id ?? null, issuedAt });

  const people = {
    caseOfficer: person('m-officer', '示範承辦人', 'case-officer', ministry),
    administrator: person('m-admin', '示範署管理者', 'ministry-administrator', ministry),
    auditor: person('m-auditor', '示範稽核員', 'auditor', ministry),
    checker: person('c-checker', '示範查核員', 'checker', county, commerce),
    head: person('c-head', '示範主管', 'unit-head', county, commerce),
    deputy: person('c-deputy', '示範代理人', 'general-user', county, industry),
    registrar: person('c-registrar', '示範管理者', 'registrar', county, commerce),
    secondRegistrar: person('c-registrar2', '示範管理者乙', 'registrar', county, industry),
    user: person('c-user', '示範使用者', 'general-user', county, commerce),
    neighbour: person('c-neighbour', '示範鄰科使用者', 'general-user', county, industry),
    stranger: person('t-user', '示範外機關使用者', 'general-user', city, cityCommerce),
    cityHead: person('t-head', '示範外機關主管', 'unit-head', city, cityCommerce),
    cityRegistrar: person('t-registrar', '示範外機關管理者', 'registrar', city, cityCommerce),
  } as const satisfies Record<string, Account>;
  const pendingGrant = aGrant(people.user, { systemId: 'factory', basis: 'migrated', state: 'pending' });

  await context.database.change(async changes => {
    for (const organisation of [ministry, county, city]) await changes.insertOrganisation(organisation);
    for (const each of [commerce, industry, cityCommerce]) await changes.insertUnit(each);
    for (const account of Object.values(people)) {
      const { personId: id, name, loginName } = account;
      const contact = { title: '科員', phone: '02-1234-5678', email: `${loginName}@example.gov.tw` };
      await changes.insertPerson({ id, name, idLastFour: '6789', ...contact });
      await changes.insertAccount(account);
      await insertPastCard(changes, account);
      await changes.credentials.acknowledgeRules(account.id, context.rulesVersion, issuedAt);
    }
    await changes.insertGrant(aGrant(people.user));
    await changes.insertGrant(pendingGrant);
    await changes.insertDeputyship({
      id: randomUUID(),
      principalId: people.head.id,
      deputyId: people.deputy.id,
      reason: '公出',
      validFrom: '2020-01-01',
      validUntil: '2099-12-31',
      namedBy: people.head.id,
      namedAt: issuedAt,
      endedAt: null,
    });
    return { result: undefined, events: [anEvent({ at: issuedAt })] };
  });
  return { ministry, county, city, commerce, industry, cityCommerce, ...people, pendingGrant };
}
