import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { endsOf } from './client-addresses.ts';
import { REQUEST_EVENTS } from './incoming-request.ts';

/**
 * The connections of a listener on which no request has come yet: a browser's that opened one beforehand, a balancer's that
 * looks whether somebody listens. Node counts them as busy, also before their TLS has begun, and waits for them at the end.
 */
export class SilentConnections {
  readonly #sockets = new Set<Socket>();
  /** Those whose handshake is not over, by their two ends: Node does not say on which one a TLS connection came about. */
  readonly #bare = new Map<string, Socket>();

  constructor(server: HttpServer | HttpsServer) {
    server.on('connection', (socket: Socket) => {
      const ends = endsOf(socket);
      this.#add(socket);
      this.#bare.set(ends, socket);
      socket.once('close', () => {
        if (this.#bare.get(ends) === socket) this.#bare.delete(ends);
      });
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      const bare = this.#bare.get(endsOf(socket));
      if (bare !== undefined) this.#sockets.delete(bare);
      // One of HTTP/2 is told to end by itself.
      if (socket.alpnProtocol !== 'h2') this.#add(socket);
    });
    for (const event of REQUEST_EVENTS) server.on(event, ({ socket }: IncomingMessage) => this.hasSpoken(socket));
  }

  /** To be called at an upgrade; to listen for one would have Node take all of them. */
  hasSpoken(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
