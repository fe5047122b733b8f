import { isIPv4 } from 'node:net';
import { UnusableDatabaseFault } from './faults.ts';

/** How to recognise the server, and how to be recognised by it. All PEM. */
export interface PostgresqlTls {
  /** Authorities of the server's certificate; the system's own when absent. */
  readonly ca?: string;
  /** The gateway's certificate and key, where the server asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

export interface PostgresqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false | (PostgresqlTls & { readonly rejectUnauthorized: true });
}

/**
 * Reads the address of a PostgreSQL database.
 *
 * A URL parameter such as `sslmode=no-verify` can quietly undo what the configuration says, so there are none: TLS is
 * configured beside the URL, and the server's name is always verified. Off this machine's loopback there is no way
 * without TLS.
 *
 * @throws UnusableDatabaseFault, whose message never holds the password
 */
export function parsePostgresqlAddress(text: string, tls: PostgresqlTls | undefined): PostgresqlAddress {
  if (!URL.canParse(text)) throw new UnusableDatabaseFault('The address of PostgreSQL is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:') {
    throw new UnusableDatabaseFault('The address of PostgreSQL must begin with postgresql://');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UnusableDatabaseFault('The address of PostgreSQL takes no parameters; TLS is configured beside it.');
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (url.hostname === '' || url.username === '' || database === '') {
    throw new UnusableDatabaseFault('The address of PostgreSQL needs a user, a host and a database.');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (tls === undefined && !isLoopback(host)) {
    throw new UnusableDatabaseFault(`PostgreSQL on ${host} is not on this machine: TLS must be configured for it.`);
  }
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    ssl: tls === undefined ? false : { ...tls, rejectUnauthorized: true },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
