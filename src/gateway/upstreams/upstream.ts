import type { BusinessSystem } from '../../flows/ports.ts';
import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { watchHealth } from './health-checks.ts';
import { UpstreamServer } from './upstream-server.ts';

/** The servers that one business system runs on. */
export class Upstream {
  readonly settings: UpstreamSettings;
  readonly servers: readonly UpstreamServer[];
  readonly #watching = new AbortController();
  #turn = 0;

  /** @param responseHeadBytes bytes of a response's fields; beyond, the response is an error */
  constructor(system: BusinessSystem, settings: UpstreamSettings, responseHeadBytes: number, log: GatewayLog) {
    this.settings = settings;
    this.servers = this.settings.servers.map(
      origin => new UpstreamServer(system, origin, this.settings, responseHeadBytes, log),
    );
    watchHealth(this.servers, this.settings, new URL(system.origin).host, this.#watching.signal);
  }

  /**
   * The server with the fewest requests under way; of several, each in its turn. Undefined: none takes requests now.
   *
   * @param apartFrom those that this request has found away already
   */
  choose(apartFrom?: ReadonlySet<UpstreamServer>): UpstreamServer | undefined {
    const { servers } = this;
    let chosen: UpstreamServer | undefined;
    let place = 0;
    for (let step = 0; step < servers.length; step += 1) {
      const index = (this.#turn + step) % servers.length;
      const server = servers[index];
      if (server === undefined || apartFrom?.has(server) === true || !server.takesRequests()) continue;
      if (chosen !== undefined && server.underWay >= chosen.underWay) continue;
      chosen = server;
      place = index;
    }
    if (chosen !== undefined) this.#turn = (place + 1) % servers.length;
    return chosen;
  }

  /** Seconds after which asking again may help. */
  get retryAfterS(): number {
    return Math.ceil(Math.min(...this.servers.map(server => server.waitMs)) / 1_000);
  }

  /** What is under way may finish; nothing begins any more that nobody asks for. */
  retire(): void {
    this.#watching.abort();
    for (const server of this.servers) server.retire();
  }

  async close(): Promise<void> {
    this.#watching.abort();
    await Promise.all(this.servers.map(server => server.close()));
  }
}
