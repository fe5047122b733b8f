import pg from 'pg';
import { ConnectionFault, faultOf } from './faults.ts';
import { parsePostgresqlAddress, type PostgresqlTls } from './postgresql-address.ts';
import { ACQUIRE_DEADLINE_MS, STATEMENT_DEADLINE_MS, type SqlConnection, type SqlSource } from './sql-source.ts';

export interface PostgresqlSourceOptions {
  /** `postgresql://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** Must be given unless the host is this machine's loopback. */
  readonly tls?: PostgresqlTls;
  /** Connections at most, default 10: a node's changes are short, and PostgreSQL allows 100 to all nodes together. */
  readonly poolSize?: number;
  /** Default: the deadline of the port. */
  readonly statementDeadlineMs?: number;
}

/** The client waits this much longer than the server, whose own answer says more. */
const NETWORK_GRACE_MS = 2_000;

/** A transaction whose owner is silent holds locks that others wait for. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * A pool of connections to PostgreSQL. Connects when first asked.
 *
 * @throws UnusableDatabaseFault when the address is not one that may be used
 */
export function openPostgresqlSource(options: PostgresqlSourceOptions): SqlSource {
  const deadlineMs = options.statementDeadlineMs ?? STATEMENT_DEADLINE_MS;
  const pool = new pg.Pool({
    ...parsePostgresqlAddress(options.url, options.tls),
    application_name: 'moica-gateway',
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: ACQUIRE_DEADLINE_MS,
    statement_timeout: deadlineMs,
    query_timeout: deadlineMs + NETWORK_GRACE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    // Whatever the role's own settings are, instants come in a form that is parsed without a zone table.
    options: '-c DateStyle=ISO -c TimeZone=UTC',
    types: createTypes(),
  });
  // Of a connection that dies while nobody uses it; the pool has dropped it already, and the next borrower gets a new one.
  pool.on('error', () => undefined);

  return {
    kind: 'postgresql',
    acquire: async () => {
      try {
        return borrow(await pool.connect());
      } catch (error) {
        throw new ConnectionFault('PostgreSQL cannot be reached.', { cause: error });
      }
    },
    close: () => pool.end(),
  };
}

/** Values as {@link SqlResult} has them, where the driver's own choice is another. */
function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, toSafeInteger);
  // A day has no zone; as a Date it would get the server's.
  types.setTypeParser(pg.types.builtins.DATE, text => text);
  types.setTypeParser(pg.types.builtins.BYTEA, parseBytea);
  return types;
}

function borrow(client: pg.PoolClient): SqlConnection {
  // The pool listens only while nobody uses the connection. The statement in progress fails with the same error.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  return {
    query: async (statement, parameters) => {
      try {
        const result = await client.query<Record<string, unknown>>(statement, [...parameters]);
        const isWrite = result.command !== 'SELECT';
        return { rows: result.rows, affectedRows: isWrite ? (result.rowCount ?? 0) : 0, command: result.command };
      } catch (error) {
        throw toFault(error);
      }
    },
    release: broken => {
      client.off('error', ignore);
      client.release(broken);
    },
  };
}

/**
 * SQLSTATEs after which a connection is of no more use: connection, operator's intervention, system; or it leads to a
 * server that takes no writes (25006), as one does that another has taken over from.
 */
const CONNECTION_LOST = /^(08|57P|58|25P03|25006)/;

function toFault(error: unknown): ReturnType<typeof faultOf> | ConnectionFault {
  if (error instanceof pg.DatabaseError && error.code !== undefined && !CONNECTION_LOST.test(error.code)) {
    return faultOf(error.code, error.message, error.constraint ?? null);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectionFault(`PostgreSQL did not answer: ${message}`);
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A number of the store is beyond 2^53.');
  return value;
}

/** PostgreSQL 9.0 and later write bytea as `\x` and hex; a plain Uint8Array, as PGlite gives. */
function parseBytea(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new TypeError('bytea_output of the store is not hex.');
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}
