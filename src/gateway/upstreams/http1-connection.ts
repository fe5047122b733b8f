import { Client, type Dispatcher } from 'undici';
import type { Connection, ConnectionOptions } from './connection.ts';

/** Shorter than Node's and Apache's 5 s, so that it is us who closes an idle connection, not them under a request. */
const KEEP_ALIVE_MS = 4_000;

/** undici reads a name for TLS out of each request's Host unless it is told one; the connector has its own. */
const SERVER_NAME = 'of-the-connector';

interface NamedOptions extends Dispatcher.DispatchOptions {
  readonly servername: string;
}

/** A connection by HTTP/1.1, one request at a time. undici makes it anew where it finds it closed before it has sent anything. */
export class Http1Connection implements Connection {
  underWay = 0;
  isUsed = false;
  readonly hasRoom = true;
  isSpent = true;
  readonly #client: Client;

  constructor({ origin, connect, responseHeadBytes, onSpent }: ConnectionOptions) {
    this.#client = new Client(origin, {
      connect,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: responseHeadBytes,
      // The sweep of OpenExchanges watches over both; a timer for each request would cost more than it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#client.on('connect', () => {
      this.isSpent = false;
      this.isUsed = false;
    });
    this.#client.on('disconnect', () => {
      this.isSpent = true;
      // One that is to carry a request yet is on its way to be made anew.
      if (this.underWay === 0) onSpent(this);
    });
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const named: NamedOptions = { ...options, servername: SERVER_NAME };
    this.#client.dispatch(named, handler);
  }

  doubt(): void {
    // What is broken off by HTTP/1.1 ends its connection.
  }

  async destroy(): Promise<void> {
    await this.#client.destroy();
  }
}
