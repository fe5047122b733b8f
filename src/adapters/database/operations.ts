import type { Kysely, Transaction } from 'kysely';
import type { OperationChanges, OperationReader } from '../../flows/ports/operations.ts';
import type { Tables } from './schema.ts';

export class OperationReads implements OperationReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }
}

export class OperationWrites extends OperationReads implements OperationChanges {}
