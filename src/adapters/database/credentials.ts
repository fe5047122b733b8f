import type { Kysely, Transaction } from 'kysely';
import type { CredentialChanges, CredentialReader } from '../../flows/ports/credentials.ts';
import type { Tables } from './schema.ts';

export class CredentialReads implements CredentialReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }
}

export class CredentialWrites extends CredentialReads implements CredentialChanges {}
