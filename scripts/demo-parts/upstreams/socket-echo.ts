import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { verifyUpgrade } from '../../../src/verifier/verifier.ts';
import type { RunningSystem } from './demo-system.ts';

/** Enough for any message of a test; a longer one closes the socket with 1009. */
const MESSAGE_LIMIT_BYTES = 16 * 1024 * 1024;

export interface SocketEcho {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends all sockets. */
  close(): void;
}

/** `/ws` (RFC 6455): sends every message back as it came, text as text and binary as binary. */
export function createSocketEcho(running: RunningSystem): SocketEcho {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES, perMessageDeflate: false });

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    running.count();
    if ((await verifyUpgrade(running.verifier, request, socket)) === undefined) return;
    if ((request.url ?? '/').split('?', 1)[0] !== '/ws') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, webSocket => {
      webSocket.on('message', (data, isBinary) => webSocket.send(data, { binary: isBinary }));
      webSocket.on('error', () => webSocket.terminate()); // a broken frame or a message over the limit
    });
  };

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy()); // the peer may go while it is being identified
      upgrade(request, socket, head).catch(() => socket.destroy());
    },
    close() {
      for (const webSocket of sockets.clients) webSocket.terminate();
      sockets.close();
    },
  };
}
