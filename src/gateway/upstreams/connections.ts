import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { Http1Connection } from './http1-connection.ts';
import { Http2Connection } from './http2-connection.ts';

/** Requests on one HTTP/2 connection; servers rarely take more, and what breaks takes no more than these with it. */
const STREAMS = 100;

/** The connections to one server: as many as there are requests at once (HTTP/2: hundreds), the one used last first. */
export class Connections {
  readonly #make: () => Connection;
  readonly #requests: number;
  /** Those that may have room; the last is the one used last. */
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();

  constructor(protocol: UpstreamSettings['protocol'], options: Omit<ConnectionOptions, 'onSpent'>) {
    const full = { ...options, onSpent: (spent: Connection) => this.#drop(spent) };
    this.#make = () => (protocol === 'h2' ? new Http2Connection(full) : new Http1Connection(full));
    this.#requests = protocol === 'h2' ? STREAMS : 1;
  }

  /** @param unused asks for one that has carried nothing yet, and so cannot be out of date */
  take(unused: boolean): Connection {
    const connection = this.#find(unused) ?? this.#add();
    connection.underWay += 1;
    if (connection.underWay >= this.#requests) this.#withdraw(connection);
    return connection;
  }

  /** Each that was taken comes back once. */
  giveBack(connection: Connection): void {
    const wasFull = connection.underWay >= this.#requests;
    connection.underWay -= 1;
    if (connection.isSpent) this.#drop(connection);
    else if (wasFull) this.#free.push(connection);
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#free.length = 0;
    this.#all.clear();
    await Promise.all(all.map(connection => connection.destroy()));
  }

  #find(unused: boolean): Connection | undefined {
    const { length } = this.#free;
    for (let index = length - 1; index >= 0; index -= 1) {
      const connection = this.#free[index];
      if (connection?.hasRoom === true && !(unused && connection.isUsed)) return connection;
    }
    return undefined;
  }

  #add(): Connection {
    const connection = this.#make();
    this.#all.add(connection);
    this.#free.push(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    this.#withdraw(connection);
    if (connection.underWay === 0) this.#all.delete(connection);
  }

  #withdraw(connection: Connection): void {
    const place = this.#free.lastIndexOf(connection);
    if (place !== -1) this.#free.splice(place, 1);
  }
}
