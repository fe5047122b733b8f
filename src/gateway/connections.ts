import type { ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { ClientAddresses } from './client-addresses.ts';

/** What the listener remembers of one client connection. */
export interface ConnectionState {
  /** Of the client that speaks on it, or of the proxy that is trusted to say for whom it speaks. */
  readonly clientAddress: string;
  /** The response to the latest request; earlier ones finish before it. */
  latest: ServerResponse | undefined;
  /** Its last request was refused: what follows may be the tail of a smuggling attempt and is not read as a request. */
  isCondemned: boolean;
  /** Requests that wait for their turn. */
  waiting: number;
  /** Since when nothing is answered on it (`performance.now()`), as far as somebody has looked. */
  idleSinceMs: number | undefined;
}

/** Browsers send one request at a time; some programs a handful. */
const WAITING_LIMIT = 16;

/** The open client connections of a listener, from their first packet on. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #states = new Map<Socket, ConnectionState>();
  #isEnding = false;
  readonly #addresses: ClientAddresses;

  constructor(server: Server, addresses: ClientAddresses) {
    this.#addresses = addresses;
    // The raw socket, also while the TLS handshake is under way and after an upgrade.
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** State of the connection that a request came on (its TLS socket). */
  stateOf(socket: Socket): ConnectionState {
    const known = this.#states.get(socket);
    if (known !== undefined) return known;
    const state: ConnectionState = {
      clientAddress: this.#addresses.ofConnection(socket),
      latest: undefined,
      isCondemned: false,
      waiting: 0,
      idleSinceMs: undefined,
    };
    this.#states.set(socket, state);
    socket.once('close', () => this.#states.delete(socket));
    return state;
  }

  /**
   * Serves a request when the one before it on its connection has been answered (RFC 9112 section 9.3.2 allows only safe
   * ones to run side by side, and one connection shall not start more work than one client can wait for).
   */
  inTurn(state: ConnectionState, response: ServerResponse, socket: Socket, serve: () => void): void {
    const before = state.latest;
    state.latest = response;
    if (this.#isEnding) response.shouldKeepAlive = false;
    if (before === undefined || before.writableFinished) {
      serve();
      return;
    }
    state.waiting += 1;
    if (state.waiting > WAITING_LIMIT) {
      socket.destroy();
      return;
    }
    before.once('close', () => {
      state.waiting -= 1;
      if (!state.isCondemned && !socket.destroyed) serve();
    });
  }

  /** Whether a response on this connection has begun or is awaited. */
  isAnswering(socket: Socket): boolean {
    const latest = this.#states.get(socket)?.latest;
    return latest !== undefined && !latest.writableFinished;
  }

  /** Whether something of a response has been sent that is not over yet, or will be before one that waits its turn. */
  hasBegunAnswer(socket: Socket): boolean {
    const state = this.#states.get(socket);
    return this.isAnswering(socket) && (state?.latest?.headersSent === true || (state?.waiting ?? 0) > 0);
  }

  /** Ends those of HTTP/1.1 that had no request for so long: blank lines between two of them start Node's own timer anew. */
  endIdle(limitMs: number): void {
    const now = performance.now();
    for (const [socket, state] of this.#states) {
      if (state.latest === undefined || this.isAnswering(socket)) state.idleSinceMs = undefined;
      else if (now - (state.idleSinceMs ??= now) > limitMs) socket.destroy();
    }
  }

  /** Has every answer say `Connection: close` that has not begun yet. */
  announceEnd(): void {
    this.#isEnding = true;
    for (const { latest } of this.#states.values()) if (latest !== undefined) latest.shouldKeepAlive = false;
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
