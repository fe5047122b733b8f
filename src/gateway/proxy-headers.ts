import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { clientAddressOf } from '../http-fields/client-address.ts';
import { readProxyHeader } from './proxy-protocol.ts';
import type { ClientAddresses } from './client-addresses.ts';
import type { ConnectionShares } from './connection-shares.ts';
import type { GatewayLog } from './gateway-log.ts';

/** A proxy sends it with its first packet; one that was lost comes again after one second, then after two more. */
const HEADER_MS = 3_000;

/**
 * Has a listener read the PROXY protocol's header from those peers that must send one, before TLS begins. Without a good one
 * in time a connection is closed, and not a byte goes out. Anybody else's first bytes are TLS, or refused as such.
 * Of a client that has its share of connections no more are taken; proxies that speak for many have none.
 *
 * To be called before anything else listens for the server's connections.
 */
export function readProxyHeaders(
  server: Server,
  addresses: ClientAddresses,
  log: GatewayLog,
  shares?: ConnectionShares,
): void {
  const [beginTls, ...others] = server.listeners('connection');
  if (beginTls === undefined || others.length > 0) throw new Error('TLS is not the only one that takes connections.');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const begin = (client: string | null): void => {
      const onFull = (): void => log.warn({ clientAddress: client }, 'An address has its share of connections.');
      const hasShare = shares !== undefined && client !== null && !addresses.isTrustedProxy(client);
      if (hasShare && !shares.take(client, socket, onFull)) socket.destroy();
      else Reflect.apply(beginTls, server, [socket]);
    };
    const peer = clientAddressOf(socket);
    if (addresses.mustSendHeader(peer)) readHeader(socket, peer, addresses, log, begin);
    else begin(peer);
  });
  // Before the listener that reads requests.
  server.prependListener('secureConnection', (socket: Socket) => {
    if (!addresses.settle(socket)) socket.destroy();
  });
}

/** @param begin is told who speaks; null: the proxy for itself */
function readHeader(
  socket: Socket,
  peer: string,
  addresses: ClientAddresses,
  log: GatewayLog,
  begin: (client: string | null) => void,
): void {
  let received = Buffer.alloc(0);
  const refuse = (): void => {
    log.warn({ peer }, 'A connection without a good header of the PROXY protocol was closed.');
    socket.destroy();
  };
  const deadline = setTimeout(refuse, HEADER_MS);
  socket.once('close', () => clearTimeout(deadline));
  socket.on('error', () => socket.destroy());
  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const reading = readProxyHeader(received);
    if (reading.kind === 'incomplete') return;
    clearTimeout(deadline);
    socket.off('data', take);
    if (reading.kind === 'invalid') {
      refuse();
      return;
    }
    addresses.tell(socket, reading.source ?? peer);
    socket.pause();
    const rest = received.subarray(reading.bytes);
    if (rest.length > 0) socket.unshift(rest);
    begin(reading.source);
  };
  socket.on('data', take);
}
