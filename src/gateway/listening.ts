import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What an address cannot be had for, in words; anything else as Node says it. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'it is no address of this machine',
};

/** Starts listening; rejects with one line when the address cannot be had. Port 0 takes a free one. */
export function listenOn(
  server: HttpServer | HttpsServer,
  where: { readonly host: string; readonly port: number },
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const reason = REASONS[error.code ?? ''] ?? error.message;
      reject(new Error(`${where.host} port ${where.port} cannot be listened on: ${reason}`));
    };
    server.once('error', refuse);
    server.listen(where.port, where.host, () => {
      server.off('error', refuse);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The listener has no port.'));
      else resolve(address);
    });
  });
}

/**
 * Has a listener of plain HTTP answer requests with `Expect` as it answers all others, and as the last of their connection:
 * Node would answer them itself, by 100 or 417, and go on reading.
 */
export function answerExpectations(server: HttpServer): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(417, { Connection: 'close', 'Content-Length': 0, 'Cache-Control': 'no-store' }).end();
  });
}

/** Closes a listener that has nothing to finish. */
export async function closeAtOnce(server: HttpServer | HttpsServer): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
