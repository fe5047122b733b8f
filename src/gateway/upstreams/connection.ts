import type { buildConnector, Dispatcher } from 'undici';

/** One connection to a server. It comes about when something is to be sent. */
export interface Connection {
  /** Requests under way on it. */
  underWay: number;
  /** Whether a response has come on it as it stands, so that it may since have been closed by the other side. */
  isUsed: boolean;
  /** Whether it takes one request more just now. */
  readonly hasRoom: boolean;
  /** Whether it is of no more use. */
  readonly isSpent: boolean;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** An answer did not come in time: where the connection is dead without having been closed, it takes no more requests. */
  doubt(): void;
  destroy(): Promise<void>;
}

/** What a connection is made from. */
export interface ConnectionOptions {
  readonly origin: string;
  readonly connect: buildConnector.connector;
  /** Bytes of a response's fields; beyond, the response is an error. */
  readonly responseHeadBytes: number;
  /** The other side has closed it, or said that it will. */
  readonly onSpent: (connection: Connection) => void;
}
