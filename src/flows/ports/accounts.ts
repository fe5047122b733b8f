import type { Account, AccountState, GatewayRole } from '../../accounts/account.ts';
import type { Scope } from '../../accounts/authority.ts';
import type { BindingKey, CertificateBinding } from '../../accounts/certificate-binding.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { Person, PersonContact } from '../../accounts/person.ts';
import type { GrantState, SystemGrant } from '../../accounts/system-grant.ts';
import type { Access } from '../../policy/decision.ts';

/** A key that opens or has opened an account. */
export type BoundKey = Pick<CertificateBinding, 'spkiSha256' | 'subjectSerialNumber' | 'certificateDer'>;

/** Which accounts to list. Every condition that is given must hold; `scope` always does. */
export interface AccountFilter {
  /** On whose behalf the list is made: nothing outside is seen or counted. */
  readonly scope: Scope;
  readonly organisationId?: string;
  readonly unitId?: string;
  readonly states?: readonly AccountState[];
  readonly role?: GatewayRole;
  /** Has a live grant in this system, whatever its term. */
  readonly systemId?: string;
  /** Part of the login name or of the person's name; case does not matter. */
  readonly text?: string;
  /** Last login, or where there was none the day of issue, is before this instant. */
  readonly idleSince?: Date;
}

export interface AccountPage {
  /** By login name, in the order of bytes. */
  readonly accounts: readonly Account[];
  /** How many there are in all. */
  readonly total: number;
}

/** Reads of accounts; also usable inside a change, where they see its own writes. */
export interface AccountReader {
  /** The live binding of this key, whatever its account's state. */
  findBinding(key: BindingKey): Promise<CertificateBinding | undefined>;
  /** Live bindings of cards of this subject (hex of its serialNumber): one person's, whatever the account. */
  listBindingsOfSubject(subjectSerialNumber: string): Promise<CertificateBinding[]>;
  /** The account with all its grants, ended ones too. */
  findAccess(accountId: string): Promise<Access | undefined>;
  findAccount(id: string): Promise<Account | undefined>;
  findAccountByLoginName(loginName: string): Promise<Account | undefined>;
  /** The person's account that is not deleted. */
  findLiveAccountOf(personId: string): Promise<Account | undefined>;
  findPerson(id: string): Promise<Person | undefined>;
  findOrganisation(id: string): Promise<Organisation | undefined>;
  findOrganisationByCode(code: string): Promise<Organisation | undefined>;
  /** By code. */
  listOrganisations(): Promise<Organisation[]>;
  findUnit(id: string): Promise<Unit | undefined>;
  /** By organisation and code; all of them without an argument. */
  listUnits(organisationId?: string): Promise<Unit[]>;
  /** Live bindings of an account, newest first. */
  listBindings(accountId: string): Promise<CertificateBinding[]>;
  /** Whether a card was ever bound to the account, ended bindings too: it was activated once. */
  hasHadCard(accountId: string): Promise<boolean>;
  /** The keys of every certificate ever bound, ended bindings too; in no order. */
  listBoundKeys(): Promise<BoundKey[]>;
  /** By login name; deleted ones too. */
  listAccounts(): Promise<Account[]>;
  /** A page of the accounts that fit, at most 500. */
  findAccounts(filter: AccountFilter, page: { readonly offset: number; readonly limit: number }): Promise<AccountPage>;
  countAccounts(): Promise<number>;
  /** Deputyships in which the account is principal or deputy, newest first, ended ones too. */
  listDeputyships(accountId: string): Promise<Deputyship[]>;
}

/** Writes of accounts, inside a change only. A broken uniqueness rule throws `UniquenessFault`. */
export interface AccountWriter {
  insertOrganisation(organisation: Organisation): Promise<void>;
  insertUnit(unit: Unit): Promise<void>;
  renameOrganisation(id: string, name: string): Promise<void>;
  renameUnit(id: string, name: string): Promise<void>;
  /** What is not given is not known. */
  insertPerson(person: Pick<Person, 'id' | 'name'> & Partial<Person>): Promise<void>;
  setPersonContact(personId: string, contact: PersonContact): Promise<void>;
  setPersonIdentity(personId: string, identity: Pick<Person, 'name' | 'idLastFour'>): Promise<void>;
  insertAccount(account: Account): Promise<void>;
  insertGrant(grant: SystemGrant): Promise<void>;
  setGrantState(grantId: string, state: GrantState): Promise<void>;
  insertBinding(binding: CertificateBinding): Promise<void>;
  endBinding(bindingId: string, at: Date): Promise<void>;
  /** Its dormancy warning is void from then on: a warning speaks of one stretch of being in use (D1-100). */
  setAccountState(accountId: string, state: AccountState): Promise<void>;
  setUnit(accountId: string, unitId: string | null): Promise<void>;
  setRoles(accountId: string, roles: readonly GatewayRole[]): Promise<void>;
  setLastLogin(accountId: string, at: Date): Promise<void>;
  /** Replaces the certificate of a binding by a newer one over the same key. */
  renewBinding(
    bindingId: string,
    certificate: Pick<CertificateBinding, 'certificateSha256' | 'certificateDer' | 'notAfter'>,
  ): Promise<void>;
  insertDeputyship(deputyship: Deputyship): Promise<void>;
  endDeputyship(id: string, at: Date): Promise<void>;
}
