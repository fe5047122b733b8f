import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isSystemError } from '../system-error.ts';

/** One workstation's browser tabs and then some. */
const CONNECTION_LIMIT = 128;
/** The browser is on the same machine: whoever needs longer to say what it wants is not a browser. */
const HEADERS_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Listens on both loopback addresses, so that "localhost" reaches the agent whichever of the two the browser tries
 * first, and never another program in its place. Port 0 takes a free one.
 *
 * @param reportFault told about a request that ended in a fault: its kind, nothing of its content
 * @throws the system's error (EADDRINUSE, …) when 127.0.0.1 cannot be had, or ::1 exists and cannot be had
 */
export async function listenOnLoopback(port: number, route: Route, reportFault: (detail: string) => void) {
  const ipv4 = createLimitedServer(route, reportFault);
  await listen(ipv4, '127.0.0.1', port);
  const actualPort = portOf(ipv4);
  const ipv6 = createLimitedServer(route, reportFault);
  const servers = [ipv4];
  try {
    await listen(ipv6, '::1', actualPort);
    servers.push(ipv6);
  } catch (error) {
    const noSuchAddress = isSystemError(error, 'EADDRNOTAVAIL') || isSystemError(error, 'EAFNOSUPPORT');
    if (!noSuchAddress) {
      ipv4.close();
      throw error;
    }
  }
  return {
    port: actualPort,
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function createLimitedServer(route: Route, reportFault: (detail: string) => void): Server {
  const atWork = new Map<Socket, IncomingMessage>();
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 500,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8_192,
    },
    (request, response) => {
      atWork.set(request.socket, request);
      response.once('close', () => {
        if (atWork.get(request.socket) === request) atWork.delete(request.socket);
      });
      route(request, response).catch((error: unknown) => {
        if (response.destroyed || isSystemError(error, 'ECONNRESET')) return; // the page went away
        reportFault(`a request ended in ${error instanceof Error ? error.name : 'a fault'}`);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    },
  );
  keepRoom(server, socket => atWork.get(socket)?.complete === true);
  return server;
}

/**
 * At the limit the oldest connection goes that has not yet said what it wants (or has been answered and waits), so that
 * a program that opens many and says nothing cannot keep the browser out; where all are at work the new one goes.
 */
function keepRoom(server: Server, isAtWork: (socket: Socket) => boolean): void {
  const sockets = new Set<Socket>(); // oldest first
  server.on('connection', socket => {
    if (sockets.size >= CONNECTION_LIMIT) {
      const idle = [...sockets].find(open => !isAtWork(open));
      (idle ?? socket).destroy();
      if (idle === undefined) return;
      sockets.delete(idle);
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port.');
  return address.port;
}
