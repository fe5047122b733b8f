import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import type { Account, AccountState } from '../../src/accounts/account.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { createAccount, grantRole, type AccountChangeOrder } from '../../src/flows/accounts/change-account.ts';
import { composeEvent, type GatewayContext } from '../../src/flows/gateway-context.ts';
import { issueInitialSecret } from '../../src/flows/credentials/issue-initial-secret.ts';
import type { Database, DatabaseChanges } from '../../src/flows/ports.ts';
import type { PreparedSecret } from '../../src/flows/credentials/prepare-secret.ts';
import type { IssuedCard } from './cards.ts';
import { DEMO_RULES_VERSION } from './gateway-configuration.ts';
import { DEMO_ORGANISATIONS } from './organisations.ts';
import { DEMO_PEOPLE } from './people.ts';
import type { DemoPerson } from './person.ts';

/** A person's card, with the key identifier of the CA that issued it (hex). */
export interface SeededCard extends IssuedCard {
  readonly issuerKeyIdentifier: string;
}

/**
 * Puts the demo's organisations and people into an empty store, in one change; a store that has accounts is left as
 * it is, so that what was changed in the demo survives its restart.
 *
 * @param cards   by login name
 * @param secrets initial secrets by login name, of those who have yet to activate their accounts
 */
export async function seedDemo(
  database: Database,
  cards: ReadonlyMap<string, SeededCard>,
  secrets: ReadonlyMap<string, PreparedSecret>,
  now: Date,
): Promise<void> {
  if ((await database.accounts.countAccounts()) > 0) return;
  await database.change(async changes => {
    const units = await insertOrganisations(changes);
    const events: AuditEvent[] = [];
    for (const person of DEMO_PEOPLE) {
      if (person.state === 'no-account') continue;
      const since = person.state === 'pending-activation' ? now : new Date(now.getTime() - IN_SERVICE_MS);
      const [account, happened] = await insertPerson(changes, { ...person, state: person.state }, units, cards, since);
      events.push(...happened);
      const secret = secrets.get(person.account);
      if (secret !== undefined) events.push(await issueInitialSecret(workAt(now), changes, account, secret, ORDER));
    }
    const [first, ...others] = events;
    if (first === undefined) throw new Error('The demo has no people.');
    return { result: undefined, events: [first, ...others] };
  });
}

/** People have been at work for a while: what the lists of the last month show is what was done in the demo itself. */
const IN_SERVICE_MS = 40 * 86_400_000;

type Units = ReadonlyMap<string, { readonly organisationId: string; readonly unitId: string }>;

async function insertOrganisations(changes: DatabaseChanges): Promise<Units> {
  const units = new Map<string, { organisationId: string; unitId: string }>();
  for (const { code, name, kind, units: ownUnits } of DEMO_ORGANISATIONS) {
    const organisationId = randomUUID();
    await changes.insertOrganisation({ id: organisationId, code, name, kind });
    for (const unit of ownUnits) {
      const unitId = randomUUID();
      await changes.insertUnit({ id: unitId, organisationId, ...unit });
      units.set(`${code}/${unit.code}`, { organisationId, unitId });
    }
  }
  return units;
}

const ORDER: AccountChangeOrder = { actor: { kind: 'gateway' }, basis: { kind: 'demo', reference: 'seed' } };

async function insertPerson(
  changes: DatabaseChanges,
  person: DemoPerson & { readonly state: AccountState },
  units: Units,
  cards: ReadonlyMap<string, SeededCard>,
  now: Date,
): Promise<[Account, AuditEvent[]]> {
  const place = units.get(`${person.organisation}/${person.unit}`);
  const card = cards.get(person.account);
  if (place === undefined || card === undefined) throw new Error(`${person.account} has no unit or no card.`);
  const work = workAt(now);
  const account: Account = {
    id: randomUUID(),
    loginName: person.account,
    personId: randomUUID(),
    name: person.name,
    ...place,
    state: person.state,
    roles: person.roles,
    issuedAt: now,
    lastLoginAt: null,
  };
  await changes.insertPerson({
    id: account.personId,
    name: person.name,
    idLastFour: person.card.idLastFour,
    title: '示範職員',
    phone: '00-0000-0000',
    email: `${person.account}@example.gov.tw`,
  });
  const events = [await createAccount(work, changes, account, ORDER)];
  for (const { systemId, role, reason, basis } of person.grants) {
    const grant = { id: randomUUID(), accountId: account.id, systemId, role, reason, basis, state: 'live' as const };
    const term = { validFrom: taipeiDayOf(now), validUntil: null };
    events.push(await grantRole(work, changes, { ...grant, ...term }, ORDER));
  }
  if (person.state !== 'pending-activation') {
    await changes.credentials.acknowledgeRules(account.id, DEMO_RULES_VERSION, now);
  }
  if (person.card.isBound) events.push(await bindCard(changes, account, person, card, now));
  return [account, events];
}

/** Directly, not by `bindCertificate`: some demo cards are expired or revoked, and no judgement would let them in. */
async function bindCard(
  changes: DatabaseChanges,
  account: Account,
  person: DemoPerson,
  card: SeededCard,
  now: Date,
): Promise<AuditEvent> {
  const certificate = new X509Certificate(card.signCertificate);
  const certificateSha256 = sha256(card.signCertificate);
  await changes.insertBinding({
    id: randomUUID(),
    accountId: account.id,
    issuerKeyIdentifier: card.issuerKeyIdentifier,
    subjectSerialNumber: Buffer.from(person.card.serialNumber, 'ascii').toString('hex'),
    spkiSha256: sha256(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    certificateSha256,
    certificateDer: card.signCertificate,
    notAfter: new Date(certificate.validTo),
    boundAt: now,
  });
  const about = { actor: ORDER.actor, accountId: account.id, facts: { basis: ORDER.basis.kind, certificateSha256 } };
  return composeEvent(workAt(now), 'certificate.bound', about);
}

function workAt(now: Date): Pick<GatewayContext, 'clock' | 'randomness'> {
  return {
    clock: { now: () => now },
    randomness: { bytes: length => randomBytes(length), uuid: () => randomUUID() },
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
