import { constants } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import type { SystemPages } from '../../flows/ports.ts';
import { dialectOfTarget, type ForwardAuthDialect } from '../../http-fields/forward-auth/dialect.ts';
import { clientAddressOf } from '../../http-fields/client-address.ts';
import { closeWithin } from '../close-gracefully.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { REQUEST_EVENTS } from '../incoming-request.ts';
import { DEFAULT_LISTENER_SETTINGS, type ListenerSettings } from '../listener-settings.ts';
import { listenOn } from '../listening.ts';
import { networkMatcher } from '../../config/networks.ts';
import { SilentConnections } from '../silent-connections.ts';
import { httpOptions, tlsContextOptions, type ServerIdentity } from '../tls-server-options.ts';
import { ForwardAuthPlane } from './forward-auth-plane.ts';
import { listPeers, type ForwardAuthPeer, type Peers } from './peers.ts';

/** Certificate chain and key, and the CA whose certificates proxies show, PEM. */
export interface ForwardAuthIdentity extends ServerIdentity {
  readonly ca: string | Buffer;
}

/** What a configuration makes of questions. */
interface ForwardAuthService {
  readonly context: GatewayContext;
  readonly pages: SystemPages;
  readonly peers: readonly ForwardAuthPeer[];
  /** Proxies in front of the asking ones that are believed about addresses: addresses, or networks as `address/prefix`. */
  readonly trustedProxies: readonly string[];
}

export interface ForwardAuthListener {
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Puts another configuration into use: the certificate and the peers for new connections, the rest for new questions. */
  renew(next: ForwardAuthService & { readonly tls: ForwardAuthIdentity | undefined }): void;
  /** Stops accepting; questions that are open have `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

/** Longer than the two minutes for which Caddy keeps a connection that is idle: it is never we who close under a question. */
const KEEP_ALIVE_MS = 150_000;

/** The client's head once more, the address of what it asked for, and what the proxy adds. */
const HEADS = 3;

/**
 * The listener for proxies that ask whether they may pass a request on: plain HTTP on loopback, else HTTPS with a client
 * certificate. A connection of anybody who is not listed is closed, and nothing is said.
 */
export function createForwardAuthListener(
  options: ForwardAuthService & {
    /** Absent: plain HTTP. */
    readonly tls: ForwardAuthIdentity | undefined;
    readonly log: GatewayLog;
    readonly settings?: ListenerSettings;
  },
): ForwardAuthListener {
  const { tls, log, settings = DEFAULT_LISTENER_SETTINGS } = options;
  const serveBy = ({ context, pages, peers, trustedProxies }: ForwardAuthService) => ({
    peers: listPeers(peers),
    plane: new ForwardAuthPlane(context, pages, { isTrusted: networkMatcher(trustedProxies), settings, log }),
  });
  let service = serveBy(options);
  const known = new WeakMap<Socket, { readonly peers: Peers; readonly dialects: ReadonlySet<ForwardAuthDialect> }>();

  const http = {
    ...httpOptions(settings),
    maxHeaderSize: HEADS * settings.requestHeadBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: settings.requestHeadMs,
  };
  const server =
    tls === undefined
      ? createServer(http)
      : createTlsServer({ ...http, ...mutualTls(tls), requestCert: true, rejectUnauthorized: true });
  server.maxHeadersCount = 0;
  server.maxConnections = settings.connections;

  const silent = new SilentConnections(server);
  const sockets = new Set<Socket>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (!service.peers.mayConnect(socket)) {
      turnOff(socket);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket: Socket) => {
    if (dialectsOf(socket).size === 0) turnOff(socket);
  });

  /** Asked once a connection, and once more where the peers are others since. */
  function dialectsOf(socket: Socket): ReadonlySet<ForwardAuthDialect> {
    const { peers } = service;
    const held = known.get(socket);
    if (held?.peers === peers) return held.dialects;
    const dialects = peers.dialectsOf(socket);
    known.set(socket, { peers, dialects });
    return dialects;
  }

  function turnOff(socket: Socket): void {
    log.warn({ peer: clientAddressOf(socket) }, 'A peer that is not listed in forwardAuth.peers was turned off.');
    socket.destroy();
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket, url = '', method } = request;
    const dialect = dialectOfTarget(url);
    if (isClosing) response.shouldKeepAlive = false;
    if (dialect === undefined || !dialectsOf(socket).has(dialect)) {
      const peer = clientAddressOf(socket);
      log.warn({ peer, dialect }, 'A proxy asked where no question of its dialect is answered.');
      response.shouldKeepAlive = false;
      response.writeHead(404, ['Content-Length', '0']).end();
    } else if (dialect !== 'envoy' && method !== 'GET') {
      response.shouldKeepAlive = false;
      response.writeHead(405, ['Allow', 'GET', 'Content-Length', '0']).end();
    } else service.plane.answer({ dialect, request, response });
  };
  for (const event of REQUEST_EVENTS) server.on(event, handle);

  return {
    listen: where => listenOn(server, where),
    renew(next) {
      service = serveBy(next);
      if (next.tls !== undefined && 'setSecureContext' in server) server.setSecureContext(mutualTls(next.tls));
    },
    async close(graceMs) {
      isClosing = true;
      const all = { destroyAll: () => sockets.forEach(socket => socket.destroy()) };
      await closeWithin(server, { all, silent }, graceMs);
    },
  };
}

/** Nothing is resumed: a session that is would be of a certificate that nobody has checked since. */
function mutualTls({ ca, ...identity }: ForwardAuthIdentity): SecureContextOptions {
  return { ...tlsContextOptions(identity), ca, secureOptions: constants.SSL_OP_NO_TICKET };
}
