import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Account } from '../../src/accounts/account.ts';
import type { CertificateBinding } from '../../src/accounts/certificate-binding.ts';
import type { Organisation, Unit } from '../../src/accounts/organisation.ts';
import type { SystemGrant } from '../../src/accounts/system-grant.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import type { Database, DatabaseChanges } from '../../src/flows/ports.ts';

/** Values that a store can hold, each different from every other, so that the tests of a file share one store. */

export function anOrganisation(changes: Partial<Organisation> = {}): Organisation {
  const code = `org-${randomBytes(6).toString('hex')}`;
  return { id: randomUUID(), code, name: '示範縣政府', kind: 'agency', ...changes };
}

export function aUnit(organisation: Organisation, changes: Partial<Unit> = {}): Unit {
  return { id: randomUUID(), organisationId: organisation.id, code: 'commerce', name: '工商科', ...changes };
}

export function anAccount(organisation: Organisation, changes: Partial<Account> = {}): Account {
  return {
    id: randomUUID(),
    loginName: `u${randomBytes(8).toString('hex')}`,
    personId: randomUUID(),
    name: '示範員',
    organisationId: organisation.id,
    unitId: null,
    state: 'active',
    roles: ['general-user'],
    issuedAt: new Date('2026-03-01T01:02:03.004Z'),
    lastLoginAt: null,
    ...changes,
  };
}

export function aGrant(account: Account, changes: Partial<SystemGrant> = {}): SystemGrant {
  return {
    id: randomUUID(),
    accountId: account.id,
    systemId: 'company',
    role: 'case-handler',
    reason: '承辦公司登記',
    basis: 'D-06-09-2026-0001',
    validFrom: '2026-03-01',
    validUntil: null,
    state: 'live',
    ...changes,
  };
}

export function aBinding(account: Account, changes: Partial<CertificateBinding> = {}): CertificateBinding {
  const certificateDer = new Uint8Array(randomBytes(64));
  return {
    id: randomUUID(),
    accountId: account.id,
    issuerKeyIdentifier: randomBytes(20).toString('hex'),
    subjectSerialNumber: randomBytes(16).toString('hex'),
    spkiSha256: randomBytes(32).toString('hex'),
    certificateSha256: createHash('sha256').update(certificateDer).digest('hex'),
    certificateDer,
    notAfter: new Date('2031-03-01T00:00:00Z'),
    boundAt: new Date('2026-03-02T00:00:00Z'),
    ...changes,
  };
}

/** Some certificate with an RSA key, for bindings that are read beside real cards' later. */
const READABLE = new Uint8Array(
  new X509Certificate(readFileSync(new URL('../../certs/moica-g2.pem', import.meta.url))).raw,
);

/** Gives an account what it had if it was ever activated: a card, which opens nothing any more. */
export async function insertPastCard(changes: DatabaseChanges, account: Account): Promise<void> {
  const binding = aBinding(account, { certificateDer: READABLE });
  await changes.insertBinding(binding);
  await changes.endBinding(binding.id, binding.boundAt);
}

export function anEvent(changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: randomUUID(),
    code: 'account.created',
    at: new Date('2026-03-01T01:02:03.004Z'),
    actor: { kind: 'gateway' },
    accountId: null,
    systemId: null,
    sessionReference: null,
    requestId: null,
    clientAddress: null,
    facts: {},
    ...changes,
  };
}

/** An organisation with one account in it, committed. */
export async function commitAccount(
  database: Database,
  changes: Partial<Account> = {},
): Promise<{ organisation: Organisation; account: Account }> {
  const organisation = anOrganisation();
  const account = anAccount(organisation, changes);
  await database.change(async store => {
    await store.insertOrganisation(organisation);
    await store.insertPerson({ id: account.personId, name: account.name });
    await store.insertAccount(account);
    return { result: undefined, events: [anEvent({ accountId: account.id })] };
  });
  return { organisation, account };
}
