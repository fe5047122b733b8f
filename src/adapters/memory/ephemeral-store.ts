import type { EphemeralKind, EphemeralRecords, EphemeralStore } from '../../flows/ports/ephemeral-store.ts';
import { inOneStep } from './in-one-step.ts';

export interface MemoryEphemeralOptions {
  /** Milliseconds since the epoch, on the clock that the flows reckon expiries with. */
  readonly now: () => number;
  /**
   * Records kept of each kind. Default 25,000: four kinds of at most 2.5 KiB (a return path is 2 KiB) stay below
   * 250 MB even when a stranger fills them.
   */
  readonly limit?: number;
}

export interface MemoryEphemeralStore extends EphemeralStore {
  /** Ends the purge timer. */
  stop(): void;
}

interface Entry<K extends EphemeralKind> {
  readonly value: EphemeralRecords[K];
  readonly expiresAtMs: number;
}

type Rooms = { readonly [K in EphemeralKind]: Map<string, Entry<K>> };

/** Expired records are unreadable at once; their memory is given back this often, so that no old address lingers. */
const PURGE_INTERVAL_MS = 30_000;

/**
 * The ephemeral store of a single node, in memory.
 *
 * Each kind has its own room, so that a flood of trips cannot push out challenges. A full room drops its oldest record
 * instead of refusing the new one: whoever floods it must do so faster than `limit` records in the time a person needs
 * to finish, while a store that refuses would be closed to everybody for the lifetime of a record. A dropped record is
 * an absent one, and absent always means "no".
 */
export function createMemoryEphemeralStore(options: MemoryEphemeralOptions): MemoryEphemeralStore {
  const { now, limit = 25_000 } = options;
  const rooms: Rooms = {
    trip: new Map(),
    challenge: new Map(),
    'entry-code': new Map(),
    'entry-count': new Map(),
    'tls-ticket': new Map(),
    'tls-return': new Map(),
    activation: new Map(),
    'day-password-change': new Map(),
    applicant: new Map(),
    signing: new Map(),
  };

  const purge = (): void => {
    for (const room of Object.values(rooms)) {
      for (const [key, entry] of room) if (entry.expiresAtMs <= now()) room.delete(key);
    }
  };
  const timer = setInterval(purge, PURGE_INTERVAL_MS).unref();

  const find = <K extends EphemeralKind>(kind: K, key: string): EphemeralRecords[K] | undefined => {
    const room: Map<string, Entry<K>> = rooms[kind];
    const entry = room.get(key);
    return entry === undefined || entry.expiresAtMs <= now() ? undefined : entry.value;
  };

  return {
    put: <K extends EphemeralKind>(kind: K, key: string, value: EphemeralRecords[K], expiresAt: Date) =>
      inOneStep(() => {
        const room: Map<string, Entry<K>> = rooms[kind];
        // Deleted first, so that the order of the map is the order of the last writes.
        room.delete(key);
        for (const oldest of room.keys()) {
          if (room.size < limit) break;
          room.delete(oldest);
        }
        room.set(key, { value: structuredClone(value), expiresAtMs: expiresAt.getTime() });
      }),
    find: (kind, key) => inOneStep(() => find(kind, key)),
    take: (kind, key) =>
      inOneStep(() => {
        const value = find(kind, key);
        rooms[kind].delete(key);
        return value;
      }),
    stop: () => clearInterval(timer),
  };
}
