import { isIP } from 'node:net';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import type { BusinessSystem } from '../flows/ports.ts';
import type { ListenerSettings } from './listener-settings.ts';

/** Connections to the business systems: one pool each, so that a system that hangs holds up nobody else. */
export class UpstreamPools {
  readonly #pools = new Map<string, Pool>();

  constructor(systems: Iterable<BusinessSystem>, settings: ListenerSettings) {
    for (const system of systems) this.#pools.set(system.id, createPool(system, settings));
  }

  dispatch(system: BusinessSystem, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const pool = this.#pools.get(system.id);
    if (pool === undefined) throw new Error(`No upstream is known for the system ${system.id}.`);
    pool.dispatch(options, handler);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(pool => pool.destroy()));
  }
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
