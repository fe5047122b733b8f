import type { Dispatcher } from 'undici';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { connectorOf } from './connector.ts';
import { saysAnything } from './probe.ts';

/** One try to have a request answered by one server. What became of it is said at most once; its end always, and once. */
export interface Attempt {
  /** Whether the connection had carried a response before, so that the server may have closed it just now. */
  readonly isOnUsedConnection: boolean;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** The head of a response has come. */
  answered(): void;
  /**
   * The server could not be reached. Not where it hung up or spoke nonsense: one request that does that to it, sent again
   * and again, would shut out everybody.
   */
  failed(): void;
  /** No head of a response came in time: the request takes long, or the server says nothing to anybody. */
  timedOut(): void;
  ended(): void;
}

/** Asked once a second where nobody asks it by itself; also the least that anybody is told to wait. */
const SOON_MS = 1_000;

/** Health checks in a row that fail until a server is taken out; one that succeeds takes it in again. */
const FAILED_CHECKS = 2;

/** One of the servers that a system runs on. */
export class UpstreamServer {
  readonly origin: string;
  /** Requests and WebSockets under way. */
  underWay = 0;
  readonly #system: Pick<BusinessSystem, 'id' | 'origin'>;
  /** Where it is asked whether it says anything. */
  readonly #path: string;
  readonly #log: GatewayLog;
  readonly #breaker = new CircuitBreaker();
  readonly #connections: Connections;
  /** For what HTTP/2 does not carry here. */
  readonly #upgrades: Connections;
  #failedChecks = 0;
  #isRetired = false;
  #isClosed = false;
  /** When the head of a response last came, in milliseconds of `performance.now()`. */
  #answeredMs = Number.NEGATIVE_INFINITY;
  #isAsked = false;

  constructor(
    system: Pick<BusinessSystem, 'id' | 'origin'>,
    origin: string,
    settings: UpstreamSettings,
    responseHeadBytes: number,
    log: GatewayLog,
  ) {
    this.origin = origin;
    this.#system = system;
    this.#path = settings.health?.path ?? '/';
    this.#log = log;
    const speak = (protocol: UpstreamSettings['protocol']): Connections =>
      new Connections(protocol, { origin, connect: connectorOf(settings, protocol), responseHeadBytes });
    this.#connections = speak(settings.protocol);
    this.#upgrades = settings.protocol === 'h2' ? speak('http/1.1') : this.#connections;
  }

  /** up; `down` by health checks; `open` after failures or where it says nothing, `half-open` while one request tries. */
  get state(): 'up' | 'down' | 'open' | 'half-open' {
    if (this.#failedChecks >= FAILED_CHECKS) return 'down';
    return this.#breaker.state === 'closed' ? 'up' : this.#breaker.state;
  }

  takesRequests(): boolean {
    if (this.#failedChecks >= FAILED_CHECKS) return false;
    return this.#breaker.state === 'closed' || this.#breaker.admits(performance.now());
  }

  /** After how many milliseconds asking again may help. */
  get waitMs(): number {
    return Math.max(SOON_MS, this.#breaker.pauseLeftMs(performance.now()));
  }

  /** @param unused on a connection that has carried nothing yet */
  attempt(isUpgrade: boolean, unused: boolean): Attempt {
    const connections = isUpgrade ? this.#upgrades : this.#connections;
    this.underWay += 1;
    if (this.#breaker.state !== 'closed') {
      this.#breaker.begin(performance.now());
      // The request that tries may be one that takes its time, and whoever sends such ones would always be the first.
      void this.#ask();
    }
    return new ServerAttempt(this, connections, connections.take(unused));
  }

  /** A request sent at `beganMs` has had no answer in time. Where others have had theirs since, it was the request. */
  suspect(beganMs: number): void {
    if (this.#answeredMs < beganMs) void this.#ask();
  }

  /** What has become of an attempt. */
  judge(verdict: 'answered' | 'failed' | 'abandoned'): void {
    const before = this.state;
    if (verdict === 'answered') {
      this.#answeredMs = performance.now();
      this.#breaker.succeeded();
    } else if (verdict === 'failed') this.#breaker.failed(performance.now());
    else this.#breaker.abandoned();
    this.#tell(before);
  }

  /** What a health check has found. */
  checked(isWell: boolean): void {
    const before = this.state;
    this.#failedChecks = isWell ? 0 : this.#failedChecks + 1;
    this.#tell(before);
  }

  /** An attempt has ended. */
  release(): void {
    this.underWay -= 1;
    if (this.#isRetired && this.underWay === 0) void this.close();
  }

  /** It belongs to a configuration no more: what is under way may finish. */
  retire(): void {
    this.#isRetired = true;
    if (this.underWay === 0) void this.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#connections.close(), this.#upgrades.close()]);
  }

  /** Has it say anything: silent, it gets no more requests; otherwise it gets them again. */
  async #ask(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const { origin } = this;
    const askedMs = performance.now();
    const authority = new URL(this.#system.origin).host;
    const says = await saysAnything(this.#connections, { origin, authority, path: this.#path });
    this.#isAsked = false;
    // What somebody else has been answered meanwhile tells as much.
    if (this.#isClosed || this.#answeredMs >= askedMs) return;
    if (says) {
      this.judge('answered');
      return;
    }
    const before = this.state;
    this.#breaker.failed(performance.now(), true);
    this.#tell(before);
  }

  /** Says in the log what has become of it; a trial that begins, or fails, is no news. */
  #tell(before: UpstreamServer['state']): void {
    const { state } = this;
    if (state === before || state === 'half-open') return;
    const facts = { system: this.#system.id, server: this.origin, state };
    if (state === 'up') this.#log.info(facts, 'A server of a business system takes requests again.');
    else if (before !== 'half-open') this.#log.warn(facts, 'A server of a business system gets no requests for now.');
  }
}

class ServerAttempt implements Attempt {
  readonly #server: UpstreamServer;
  readonly #connections: Connections;
  readonly #connection: Connection;
  readonly #beganMs = performance.now();
  #isJudged = false;
  #hasEnded = false;

  constructor(server: UpstreamServer, connections: Connections, connection: Connection) {
    this.#server = server;
    this.#connections = connections;
    this.#connection = connection;
  }

  get isOnUsedConnection(): boolean {
    return this.#connection.isUsed;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#connection.dispatch(options, handler);
  }

  answered(): void {
    this.#connection.isUsed = true;
    this.#judge('answered');
  }

  failed(): void {
    this.#judge('failed');
  }

  timedOut(): void {
    this.#connection.doubt();
    this.#server.suspect(this.#beganMs);
  }

  ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#judge('abandoned');
    this.#connections.giveBack(this.#connection);
    this.#server.release();
  }

  #judge(verdict: 'answered' | 'failed' | 'abandoned'): void {
    if (this.#isJudged) return;
    this.#isJudged = true;
    this.#server.judge(verdict);
  }
}
