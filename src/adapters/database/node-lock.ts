import { Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { ConnectionFault } from './faults.ts';
import { parsePostgresqlAddress, type PostgresqlTls } from './postgresql-address.ts';
import { ACQUIRE_DEADLINE_MS, STATEMENT_DEADLINE_MS } from './sql-source.ts';

export interface NodeLockOptions {
  readonly url: string;
  readonly tls?: PostgresqlTls;
  /** `one-of-many`: beside others of that kind. `alone`: beside nobody, as its sessions are its own. */
  readonly mode: 'alone' | 'one-of-many';
  /** How long a start waits for another node to go. */
  readonly waitMs?: number;
  /** It is not held any more, or still not but for another reason; told once for each. */
  readonly onLost: (reason: unknown) => void;
  /** Runs before it counts as held again: somebody else may have held it meanwhile. @param lostMs wall clock */
  readonly onRegained: (lostMs: number) => Promise<void>;
}

/** A node's right to serve on a PostgreSQL. */
export interface NodeLock {
  /** @throws StoreFault while it is not held, or not known to be */
  requireHeld(): void;
  release(): Promise<void>;
}

/** Another node serves, and this one cannot beside it. */
export class NodeLockFault extends StoreFault {
  override readonly name = 'NodeLockFault';
}

/** "moica" and "node" as two int4: advisory locks of this database that nobody else uses. */
const KEYS = [0x6d_6f_69_63, 0x6e_6f_64_65] as const;

const TRY_AGAIN_MS = 250;
const CHECK_EVERY_MS = 1_000;

/** A check that hangs ends within its deadline; a process that was stopped for longer has to check first. */
const KNOWN_FOR_MS = CHECK_EVERY_MS + STATEMENT_DEADLINE_MS + 1_000;

/**
 * Takes it for the life of this process: an advisory lock on a connection of its own, which PostgreSQL frees with that
 * connection, however the process ends. Lost with the connection, it is taken again, and until then is not held.
 *
 * @throws NodeLockFault   when another node does not go in time; says which, and what to do
 * @throws ConnectionFault PostgreSQL cannot be reached
 */
export async function takeNodeLock(options: NodeLockOptions): Promise<NodeLock> {
  const lock = new ConnectionLock(options);
  const deadline = performance.now() + (options.waitMs ?? 10_000);
  for (;;) {
    try {
      await lock.begin();
      return lock;
    } catch (error) {
      if (!(error instanceof NodeLockFault) || performance.now() > deadline) throw error;
    }
    await pause(TRY_AGAIN_MS);
  }
}

/** Can be given up at once, whether the server answers or not. */
class Connection extends pg.Client {
  readonly #socket: Socket;

  constructor(options: pg.ClientConfig, socket = new Socket()) {
    super({ ...options, stream: () => socket });
    this.#socket = socket;
  }

  letProcessEnd(): void {
    this.#socket.unref();
  }

  async close(): Promise<void> {
    await Promise.race([this.end().catch(() => undefined), pause(1_000, undefined, { ref: false })]);
    this.#socket.destroy();
  }
}

class ConnectionLock implements NodeLock {
  readonly #options: NodeLockOptions;
  /** The connection that holds it. */
  #client: Connection | undefined;
  #isHeld = false;
  #checkedMs = 0;
  #fault: Error | undefined;
  #lostMs = 0;
  #isReleased = false;
  #wake = new AbortController();
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: NodeLockOptions) {
    this.#options = options;
  }

  requireHeld(): void {
    if (this.#isHeld && performance.now() - this.#checkedMs <= KNOWN_FOR_MS) return;
    throw new StoreFault(`This node has lost its right to serve. ${this.#fault?.message ?? ''}`.trim());
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#wake.abort();
    await this.#keeping;
    this.#isHeld = false;
    await this.#client?.close();
  }

  async begin(): Promise<void> {
    await this.#take();
    this.#isHeld = true;
    this.#keeping = this.#keep();
  }

  /** Nothing is left open when it fails. */
  async #take(): Promise<Connection> {
    const { url, tls, mode } = this.#options;
    const client = new Connection({
      ...parsePostgresqlAddress(url, tls),
      // What another node tells of this one.
      application_name: `moica-gateway on ${hostname()}`.slice(0, 63),
      connectionTimeoutMillis: ACQUIRE_DEADLINE_MS,
      query_timeout: STATEMENT_DEADLINE_MS,
      keepAlive: true,
    });
    const lose = (error?: Error): void =>
      this.#lose(client, error ?? new ConnectionFault('The connection was closed.'));
    client.on('error', lose).on('end', () => lose());
    const beganMs = performance.now();
    try {
      await client.connect();
      const kind = mode === 'alone' ? '' : '_shared';
      const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock${kind}($1, $2) as taken`, [
        ...KEYS,
      ]);
      if (rows[0]?.taken !== true) throw new NodeLockFault(await describeRefusal(client, mode));
      await requirePrimary(client);
    } catch (error) {
      await client.close();
      throw error instanceof StoreFault ? error : toFault(error);
    }
    // It keeps no process running: a start that fails for another reason ends.
    client.letProcessEnd();
    this.#client = client;
    this.#checkedMs = beganMs;
    return client;
  }

  async #keep(): Promise<void> {
    for (;;) {
      await pause(CHECK_EVERY_MS, undefined, { ref: false, signal: this.#wake.signal }).catch(() => undefined);
      if (this.#isReleased) return;
      this.#wake = new AbortController();
      if (this.#client === undefined) await this.#takeAgain();
      else await this.#check(this.#client);
    }
  }

  async #check(client: Connection): Promise<void> {
    const beganMs = performance.now();
    try {
      await requirePrimary(client);
      this.#checkedMs = beganMs;
    } catch (error) {
      this.#lose(client, toFault(error));
      await client.close();
    }
  }

  async #takeAgain(): Promise<void> {
    let client: Connection | undefined;
    try {
      client = await this.#take();
      await this.#options.onRegained(this.#lostMs);
      // The connection may have gone meanwhile.
      if (this.#client !== client) return;
      this.#isHeld = true;
      this.#fault = undefined;
    } catch (error) {
      this.#client = undefined;
      this.#tell(toFault(error));
      await client?.close();
    }
  }

  /** Of the connection that holds it; of any other it says nothing. */
  #lose(client: Connection, fault: Error): void {
    if (this.#client !== client || this.#isReleased) return;
    this.#client = undefined;
    if (this.#isHeld) this.#lostMs = Date.now() - (performance.now() - this.#checkedMs);
    this.#isHeld = false;
    this.#tell(toFault(fault));
    this.#wake.abort();
  }

  #tell(fault: StoreFault): void {
    const isNews = this.#fault?.name !== fault.name;
    this.#fault = fault;
    if (isNews) this.#options.onLost(fault);
  }
}

/** A server that another has taken over from keeps its locks, and they mean nothing. */
async function requirePrimary(client: Connection): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
  if (rows[0]?.standby !== false) throw new ConnectionFault('PostgreSQL is a standby.');
}

async function describeRefusal(client: Connection, mode: NodeLockOptions['mode']): Promise<string> {
  const { rows } = await client.query<{ holder: string; mode: string }>(
    `select distinct mode, coalesce(application_name, '?') || coalesce(' (' || host(client_addr) || ')', '') as holder
       from pg_locks left join pg_stat_activity using (pid)
      where locktype = 'advisory' and granted and objsubid = 2 and classid = $1::int8::oid and objid = $2::int8::oid
        and pg_locks.database = (select oid from pg_database where datname = current_database())`,
    [...KEYS],
  );
  const holders = rows.map(({ holder }) => holder).join(', ') || 'one that is just ending';
  if (mode === 'one-of-many') {
    return `A node without "redis" serves on this PostgreSQL: ${holders}. Stop it, or configure "redis" there as here.`;
  }
  const isAlone = rows.some(row => row.mode === 'ExclusiveLock');
  return `Without "redis" a node must be the only one on its PostgreSQL, and another serves: ${holders}. ${
    isAlone ? 'Stop it, or configure "redis" on both' : 'Configure the same "redis" here'
  }.`;
}

/** The driver's own errors may hold more than an operator's log should: only what they say is kept. */
function toFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectionFault(`PostgreSQL cannot be reached: ${message}`);
}
