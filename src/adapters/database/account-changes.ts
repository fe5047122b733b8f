import type { Transaction } from 'kysely';
import type { Account, AccountState, GatewayRole } from '../../accounts/account.ts';
import type { CertificateBinding } from '../../accounts/certificate-binding.ts';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { GrantState, SystemGrant } from '../../accounts/system-grant.ts';
import type { DatabaseChanges } from '../../flows/ports.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import type { Person, PersonContact } from '../../accounts/person.ts';
import { AccessRecordWrites } from './access-records.ts';
import { ApplicationWrites } from './applications.ts';
import { AssertionKeyWrites } from './assertion-keys.ts';
import { CredentialWrites } from './credential-changes.ts';
import { EventLog } from './event-log.ts';
import { OperationWrites } from './operations-changes.ts';
import { AccountReads } from './account-reads.ts';
import type { Tables } from './schema.ts';
import { SessionWrites } from './sessions-changes.ts';

/** The writes of one transaction, and reads that see them. */
export class AccountChanges extends AccountReads implements DatabaseChanges {
  readonly applications: ApplicationWrites;
  readonly credentials: CredentialWrites;
  readonly operations: OperationWrites;
  readonly sessions: SessionWrites;
  readonly events: EventLog;
  readonly accessRecords: AccessRecordWrites;
  readonly assertionKeys: AssertionKeyWrites;
  readonly #transaction: Transaction<Tables>;

  constructor(transaction: Transaction<Tables>) {
    super(transaction);
    this.#transaction = transaction;
    this.applications = new ApplicationWrites(transaction);
    this.credentials = new CredentialWrites(transaction);
    this.operations = new OperationWrites(transaction);
    this.sessions = new SessionWrites(transaction);
    this.events = new EventLog(transaction);
    this.accessRecords = new AccessRecordWrites(transaction);
    this.assertionKeys = new AssertionKeyWrites(transaction);
  }

  async insertOrganisation({ id, code, name, kind }: Organisation): Promise<void> {
    await this.#transaction.insertInto('organisations').values({ id, code, name, kind }).execute();
  }

  async insertUnit({ id, organisationId, code, name }: Unit): Promise<void> {
    await this.#transaction.insertInto('units').values({ id, organisation_id: organisationId, code, name }).execute();
  }

  async renameOrganisation(id: string, name: string): Promise<void> {
    await this.#transaction.updateTable('organisations').set({ name }).where('id', '=', id).execute();
  }

  async renameUnit(id: string, name: string): Promise<void> {
    await this.#transaction.updateTable('units').set({ name }).where('id', '=', id).execute();
  }

  async insertPerson(person: Pick<Person, 'id' | 'name'> & Partial<Person>): Promise<void> {
    const { id, name, idLastFour = null, title = null, phone = null, email = null } = person;
    const values = { id, name, id_last_four: idLastFour, title, phone, email };
    await this.#transaction.insertInto('people').values(values).execute();
  }

  async setPersonContact(personId: string, { title, phone, email }: PersonContact): Promise<void> {
    await this.#updatePerson(personId, { title, phone, email });
  }

  async setPersonIdentity(personId: string, identity: Pick<Person, 'name' | 'idLastFour'>): Promise<void> {
    await this.#updatePerson(personId, { name: identity.name, id_last_four: identity.idLastFour });
  }

  /** @throws Error when there is no such person, or he has another name: an account has its person's name */
  async insertAccount(account: Account): Promise<void> {
    const person = await this.#transaction
      .selectFrom('people')
      .select('name')
      .where('id', '=', account.personId)
      .executeTakeFirst();
    if (person?.name !== account.name) throw new Error(`No person ${account.personId} with the account's name.`);
    await this.#transaction
      .insertInto('accounts')
      .values({
        id: account.id,
        login_name: account.loginName,
        person_id: account.personId,
        organisation_id: account.organisationId,
        unit_id: account.unitId,
        state: account.state,
        issued_at: account.issuedAt,
        last_login_at: account.lastLoginAt,
      })
      .execute();
    await this.setRoles(account.id, account.roles);
  }

