import type { Logger } from 'pino';
import { createMemoryAddressLimiter, createRedisAddressLimiter } from './adapters/limits/address-limiter.ts';
import { createMemoryEphemeralStore } from './adapters/memory/ephemeral-store.ts';
import { createMemorySessionStore } from './adapters/memory/session-store.ts';
import { openRedis, type RedisConnection } from './adapters/redis/connection.ts';
import type { RedisSettings } from './adapters/redis/connection-options.ts';
import { createRedisEphemeralStore } from './adapters/redis/ephemeral-store.ts';
import { createRedisSessionStore } from './adapters/redis/session-store.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayContext } from './flows/gateway-context.ts';
import type { AddressLimiter } from './flows/ports/address-limiter.ts';
import { openSharedSessions } from './flows/sessions/shared-sessions.ts';
import { PROCESS_TIMERS } from './flows/sessions/watch-ends.ts';
import { createSessionClock } from './sessions/process-clock.ts';
import type { SessionLimits } from './sessions/session.ts';

/** Everything that lives for hours at most: in this process, or in the Redis that all nodes share. */
export interface SessionStores extends Pick<GatewayContext, 'sessions' | 'ephemeral' | 'limits'> {
  /** Sessions outlive this process. */
  readonly areShared: boolean;
  /** Other limits for what is judged from now on; how long one may be idle is settled when a session begins. */
  renewSessionLimits(limits: SessionLimits): void;
  /** Counts by other limits. */
  limitAddresses(limits: GatewayConfig['limits']): AddressLimiter;
  /** The clock that sessions are reckoned by, milliseconds since the epoch; null where it has not been told yet. */
  readonly sessionClock: () => number | null;
  /** Before the database is closed. */
  close(): Promise<void>;
}

interface SessionStoreParts extends Pick<GatewayContext, 'clock' | 'database'> {
  readonly log: Logger;
  /** Sessions of this process alone are served while it does not throw. @throws StoreFault */
  readonly requireRight: () => void;
  /** The clock of sessions has jumped by more than two seconds; negative: back. */
  readonly onClockJump: (jumpMs: number) => void;
}

/** The limits of sessions, for stores that read them anew with every judgement. */
function renewable(first: SessionLimits): SessionLimits & { readonly renew: (next: SessionLimits) => void } {
  let current = first;
  return {
    get idleMs() {
      return current.idleMs;
    },
    get lifetimeMs() {
      return current.lifetimeMs;
    },
    get concurrent() {
      return current.concurrent;
    },
    renew: next => void (current = next),
  };
}

/** @throws StoreFault when Redis does not come up in time; UnusableRedisFault where it is not fit for this */
export async function openSessionStores(config: GatewayConfig, parts: SessionStoreParts): Promise<SessionStores> {
  return config.redis === undefined ? openInProcess(config, parts) : openInRedis(config, config.redis, parts);
}

function openInProcess(config: GatewayConfig, { onClockJump, requireRight }: SessionStoreParts): SessionStores {
  const ephemeral = createMemoryEphemeralStore({ now: Date.now });
  const now = createSessionClock(onClockJump, { wall: () => Date.now(), monotonic: () => performance.now() });
  const limits = renewable(config.sessions);
  const sessions = createMemorySessionStore({
    now,
    limits,
    portalHost: config.portal.host,
    requireRight,
  });
  return {
    sessions,
    ephemeral,
    limits: createMemoryAddressLimiter(config.limits),
    areShared: false,
    renewSessionLimits: limits.renew,
    limitAddresses: createMemoryAddressLimiter,
    sessionClock: now,
    close() {
      sessions.stop();
      ephemeral.stop();
      return Promise.resolve();
    },
  };
}

async function openInRedis(
  config: GatewayConfig,
  settings: RedisSettings,
  { clock, database, log, onClockJump }: SessionStoreParts,
): Promise<SessionStores> {
  const connection = await openRedis(settings, {
    onAway: reason => log.error({ reason }, 'Redis cannot be reached; nobody is served until it can.'),
    onBack: () => log.info({}, 'Redis can be reached again.'),
    onWarning: warning => log.warn({ warning }, 'Redis is not set up as it should be.'),
    onClockJump,
  });
  const now = (): number => clock.now().getTime();
  const limits = renewable(config.sessions);
  const store = createRedisSessionStore(connection, { limits, portalHost: config.portal.host, now });
  const sessions = await openSharedSessions({
    store,
    records: database.sessions,
    clock,
    timers: PROCESS_TIMERS,
    lifetimeMs: config.sessions.lifetimeMs,
    onProblem: err => {
      if (err === undefined) log.info({}, 'The recorded ends of sessions can be read again.');
      else log.error({ err }, 'The recorded ends of sessions cannot be read; nobody is served until they can.');
    },
  });
  return {
    sessions,
    ephemeral: createRedisEphemeralStore(connection, { now }),
    limits: createRedisAddressLimiter(config.limits, limiterStore(connection)),
    areShared: true,
    renewSessionLimits: limits.renew,
    limitAddresses: next => createRedisAddressLimiter(next, limiterStore(connection)),
    sessionClock: () => connection.reckonClock(),
    async close() {
      await sessions.stop();
      store.close();
      connection.close();
    },
  };
}

function limiterStore({ client, settings: { keyPrefix } }: RedisConnection) {
  return { client, keyPrefix };
}
