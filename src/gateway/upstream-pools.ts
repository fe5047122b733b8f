import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import type { BusinessSystem } from '../flows/ports.ts';
import type { ListenerSettings } from './listener-settings.ts';

/** Connections to the business systems: one pool each, so that a system that hangs holds up nobody else. */
export class UpstreamPools {
  readonly #settings: ListenerSettings;
  #inUse: ReadonlyMap<string, SystemPool> = new Map();
  /** By the system as a request holds it, also where the configuration has changed since. */
  readonly #pools = new WeakMap<BusinessSystem, Pool>();

  constructor(systems: Iterable<BusinessSystem>, settings: ListenerSettings) {
    this.#settings = settings;
    this.renew(systems);
  }

  /** Goes on with these systems: what has not changed keeps its connections, what has gone finishes what is under way. */
  renew(systems: Iterable<BusinessSystem>): void {
    const before = this.#inUse;
    const now = new Map<string, SystemPool>();
    for (const system of systems) {
      const { id, upstream } = system;
      const held = before.get(id);
      const isUnchanged = held !== undefined && isDeepStrictEqual(held.upstream, upstream);
      const pool = isUnchanged ? held.pool : createPool(system, this.#settings);
      now.set(id, { upstream, pool });
      this.#pools.set(system, pool);
    }
    this.#inUse = now;
    for (const [id, { pool }] of before) if (now.get(id)?.pool !== pool) void pool.close();
  }

  dispatch(system: BusinessSystem, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const pool = this.#pools.get(system);
    if (pool === undefined) throw new Error(`No upstream is known for the system ${system.id}.`);
    pool.dispatch(options, handler);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#inUse.values()].map(({ pool }) => pool.destroy()));
  }
}

interface SystemPool {
  /** What it was made from. */
  readonly upstream: BusinessSystem['upstream'];
  readonly pool: Pool;
}

function createPool(system: BusinessSystem, settings: ListenerSettings): Pool {
  const upstream = new URL(system.upstream);
  const connect = buildConnector({ timeout: settings.upstreamConnectMs, allowH2: false });
  // undici derives the name for TLS from Host, which is the system's public name; checked is the name we connect to.
  const isAddress = isIP(upstream.hostname.replaceAll(/[[\]]/g, '')) !== 0;
  return new Pool(upstream.origin, {
    connect: ({ servername: _, ...options }, callback) =>
      connect(isAddress ? options : { ...options, servername: upstream.hostname }, callback),
    // One connection a request under way; the public listener's own limit bounds them.
    connections: null,
    pipelining: 1,
    // Shorter than Node's and Apache's 5 s, so that it is us who closes an idle connection, not them under a request.
    keepAliveTimeout: 4_000,
    maxHeaderSize: settings.responseHeadBytes,
    // The sweep of OpenExchanges watches over both; a timer for each request would cost more than it.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
}