  async insertGrant(grant: SystemGrant): Promise<void> {
    await this.#transaction
      .insertInto('system_grants')
      .values({
        id: grant.id,
        account_id: grant.accountId,
        system_id: grant.systemId,
        role: grant.role,
        reason: grant.reason,
        basis: grant.basis,
        valid_from: grant.validFrom,
        valid_until: grant.validUntil,
        state: grant.state,
      })
      .execute();
  }

  async setGrantState(grantId: string, state: GrantState): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('system_grants')
      .set({ state })
      .where('id', '=', grantId)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No grant ${grantId}.`);
  }

  async insertBinding(binding: CertificateBinding): Promise<void> {
    await this.#transaction
      .insertInto('certificate_bindings')
      .values({
        id: binding.id,
        account_id: binding.accountId,
        issuer_key_identifier: binding.issuerKeyIdentifier,
        subject_serial_number: binding.subjectSerialNumber,
        spki_sha256: binding.spkiSha256,
        certificate_sha256: binding.certificateSha256,
        certificate_der: binding.certificateDer,
        not_after: binding.notAfter,
        bound_at: binding.boundAt,
        ended_at: null,
      })
      .execute();
  }

  async endBinding(bindingId: string, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('certificate_bindings')
      .set({ ended_at: at })
      .where('id', '=', bindingId)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No live binding ${bindingId}.`);
  }

  async setAccountState(accountId: string, state: AccountState): Promise<void> {
    await this.#updateAccount(accountId, { state });
    await this.#transaction.deleteFrom('dormancy_warnings').where('account_id', '=', accountId).execute();
  }

  async setUnit(accountId: string, unitId: string | null): Promise<void> {
    await this.#updateAccount(accountId, { unit_id: unitId });
  }

  async setLastLogin(accountId: string, at: Date): Promise<void> {
    await this.#updateAccount(accountId, { last_login_at: at });
  }

  async setRoles(accountId: string, roles: readonly GatewayRole[]): Promise<void> {
    await this.#transaction.deleteFrom('account_roles').where('account_id', '=', accountId).execute();
    if (roles.length === 0) return;
    const rows = [...new Set(roles)].map(role => ({ account_id: accountId, role }));
    await this.#transaction.insertInto('account_roles').values(rows).execute();
  }

  async renewBinding(
    bindingId: string,
    certificate: Pick<CertificateBinding, 'certificateSha256' | 'certificateDer' | 'notAfter'>,
  ): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('certificate_bindings')
      .set({
        certificate_sha256: certificate.certificateSha256,
        certificate_der: certificate.certificateDer,
        not_after: certificate.notAfter,
      })
      .where('id', '=', bindingId)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No live binding ${bindingId}.`);
  }

  async #updateAccount(
    accountId: string,
    values: { state: AccountState } | { last_login_at: Date } | { unit_id: string | null },
  ): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('accounts')
      .set(values)
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No account ${accountId}.`);
  }

  async insertDeputyship(deputyship: Deputyship): Promise<void> {
    await this.#transaction
      .insertInto('deputyships')
      .values({
        id: deputyship.id,
        principal_id: deputyship.principalId,
        deputy_id: deputyship.deputyId,
        reason: deputyship.reason,
        valid_from: deputyship.validFrom,
        valid_until: deputyship.validUntil,
        named_by: deputyship.namedBy,
        named_at: deputyship.namedAt,
        ended_at: deputyship.endedAt,
      })
      .execute();
  }

  async endDeputyship(id: string, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('deputyships')
      .set({ ended_at: at })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No deputyship ${id} in force.`);
  }

  async #updatePerson(
    personId: string,
    values: PersonContact | { readonly name: string; readonly id_last_four: string | null },
  ): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('people')
      .set(values)
      .where('id', '=', personId)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No person ${personId}.`);
  }
}
