import { connect as connectHttp2, type ClientHttp2Session, type ClientSessionOptions } from 'node:http2';
import type { Dispatcher } from 'undici';
import type { Connection, ConnectionOptions } from './connection.ts';
import { UpstreamFault } from './failures.ts';
import { Http2Exchange } from './http2-exchange.ts';

/** Longer than people pause between two clicks; a server that closes sooner says so before it does. */
const IDLE_MS = 30_000;

/** Bytes of content in flight to us: on one stream, and on all of a connection. What is held back waits with the server. */
const STREAM_WINDOW = 262_144;
const CONNECTION_WINDOW = 1_048_576;

/** Fields of a response; Node's own limit, 128, is that of one that sets many cookies. */
const FIELDS = 256;

/** In which a server that lives, and has not answered a request in its time, answers a ping. */
const PING_MS = 2_000;

/** Node's types know it of servers only. */
interface SessionOptions extends ClientSessionOptions {
  readonly strictSingleValueFields: boolean;
}

/** A connection by HTTP/2: many requests at once; once it ends, or is about to, it is not used any more. */
export class Http2Connection implements Connection {
  underWay = 0;
  isUsed = false;
  isSpent = false;
  readonly #options: ConnectionOptions;
  #session: ClientHttp2Session | undefined;
  /** What is to be sent once it stands; with an error where it never will. */
  #waiting: ((error?: Error) => void)[] = [];
  #isPinged = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { hostname, host, protocol, port } = new URL(options.origin);
    options.connect({ hostname: hostname.replaceAll(/[[\]]/g, ''), host, protocol, port }, (...[error, socket]) => {
      if (error !== null) this.#fail(error);
      else if (this.isSpent) socket.destroy();
      else {
        const sessionOptions: SessionOptions = {
          createConnection: () => socket,
          maxHeaderListPairs: FIELDS,
          // What a client says twice goes on as by HTTP/1.1; it is the system's to refuse.
          strictSingleValueFields: false,
          settings: {
            enablePush: false,
            initialWindowSize: STREAM_WINDOW,
            maxHeaderListSize: options.responseHeadBytes,
          },
        };
        this.#session = connectHttp2(options.origin, sessionOptions);
        this.#listen(this.#session);
        this.#settle();
      }
    });
  }

  get hasRoom(): boolean {
    const most = this.#session?.remoteSettings.maxConcurrentStreams;
    return !this.isSpent && (most === undefined || this.underWay < most);
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const exchange = new Http2Exchange(options, handler, this.#options.origin);
    if (this.#session === undefined && !this.isSpent) {
      this.#waiting.push(error => {
        if (error === undefined) exchange.send(this.#session);
        else exchange.fail(error);
      });
    } else exchange.send(this.#session);
  }

  /** What is under way stays: a server that computes for a while answers no ping, but may answer all of it yet. */
  doubt(): void {
    const session = this.#session;
    if (session === undefined || session.destroyed || this.#isPinged) return;
    this.#isPinged = true;
    const timer = setTimeout(() => this.#spend(), PING_MS).unref();
    session.ping(() => {
      clearTimeout(timer);
      this.#isPinged = false;
    });
  }

  destroy(): Promise<void> {
    this.#fail(new UpstreamFault('closed', 'The gateway closes.'));
    this.#session?.destroy();
    return Promise.resolve();
  }

  #listen(session: ClientHttp2Session): void {
    // Each time that it is idle, and not gracefully: one that is dead would not agree to its end.
    session.setTimeout(IDLE_MS);
    session.on('timeout', () => {
      if (this.underWay === 0) session.destroy();
    });
    // Node says it also of one that has been destroyed in the meantime: what waited had been given up.
    session.once('connect', () => {
      if (!session.destroyed) session.setLocalWindowSize(CONNECTION_WINDOW);
    });
    // Those under way are told by their streams.
    session.on('error', () => undefined);
    session.once('goaway', () => this.#spend());
    session.once('close', () => this.#spend());
  }

  #fail(error: Error): void {
    this.#spend();
    this.#settle(error);
  }

  #settle(error?: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one(error);
  }

  #spend(): void {
    if (this.isSpent) return;
    this.isSpent = true;
    this.#options.onSpent(this);
  }
}
