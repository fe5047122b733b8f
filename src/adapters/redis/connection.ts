import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { StoreClock } from '../../sessions/store-clock.ts';
import { connectionOptions, type RedisSettings } from './connection-options.ts';
import { checkServer, UnusableRedisFault } from './server-check.ts';

export interface RedisEvents {
  /** It cannot be reached any more; told once until it is back. */
  readonly onAway: (reason: string) => void;
  readonly onBack: () => void;
  /** Something about the server that an operator should know. */
  readonly onWarning: (warning: string) => void;
  /** The store's clock jumped by more than two seconds (negative: back). */
  readonly onClockJump: (jumpMs: number) => void;
}

/** A script of ours. Its answer is `{told, now, …}` (see `CLOCK_LUA`). */
export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

export function redisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

const BEGIN_ANEW_MS = 500;

/** How long a start waits for Redis to come up beside it. */
const START_DEADLINE_MS = 5_000;

/** One node's way to Redis: a connection that asks, another that listens, and what the node knows of the store's clock. */
export class RedisConnection {
  readonly settings: RedisSettings;
  /** Asks. */
  readonly client: Redis;
  /** Listens; answers nothing but subscriptions. */
  readonly listener: Redis;
  readonly #clock = new StoreClock();
  readonly #monotonic: () => number;
  readonly #events: RedisEvents;
  #isClosed = false;

  constructor(settings: RedisSettings, events: RedisEvents, monotonic: () => number) {
    this.settings = settings;
    this.#events = events;
    this.#monotonic = monotonic;
    this.client = new Redis(connectionOptions(settings, 'asking'));
    this.listener = new Redis(connectionOptions(settings, 'listening'));
    // The other connection tells as much; without a listener ioredis would write to the console.
    this.listener.on('error', () => undefined);
    for (const client of [this.client, this.listener]) client.on('end', () => this.#beginAnew(client));
  }

  /** Connects, and from then on by itself. @throws StoreFault when Redis does not come up in time; UnusableRedisFault */
  async open(): Promise<void> {
    const reasons = this.#watch();
    const deadline = performance.now() + START_DEADLINE_MS;
    for (const client of [this.client, this.listener]) {
      client.connect().catch(() => undefined);
      while (client.status !== 'ready') {
        if (performance.now() > deadline) throw new StoreFault(`Redis cannot be reached: ${reasons.last}`);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
    (await checkServer(this.client)).forEach(this.#events.onWarning);
  }

  /**
   * Runs a script, in one round trip unless the server has not seen it before.
   *
   * @returns what it answers after `told` and `now`
   * @throws StoreFault when there is no answer in time, or none that makes sense: what was asked for may have happened
   */
  async run(script: RedisScript, args: readonly (string | number)[]): Promise<readonly unknown[]> {
    const sentMs = this.#monotonic();
    const all = [this.settings.keyPrefix, this.#clock.reckon(sentMs), ...args];
    const answer = await this.ask(client => evaluate(client, script, all));
    const receivedMs = this.#monotonic();
    const [toldMs, nowMs, ...rest]: readonly unknown[] = Array.isArray(answer) ? Array.from<unknown>(answer) : [];
    if (typeof toldMs !== 'number' || typeof nowMs !== 'number') {
      throw new StoreFault('Redis answered what no script of ours does.');
    }
    const jumpMs = this.#clock.observe({ sentMs, receivedMs, toldMs, nowMs });
    if (jumpMs !== 0) this.#events.onClockJump(jumpMs);
    return rest;
  }

  /** The earliest that the store's clock can be now, milliseconds since the epoch; null while nothing is known of it. */
  reckonClock(): number | null {
    return this.#clock.reckon(this.#monotonic()) || null;
  }

  /** @throws StoreFault for everything that goes wrong */
  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    try {
      return await question(this.client);
    } catch (error) {
      throw asStoreFault(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.client.disconnect();
    this.listener.disconnect();
  }

  /** ioredis gives up for good when it is interrupted while it asks Sentinels for the master; we never do. */
  #beginAnew(client: Redis): void {
    setTimeout(() => {
      if (!this.#isClosed && client.status === 'end') client.connect().catch(() => undefined);
    }, BEGIN_ANEW_MS).unref();
  }

  /** Tells of its going and coming, and remembers the last reason. */
  #watch(): { last: string } {
    const reasons = { last: 'no answer' };
    let isAway = false;
    this.client.on('error', (error: Error) => (reasons.last = firstLineOf(error)));
    this.client.on('sentinelError', (error: Error) => (reasons.last = firstLineOf(error)));
    this.client.on('close', () => {
      if (isAway || this.#isClosed) return;
      isAway = true;
      this.#events.onAway(reasons.last);
    });
    this.client.on('ready', () => {
      if (!isAway) return;
      isAway = false;
      reasons.last = 'the connection was closed';
      this.#events.onBack();
      void this.#checkAgain();
    });
    return reasons;
  }

  /** It may be another server now, such as a replica that took over. It is served from all the same, and told. */
  async #checkAgain(): Promise<void> {
    try {
      (await checkServer(this.client)).forEach(this.#events.onWarning);
    } catch (error) {
      // Any other: it is away again, and will be asked when it is back.
      if (error instanceof UnusableRedisFault) this.#events.onWarning(error.message);
    }
  }
}

/** Opens both connections. @throws see {@link RedisConnection.open}; nothing is left open then */
export async function openRedis(
  settings: RedisSettings,
  events: RedisEvents,
  /** Milliseconds on this process's monotonic clock. */
  monotonic: () => number = () => performance.now(),
): Promise<RedisConnection> {
  const connection = new RedisConnection(settings, events, monotonic);
  try {
    await connection.open();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function evaluate(client: Redis, script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
  try {
    return await client.evalsha(script.sha1, 0, ...args);
  } catch (error) {
    // The server has refused to run what it does not know: nothing has happened yet.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return client.eval(script.lua, 0, ...args);
    throw error;
  }
}

/** ioredis' own errors carry the command with all it was given, and a fault ends up in a log: only the first line is kept. */
function asStoreFault(error: unknown): StoreFault {
  return error instanceof StoreFault ? error : new StoreFault(`Redis could not be asked: ${firstLineOf(error)}`);
}

function firstLineOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
}
