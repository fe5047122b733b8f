import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSystemError } from '../system-error.ts';

/** One workstation's browser tabs and then some. */
const CONNECTION_LIMIT = 128;
/** The browser is on the same machine: whoever needs longer to say what it wants is not a browser. */
const HEADERS_TIMEOUT_MS = 5_000;
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
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8_192,
    },
    (request, response) => {
      route(request, response).catch((error: unknown) => {
        if (response.destroyed || isSystemError(error, 'ECONNRESET')) return; // the page went away
        reportFault(`a request ended in ${error instanceof Error ? error.name : 'a fault'}`);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    },
  );
  server.maxConnections = CONNECTION_LIMIT;
  return server;
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
