import type { Kysely, Transaction } from 'kysely';
import type { ApplicationChanges, ApplicationReader } from '../../flows/ports/applications.ts';
import type { Tables } from './schema.ts';

export class ApplicationReads implements ApplicationReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }
}

export class ApplicationWrites extends ApplicationReads implements ApplicationChanges {}
