import { randomBytes } from 'node:crypto';
import {
  openRedis,
  RedisConnection,
  redisScript,
  type RedisEvents,
  type RedisScript,
} from '../../src/adapters/redis/connection.ts';
import type { RedisSettings } from '../../src/adapters/redis/connection-options.ts';
import type { PrivateRedis } from './redis.ts';

/** How a node of a test reaches it, in a keyspace that no other test shares. */
export function settingsFor(redis: PrivateRedis, changes: Partial<RedisSettings> = {}): RedisSettings {
  return {
    server: { host: redis.host, port: redis.port },
    password: redis.password,
    ...(redis.ca === null ? {} : { tls: { ca: redis.ca } }),
    keyPrefix: `${randomBytes(4).toString('hex')}:`,
    ...changes,
  };
}

/** What a connection told, in the order of it. */
export interface Told {
  readonly events: RedisEvents;
  readonly states: string[];
  readonly warnings: string[];
  readonly jumps: number[];
}

export function listenIn(): Told {
  const [states, warnings, jumps]: [string[], string[], number[]] = [[], [], []];
  const events: RedisEvents = {
    onAway: () => states.push('away'),
    onBack: () => states.push('back'),
    onWarning: warning => warnings.push(warning),
    onClockJump: jumpMs => jumps.push(jumpMs),
  };
  return { events, states, warnings, jumps };
}

/** Opens a node's connection; what it tells goes nowhere. */
export function connect(settings: RedisSettings, monotonic?: () => number): Promise<RedisConnection> {
  return openRedis(settings, listenIn().events, monotonic);
}

/** A clock in the test's hand, for Redis and for the nodes that ask it. */
export class StillClock {
  /** What Redis' own clock says, milliseconds since the epoch. */
  redisMs = Date.UTC(2026, 2, 1);
  /** The nodes' monotonic clock. */
  monotonicMs = 1_000;

  /** Lets time pass: both move together. */
  advance(milliseconds: number): void {
    this.redisMs += milliseconds;
    this.monotonicMs += milliseconds;
  }
}

/** A connection to a real Redis whose `TIME` says what the test wants; nothing else is different. */
class StillConnection extends RedisConnection {
  readonly #clock: StillClock;

  constructor(settings: RedisSettings, events: RedisEvents, clock: StillClock) {
    super(settings, events, () => clock.monotonicMs);
    this.#clock = clock;
  }

  override run(script: RedisScript, args: readonly (string | number)[]): Promise<readonly unknown[]> {
    const time = '{math.floor(ARGV[#ARGV] / 1000), ARGV[#ARGV] % 1000 * 1000}';
    const still = redisScript(script.lua.replace("redis.call('TIME')", time));
    return super.run(still, [...args, this.#clock.redisMs]);
  }
}

/** Opens a connection that goes by the test's clock. */
export async function connectStill(
  settings: RedisSettings,
  clock: StillClock,
  events: RedisEvents = listenIn().events,
): Promise<RedisConnection> {
  const connection = new StillConnection(settings, events, clock);
  await connection.open();
  return connection;
}
