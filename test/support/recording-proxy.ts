import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';

/** Stands before the gateway, and keeps in the clear what clients send. */
export interface RecordingProxy {
  readonly port: number;
  /** Everything received so far, of all connections. */
  received(): Buffer;
  close(): Promise<void>;
}

/**
 * Starts one on loopback with the gateway's own certificate. It speaks HTTP/1.1 alone: HTTP/2 would compress header
 * fields, and what is searched for could hide in them.
 *
 * @param options.target port of the gateway on 127.0.0.1
 * @param options.ca PEM of the authority that the gateway's certificate is from
 */
export async function startRecordingProxy(options: {
  readonly target: number;
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
  readonly ca: string | Buffer;
}): Promise<RecordingProxy> {
  const { target, certificate, key, ca } = options;
  const received: Buffer[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: certificate, key, ALPNProtocols: ['http/1.1'] }, client => {
    // no client of these tests comes without the name of a host
    const servername = typeof client.servername === 'string' ? client.servername : '';
    const gateway = connect({ host: '127.0.0.1', port: target, ca, servername, ALPNProtocols: ['http/1.1'] });
    client.on('data', (bytes: Buffer) => received.push(bytes));
    client.pipe(gateway).pipe(client);
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(received),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
