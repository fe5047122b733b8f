import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import type { Account } from '../../../src/accounts/account.ts';
import type { RedisConnection } from '../../../src/adapters/redis/connection.ts';
import type { RedisSettings } from '../../../src/adapters/redis/connection-options.ts';
import { createRedisSessionStore, type RedisSessionStore } from '../../../src/adapters/redis/session-store.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import type { Database } from '../../../src/flows/ports.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { openSharedSessions, type SharedSessions } from '../../../src/flows/sessions/shared-sessions.ts';
import type { AuthenticationMethod, Session, SessionLimits } from '../../../src/sessions/session.ts';
import { HandTimers } from '../../flows/sessions/hand-timers.ts';
import { connectStill, settingsFor, StillClock } from '../../support/redis-stand.ts';
import type { PrivateRedis } from '../../support/redis.ts';
import type { TestContext } from '../../support/gateway-context.ts';

export const PORTAL = 'portal.gateway.test';
export const LIMITS: SessionLimits = {
  idleMs: 20_000,
  lifetimeMs: 90_000,
  concurrent: { account: 3, card: 2, 'card-tls': 2, 'one-day-password': 1 },
};

/** One gateway's stores: its own connections and its own knowledge of ends, on the Redis and the database of all. */
interface Node {
  readonly timers: HandTimers;
  readonly connection: RedisConnection;
  readonly store: RedisSessionStore;
  readonly shared: SharedSessions;
  /** Kept from reading the database's ends. */
  isBlind: boolean;
}

/** Two nodes whose time passes when the test says so. */
export class TwoNodes {
  readonly #base: TestContext;
  readonly #settings: RedisSettings;
  readonly #clock = new StillClock();
  readonly #nodes: Node[] = [];
  /** Nobody can read or write the database, nor learn of ends from it. */
  isDatabaseAway = false;
  /** What Redis had when it was last copied to the replica; by key. */
  #replica = new Map<string, Buffer>();

  private constructor(base: TestContext, redis: PrivateRedis) {
    this.#base = base;
    this.#settings = settingsFor(redis);
  }

  static async open(base: TestContext, redis: PrivateRedis): Promise<TwoNodes> {
    const world = new TwoNodes(base, redis);
    for (let node = 0; node < 2; node += 1) world.#nodes.push(await world.#openNode());
    return world;
  }

  /** Of the world, milliseconds; every clock goes with it unless it is set. */
  get nowMs(): number {
    return this.#clock.monotonicMs;
  }

  /** As it is, whoever is kept from it. */
  get database(): Database {
    return this.#base.context.database;
  }

  context(node: number): GatewayContext {
    const database = this.isDatabaseAway ? withoutAnswers(this.database) : this.database;
    return { ...this.#base.context, database, sessions: this.#at(node).shared };
  }

  /** A session as a login commits it; to be opened. */
  async commitLogin(account: Account, method: AuthenticationMethod): Promise<Session> {
    const session: Session = {
      reference: randomUUID(),
      accountId: account.id,
      method,
      authenticatedAt: this.#base.context.clock.now(),
      certificateSha256: method === 'one-day-password' ? null : randomBytes(32).toString('hex'),
      endsAt: null,
      clientAddress: '192.0.2.1',
    };
    await this.#base.commit(changes => changes.sessions.insertSession(session));
    return session;
  }

  /** Lets time pass, in steps short enough for every look at the recorded ends to come when it is due. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 500) {
      const step = Math.min(500, left);
      this.#clock.advance(step);
      this.#base.advance(step);
      for (const { timers } of this.#nodes) timers.pass(step);
      for (const { timers } of this.#nodes) await until(() => timers.waiting > 0);
      await this.#askByAll();
    }
  }

  /** Every node asks Redis more than once a second, whatever people do. */
  async #askByAll(): Promise<void> {
    for (const { store } of this.#nodes) await store.sweep();
  }

  setBlind(node: number, isBlind: boolean): void {
    this.#at(node).isBlind = isBlind;
  }

  /** Redis' own clock is set back: its machine's, or that of a server that took over. */
  async setRedisBack(milliseconds: number): Promise<void> {
    this.#clock.redisMs -= milliseconds;
    await this.#askByAll();
  }

  /** The replica has everything up to now. */
  async copyToReplica(): Promise<void> {
    const { client } = this.#at(0).connection;
    this.#replica = new Map();
    for (const key of await this.#keys(client)) {
      // no key goes away meanwhile: nobody else is here
      this.#replica.set(key.toString('latin1'), await client.dumpBuffer(key));
    }
  }

  /** The master is lost with everything that the replica does not have, and the replica takes its place. */
  async failOver(): Promise<void> {
    const { client } = this.#at(0).connection;
    const keys = await this.#keys(client);
    if (keys.length > 0) await client.del(...keys);
    for (const [key, dump] of this.#replica) await client.restore(Buffer.from(key, 'latin1'), 0, dump);
    await this.#askByAll();
  }

  /** The process is killed and another started: what it knew is gone. */
  async restart(node: number): Promise<void> {
    await this.#closeNode(this.#at(node));
    this.#nodes[node] = await this.#openNode();
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) await this.#closeNode(node);
  }

  async #openNode(): Promise<Node> {
    const connection = await connectStill(this.#settings, this.#clock);
    const timers = new HandTimers();
    const store = createRedisSessionStore(connection, {
      limits: LIMITS,
      portalHost: PORTAL,
      now: () => this.#base.context.clock.now().getTime(),
    });
    const eyes = { isBlind: false };
    const shared = await openSharedSessions({
      store,
      records: seenThrough(() => !eyes.isBlind && !this.isDatabaseAway, this.database),
      clock: this.#base.context.clock,
      timers,
      lifetimeMs: LIMITS.lifetimeMs,
      onProblem: () => undefined,
    });
    await until(() => store.isCurrent());
    return Object.assign(eyes, { timers, connection, store, shared });
  }

  async #closeNode({ shared, store, connection }: Node): Promise<void> {
    await shared.stop();
    store.close();
    connection.close();
    if (connection.client.status !== 'end') await once(connection.client, 'end');
  }

  #at(node: number): Node {
    const found = this.#nodes[node];
    if (found === undefined) throw new RangeError('There are two nodes.');
    return found;
  }

  #keys(client: Redis): Promise<Buffer[]> {
    return client.keysBuffer(`${this.#settings.keyPrefix}*`);
  }
}

function seenThrough(canSee: () => boolean, { sessions }: Database) {
  return {
    listEndsAfter: (...of: Parameters<typeof sessions.listEndsAfter>) =>
      canSee() ? sessions.listEndsAfter(...of) : away(),
  };
}

function withoutAnswers(database: Database): Database {
  return Object.create(database, {
    change: { value: away },
    record: { value: away },
    sessions: { value: { ...database.sessions, findSession: away, findSessions: away } },
  }) as Database;
}

function away(): Promise<never> {
  return Promise.reject(new StoreFault('The test keeps this node from the database.'));
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('This does not come about.');
    await new Promise(resolve => setImmediate(resolve));
  }
}
