import {
  CompiledQuery,
  PGliteAdapter,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { UniquenessFault } from '../../flows/ports.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { ConnectionFault, StatementFault } from './faults.ts';
import type { SqlConnection, SqlSource } from './sql-source.ts';

/** Lets kysely speak to either source; errors and values come out the same. */
export function createSqlDialect(source: SqlSource): Dialect {
  return {
    createDriver: () => new SourceDriver(source),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    // PGlite's adapter takes no advisory lock for migrations: the folder is ours alone and has one connection.
    createAdapter: () => (source.kind === 'embedded' ? new PGliteAdapter() : new PostgresAdapter()),
    createIntrospector: database => new PostgresIntrospector(database),
  };
}

class SourceDriver implements Driver {
  readonly #source: SqlSource;

  constructor(source: SqlSource) {
    this.#source = source;
  }

  async init(): Promise<void> {
    // Connections are made when they are first asked for.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SourceConnection(await this.#source.acquire());
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel === undefined ? '' : ` isolation level ${settings.isolationLevel}`;
    await connection.executeQuery(CompiledQuery.raw(`start transaction${level}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    // PostgreSQL answers the commit of a transaction that has failed with success and the tag ROLLBACK.
    const tag = await ownConnection(connection).execute('commit', []);
    if (tag.command !== 'COMMIT') throw new StatementFault('25P02', 'The transaction had failed and was undone.', null);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await ownConnection(connection).rollback();
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    ownConnection(connection).release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.#source.close();
  }
}

class SourceConnection implements DatabaseConnection {
  readonly #connection: SqlConnection;
  #isBroken = false;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.execute(query.sql, query.parameters);
    // The one place where rows get their type: the table types of schema.ts, which the contract suite holds to.
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.affectedRows) };
  }

  streamQuery(): never {
    throw new Error('The store is never read as a stream.');
  }

  async execute(statement: string, parameters: readonly unknown[]) {
    try {
      return await this.#connection.query(statement, parameters);
    } catch (error) {
      if (error instanceof ConnectionFault) this.#isBroken = true;
      if (error instanceof StatementFault && error.sqlState === '23505' && error.constraint !== null) {
        throw new UniquenessFault(error.constraint, error);
      }
      throw error;
    }
  }

  /** Never throws: a connection on which even this fails is thrown away, and the store undoes what it had begun. */
  async rollback(): Promise<void> {
    try {
      await this.execute('rollback', []);
    } catch (error) {
      if (!(error instanceof StoreFault) && !(error instanceof StatementFault)) throw error;
      this.#isBroken = true;
    }
  }

  release(): void {
    this.#connection.release(this.#isBroken);
  }
}

function ownConnection(connection: DatabaseConnection): SourceConnection {
  if (!(connection instanceof SourceConnection)) throw new TypeError('A connection of another dialect.');
  return connection;
}
