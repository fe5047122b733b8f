import { Client, type buildConnector, type Dispatcher } from 'undici';
import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';

/** Shorter than Node's and Apache's 5 s, so that it is us who closes an idle connection, not them under a request. */
const KEEP_ALIVE_MS = 4_000;

/** Requests on one HTTP/2 connection; servers rarely take more, and what breaks takes no more than these with it. */
const STREAMS = 100;

/** One connection to a server; undici makes it, and makes it anew, when there is something to send. */
export class Connection {
  /** Requests under way on it. */
  underWay = 0;
  isOpen = false;
  /** Whether a response has come on it as it stands, so that it may since have been closed by the other side. */
  isUsed = false;
  readonly #client: Client;

  constructor(client: Client, onDisconnect: (connection: Connection) => void) {
    this.#client = client;
    client.on('connect', () => {
      this.isOpen = true;
      this.isUsed = false;
    });
    client.on('disconnect', () => {
      this.isOpen = false;
      onDisconnect(this);
    });
  }

  /** Requests that it has no room for just now: the server takes fewer at once than we would send. */
  get isFull(): boolean {
    return this.isOpen && this.#client.stats.pending > 0;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  async destroy(): Promise<void> {
    await this.#client.destroy();
  }
}

/** The connections to one server: as many as there are requests at once, the one used last first. */
export class Connections {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #streams: number;
  /** Those that have room; the last is the one used last. */
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();

  constructor(
    origin: string,
    protocol: UpstreamSettings['protocol'],
    connect: buildConnector.connector,
    responseHeadBytes: number,
  ) {
    this.#origin = origin;
    this.#streams = protocol === 'h2' ? STREAMS : 1;
    this.#options = {
      connect,
      allowH2: protocol === 'h2',
      ...(protocol === 'h2' ? { h2Options: { maxConcurrentStreams: STREAMS } } : { pipelining: 1 }),
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: responseHeadBytes,
      // The sweep of OpenExchanges watches over both; a timer for each request would cost more than it.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  /** @param unused asks for one that has carried nothing yet, and so cannot be out of date */
  take(unused: boolean): Connection {
    const connection = this.#find(unused) ?? this.#add();
    connection.underWay += 1;
    if (connection.underWay >= this.#streams) this.#withdraw(connection);
    return connection;
  }

  /** Each that was taken comes back once. */
  giveBack(connection: Connection): void {
    const wasFull = connection.underWay >= this.#streams;
    connection.underWay -= 1;
    if (!connection.isOpen) this.#drop(connection);
    else if (wasFull && this.#all.has(connection)) this.#free.push(connection);
  }

  async close(): Promise<void> {
    this.#free.length = 0;
    await Promise.all([...this.#all].map(connection => connection.destroy()));
  }

  #find(unused: boolean): Connection | undefined {
    if (this.#streams === 1) return unused ? undefined : this.#free.at(-1);
    return this.#free.findLast(connection => !connection.isFull && !(unused && connection.isUsed));
  }

  #add(): Connection {
    const client = new Client(this.#origin, this.#options);
    const connection = new Connection(client, closed => {
      if (closed.underWay === 0) this.#drop(closed);
    });
    this.#all.add(connection);
    this.#free.push(connection);
    return connection;
  }

  /** Nobody needs it any more: undici holds nothing of one that is not connected. */
  #drop(connection: Connection): void {
    if (connection.underWay > 0) return;
    this.#all.delete(connection);
    this.#withdraw(connection);
  }

  #withdraw(connection: Connection): void {
    const place = this.#free.lastIndexOf(connection);
    if (place !== -1) this.#free.splice(place, 1);
  }
}
