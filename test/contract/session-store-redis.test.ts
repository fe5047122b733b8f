import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { RedisConnection } from '../../src/adapters/redis/connection.ts';
import { createRedisSessionStore, type RedisSessionStore } from '../../src/adapters/redis/session-store.ts';
import { startRedis, type PrivateRedis } from '../support/redis.ts';
import { connectStill, settingsFor, StillClock } from '../support/redis-stand.ts';
import { describeSessionDeclarations } from './session-declarations.contract.ts';
import { describeSessionLimits } from './session-limits.contract.ts';
import { describeSessionStore, type CreateSessionStore } from './session-store.contract.ts';

const opened: { store: RedisSessionStore; connection: RedisConnection }[] = [];
afterEach(() => {
  for (const { store, connection } of opened.splice(0)) {
    store.close();
    connection.close();
  }
});

describe.each([
  ['Redis', false],
  ['Redis over TLS', true],
])('on %s', (name, tls) => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis({ tls });
  });
  afterAll(() => redis.stop());

  const create: CreateSessionStore = async options => {
    const clock = new StillClock();
    const connection = await connectStill(settingsFor(redis), clock);
    const store = createRedisSessionStore(connection, { ...options, now: () => clock.redisMs });
    opened.push({ store, connection });
    return {
      store,
      advance: milliseconds => clock.advance(milliseconds),
      sweep: () => store.sweep(),
      now: () => new Date(clock.redisMs),
    };
  };
  describeSessionStore(name, create);
  describeSessionDeclarations(name, create);
  describeSessionLimits(name, create);
});
