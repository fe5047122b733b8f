import { isDeepStrictEqual } from 'node:util';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { Upstream } from './upstream.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** How a server of a business system stands, for those who watch over the gateway. */
export interface UpstreamState {
  readonly system: string;
  readonly server: string;
  /** `down` by health checks; `open` after failures in a row or where it says nothing, `half-open` while one request tries. */
  readonly state: UpstreamServer['state'];
  /** Requests and WebSockets. */
  readonly underWay: number;
}

/** Where all business systems run: each for itself, so that one that hangs holds up nobody else. */
export class Upstreams {
  readonly #responseHeadBytes: number;
  readonly #log: GatewayLog;
  #inUse: ReadonlyMap<string, Upstream> = new Map();
  /** By the system as a request holds it, also where the configuration has changed since. */
  readonly #bySystem = new WeakMap<BusinessSystem, Upstream>();
  /** Of configurations that were replaced: what is under way there has still to end. */
  #retired: readonly Upstream[] = [];

  constructor(systems: Iterable<BusinessSystem>, responseHeadBytes: number, log: GatewayLog) {
    this.#responseHeadBytes = responseHeadBytes;
    this.#log = log;
    this.renew(systems);
  }

  /** Goes on with these systems: what has not changed keeps its connections, what has gone finishes what is under way. */
  renew(systems: Iterable<BusinessSystem>): void {
    const before = this.#inUse;
    const now = new Map<string, Upstream>();
    for (const system of systems) {
      const { upstream: settings } = system;
      if (settings === null) continue;
      const held = before.get(system.id);
      const isUnchanged = held !== undefined && isDeepStrictEqual(held.settings, settings);
      const upstream = isUnchanged ? held : new Upstream(system, settings, this.#responseHeadBytes, this.#log);
      now.set(system.id, upstream);
      this.#bySystem.set(system, upstream);
    }
    this.#inUse = now;
    const gone = [...before].filter(([id, upstream]) => now.get(id) !== upstream).map(([, upstream]) => upstream);
    for (const upstream of gone) upstream.retire();
    this.#retired = [...this.#retired, ...gone].filter(({ servers }) => servers.some(({ underWay }) => underWay > 0));
  }

  of(system: BusinessSystem): Upstream {
    const upstream = this.#bySystem.get(system);
    if (upstream === undefined) throw new Error(`No upstream is known for the system ${system.id}.`);
    return upstream;
  }

  states(): readonly UpstreamState[] {
    return [...this.#inUse].flatMap(([system, { servers }]) =>
      servers.map(({ origin, state, underWay }) => ({ system, server: origin, state, underWay })),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#inUse.values(), ...this.#retired].map(upstream => upstream.close()));
  }
}
