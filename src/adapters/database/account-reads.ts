import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { isLoginName, type Account } from '../../accounts/account.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import type { Person } from '../../accounts/person.ts';
import type { BindingKey, CertificateBinding } from '../../accounts/certificate-binding.ts';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { AccountFilter, AccountPage, AccountReader, BoundKey } from '../../flows/ports/accounts.ts';
import type { Access } from '../../policy/decision.ts';
import type { Tables } from './schema.ts';
import { accountsFitting } from './account-filter.ts';
import { isUuid } from './uuid.ts';

/** A screenful many times over; an export reads in pages. */
const PAGE_LIMIT = 500;

/**
 * Reads of accounts, each in one statement, so that what belongs together is of one moment. An id or a name that the
 * schema could not hold is answered with "not found" and asked of nobody.
 */
export class AccountReads implements AccountReader {
  readonly #database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.#database = database;
  }

  async findBinding(key: BindingKey): Promise<CertificateBinding | undefined> {
    const row = await this.#database
      .selectFrom('certificate_bindings')
      .selectAll()
      .where('spki_sha256', '=', key.spkiSha256)
      .where('issuer_key_identifier', '=', key.issuerKeyIdentifier)
      .where('subject_serial_number', '=', key.subjectSerialNumber)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return row && toBinding(row);
  }

  async listBindingsOfSubject(subjectSerialNumber: string): Promise<CertificateBinding[]> {
    const rows = await this.#database
      .selectFrom('certificate_bindings')
      .selectAll()
      .where('subject_serial_number', '=', subjectSerialNumber)
      .where('ended_at', 'is', null)
      .orderBy('bound_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toBinding);
  }

  async findAccess(accountId: string): Promise<Access | undefined> {
    if (!isUuid(accountId)) return undefined;
    const row = await this.#selectAccounts()
      .select(of =>
        jsonArrayFrom(
          of
            .selectFrom('system_grants')
            .select(['id', 'account_id', 'system_id', 'role', 'reason', 'basis', 'valid_from', 'valid_until'])
            .select('system_grants.state as grant_state')
            .whereRef('system_grants.account_id', '=', 'accounts.id')
            .orderBy('valid_from')
            .orderBy('id'),
        ).as('grants'),
      )
      .where('accounts.id', '=', accountId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const grants = row.grants.map(grant => ({
      id: grant.id,
      accountId: grant.account_id,
      systemId: grant.system_id,
      role: grant.role,
      reason: grant.reason,
      basis: grant.basis,
      validFrom: grant.valid_from,
      validUntil: grant.valid_until,
      state: grant.grant_state,
    }));
    return { account: toAccount(row), grants };
  }

  async findAccount(id: string): Promise<Account | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#selectAccounts().where('accounts.id', '=', id).executeTakeFirst();
    return row && toAccount(row);
  }

  async findLiveAccountOf(personId: string): Promise<Account | undefined> {
    if (!isUuid(personId)) return undefined;
    const row = await this.#selectAccounts()
      .where('accounts.person_id', '=', personId)
      .where('accounts.state', '<>', 'deleted')
      .executeTakeFirst();
    return row && toAccount(row);
  }

  async findPerson(id: string): Promise<Person | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#database.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return undefined;
    const { name, id_last_four: idLastFour, title, phone, email } = row;
    return { id: row.id, name, idLastFour, title, phone, email };
  }

  async findAccountByLoginName(loginName: string): Promise<Account | undefined> {
    if (!isLoginName(loginName)) return undefined;
    const row = await this.#selectAccounts().where('accounts.login_name', '=', loginName).executeTakeFirst();
    return row && toAccount(row);
  }

  async findOrganisation(id: string): Promise<Organisation | undefined> {
    if (!isUuid(id)) return undefined;
    return this.#database.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async findOrganisationByCode(code: string): Promise<Organisation | undefined> {
    if (!/^[a-z0-9-]+$/.test(code)) return undefined;
    return this.#database.selectFrom('organisations').selectAll().where('code', '=', code).executeTakeFirst();
  }

  async listOrganisations(): Promise<Organisation[]> {
    return this.#database
      .selectFrom('organisations')
      .selectAll()
      .orderBy(sql`code collate "C"`)
      .execute();
  }

  async listUnits(organisationId?: string): Promise<Unit[]> {
    if (organisationId !== undefined && !isUuid(organisationId)) return [];
    const rows = await this.#database
      .selectFrom('units')
      .innerJoin('organisations', 'organisations.id', 'units.organisation_id')
      .selectAll('units')
      .$if(organisationId !== undefined, query => query.where('organisation_id', '=', organisationId ?? ''))
      .orderBy(sql`organisations.code collate "C"`)
      .orderBy(sql`units.code collate "C"`)
      .execute();
    return rows.map(row => ({ id: row.id, organisationId: row.organisation_id, code: row.code, name: row.name }));
  }

  async findUnit(id: string): Promise<Unit | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#database.selectFrom('units').selectAll().where('id', '=', id).executeTakeFirst();
    return row && { id: row.id, organisationId: row.organisation_id, code: row.code, name: row.name };
  }

  async listBindings(accountId: string): Promise<CertificateBinding[]> {
    if (!isUuid(accountId)) return [];
    const rows = await this.#database
      .selectFrom('certificate_bindings')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('ended_at', 'is', null)
      .orderBy('bound_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toBinding);
  }

  async hasHadCard(accountId: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('certificate_bindings')
      .select('id')
      .where('account_id', '=', accountId)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async listBoundKeys(): Promise<BoundKey[]> {
    const rows = await this.#database
      .selectFrom('certificate_bindings')
      .select(['spki_sha256', 'subject_serial_number', 'certificate_der'])
      .execute();
    return rows.map(row => ({
      spkiSha256: row.spki_sha256,
      subjectSerialNumber: row.subject_serial_number,
      certificateDer: row.certificate_der,
    }));
  }

  async listAccounts(): Promise<Account[]> {
    // The order of bytes, the same on every server whatever its collation.
    const rows = await this.#selectAccounts()
      .orderBy(sql`accounts.login_name collate "C"`)
      .execute();
    return rows.map(toAccount);
  }

  async findAccounts(
    filter: AccountFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<AccountPage> {
    const condition = accountsFitting(filter);
    const { total } = await this.#database
      .selectFrom('accounts')
      .innerJoin('people', 'people.id', 'accounts.person_id')
      .select(of => of.fn.countAll<number>().as('total'))
      .where(condition)
      .executeTakeFirstOrThrow();
    const rows = await this.#selectAccounts()
      .where(condition)
      .orderBy(sql`accounts.login_name collate "C"`)
      .offset(page.offset)
      .limit(Math.min(page.limit, PAGE_LIMIT))
      .execute();
    return { accounts: rows.map(toAccount), total };
  }

  async listDeputyships(accountId: string): Promise<Deputyship[]> {
    if (!isUuid(accountId)) return [];
    const rows = await this.#database
      .selectFrom('deputyships')
      .selectAll()
      .where(where => where.or([where('principal_id', '=', accountId), where('deputy_id', '=', accountId)]))
      .orderBy('named_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(row => ({
      id: row.id,
      principalId: row.principal_id,
      deputyId: row.deputy_id,
      reason: row.reason,
      validFrom: row.valid_from,
      validUntil: row.valid_until,
      namedBy: row.named_by,
      namedAt: row.named_at,
      endedAt: row.ended_at,
    }));
  }

  async countAccounts(): Promise<number> {
    const row = await this.#database
      .selectFrom('accounts')
      .select(of => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  #selectAccounts() {
    return this.#database
      .selectFrom('accounts')
      .innerJoin('people', 'people.id', 'accounts.person_id')
      .selectAll('accounts')
      .select('people.name as person_name')
      .select(of =>
        jsonArrayFrom(
          of
            .selectFrom('account_roles')
            .select('account_roles.role')
            .whereRef('account_roles.account_id', '=', 'accounts.id')
            .orderBy('account_roles.role'),
        ).as('roles'),
      );
  }
}

type AccountRow = Selectable<Tables['accounts']> & {
  readonly person_name: string;
  readonly roles: readonly Pick<Tables['account_roles'], 'role'>[];
};

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    loginName: row.login_name,
    personId: row.person_id,
    name: row.person_name,
    organisationId: row.organisation_id,
    unitId: row.unit_id,
    state: row.state,
    roles: row.roles.map(({ role }) => role),
    issuedAt: row.issued_at,
    lastLoginAt: row.last_login_at,
  };
}

function toBinding(row: Selectable<Tables['certificate_bindings']>): CertificateBinding {
  return {
    id: row.id,
    accountId: row.account_id,
    issuerKeyIdentifier: row.issuer_key_identifier,
    subjectSerialNumber: row.subject_serial_number,
    spkiSha256: row.spki_sha256,
    certificateSha256: row.certificate_sha256,
    certificateDer: row.certificate_der,
    notAfter: row.not_after,
    boundAt: row.bound_at,
  };
}
