import { z } from 'zod';
import type { EphemeralKind, EphemeralRecords, EphemeralStore } from '../../flows/ports/ephemeral-store.ts';
import { redisScript, type RedisConnection } from './connection.ts';
import { EPHEMERAL_RECORDS } from './ephemeral-records.ts';
import { FIND_LUA, PUT_LUA, TAKE_LUA } from './ephemeral-scripts.ts';

export interface RedisEphemeralOptions {
  /** Milliseconds since the epoch, on the clock that the flows reckon expiries with. */
  readonly now: () => number;
  /** Records kept of each kind. Default 25,000: four kinds of at most 2.5 KiB stay below 250 MB even when a stranger fills them. */
  readonly limit?: number;
}

const PUT = redisScript(PUT_LUA);
const FIND = redisScript(FIND_LUA);
const TAKE = redisScript(TAKE_LUA);

const found = z.tuple([z.string()]).transform(([text]) => text);

/**
 * The short-lived records of any number of nodes, in Redis.
 *
 * Each kind has its own room, and a full room drops what would expire next, as the one in memory does. Nodes' clocks need not
 * agree: a record's lifetime is what remains of it by the clock of whoever puts it, and passes on the store's one clock.
 */
export function createRedisEphemeralStore(connection: RedisConnection, options: RedisEphemeralOptions): EphemeralStore {
  const { now, limit = 25_000 } = options;
  return {
    async put(kind, key, value, expiresAt) {
      const remainingMs = Math.ceil(expiresAt.getTime() - now());
      await connection.run(PUT, [kind, key, JSON.stringify(value), remainingMs, limit]);
    },
    find: async (kind, key) => parseRecord(kind, await connection.run(FIND, [kind, key])),
    take: async (kind, key) => parseRecord(kind, await connection.run(TAKE, [kind, key])),
  };
}

/** Undefined for none, and for what this version would not have written. */
function parseRecord<K extends EphemeralKind>(kind: K, answer: unknown): EphemeralRecords[K] | undefined {
  const text = found.safeParse(answer).data;
  if (text === undefined) return undefined;
  const schema: z.ZodType<EphemeralRecords[K]> = EPHEMERAL_RECORDS[kind];
  return schema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
