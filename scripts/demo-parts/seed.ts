import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import type { Account } from '../../src/accounts/account.ts';
import type { AuditEvent, EventCode, Fact } from '../../src/audit/event.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import type { Database, DatabaseChanges } from '../../src/flows/ports.ts';
import type { IssuedCard } from './cards.ts';
import { DEMO_ORGANISATIONS, DEMO_PEOPLE, type DemoPerson } from './people.ts';

/** A person's card, with the key identifier of the CA that issued it (hex). */
export interface SeededCard extends IssuedCard {
  readonly issuerKeyIdentifier: string;
}

/**
 * Puts the demo's organisations and people into an empty store, in one change; a store that has accounts is left as
 * it is, so that what was changed in the demo survives its restart.
 *
 * @param cards by login name
 */
export async function seedDemo(database: Database, cards: ReadonlyMap<string, SeededCard>, now: Date): Promise<void> {
  if ((await database.accounts.countAccounts()) > 0) return;
  await database.change(async changes => {
    const units = await insertOrganisations(changes);
    const events: AuditEvent[] = [];
    for (const person of DEMO_PEOPLE) events.push(...(await insertPerson(changes, person, units, cards, now)));
    const [first, ...others] = events;
    if (first === undefined) throw new Error('The demo has no people.');
    return { result: undefined, events: [first, ...others] };
  });
}

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

async function insertPerson(
  changes: DatabaseChanges,
  person: DemoPerson,
  units: Units,
  cards: ReadonlyMap<string, SeededCard>,
  now: Date,
): Promise<AuditEvent[]> {
  const place = units.get(`${person.organisation}/${person.unit}`);
  const card = cards.get(person.account);
  if (place === undefined || card === undefined) throw new Error(`${person.account} has no unit or no card.`);
  const personId = randomUUID();
  const account: Account = {
    id: randomUUID(),
    loginName: person.account,
    personId,
    name: person.name,
    ...place,
    state: person.state,
    roles: person.roles,
    issuedAt: now,
    lastLoginAt: null,
  };
  await changes.insertPerson({ id: personId, name: person.name });
  await changes.insertAccount(account);
  const events = [demoEvent('account.created', account.id, now, { basis: 'demo', roles: account.roles.join(',') })];
  for (const grant of person.grants) {
    await changes.insertGrant({
      id: randomUUID(),
      accountId: account.id,
      ...grant,
      validFrom: taipeiDayOf(now),
      validUntil: null,
      state: 'live',
    });
    const granted = demoEvent('account.granted', account.id, now, { basis: 'demo', role: grant.role });
    events.push({ ...granted, systemId: grant.systemId });
  }
  if (person.card.isBound) events.push(await bindCard(changes, account, person, card, now));
  return events;
}

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
  return demoEvent('certificate.bound', account.id, now, { basis: 'demo', certificateSha256 });
}

function demoEvent(code: EventCode, accountId: string, at: Date, facts: Record<string, Fact>): AuditEvent {
  return {
    id: randomUUID(),
    code,
    at,
    actor: { kind: 'gateway' },
    accountId,
    systemId: null,
    sessionReference: null,
    requestId: null,
    clientAddress: null,
    facts,
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
