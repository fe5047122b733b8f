import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

/**
 * Which of the protocols that a client offers (ALPN) is spoken with it: HTTP/2 where it came for a business system's host and
 * speaks it, else HTTP/1.1. undefined ends the handshake: it speaks neither.
 */
export function chooseProtocol(offered: readonly string[], isForSystem: boolean): string | undefined {
  if (isForSystem && offered.includes('h2')) return 'h2';
  return offered.includes('http/1.1') ? 'http/1.1' : undefined;
}

/**
 * Gives the connections of a listener whose handshake has agreed on HTTP/2 to `begin`; the others go on to HTTP/1.1.
 *
 * To be called before anything else listens for the server's connections.
 */
export function divertHttp2(server: Server, begin: (socket: TLSSocket) => void): void {
  const [beginHttp1, ...others] = server.listeners('secureConnection');
  if (beginHttp1 === undefined || others.length > 0) throw new Error('Somebody else takes connections, too.');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') Reflect.apply(beginHttp1, server, [socket]);
    else if (!socket.destroyed) begin(socket);
  });
}
