import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SystemPages } from '../flows/ports.ts';
import { readHttp2Head } from '../http-fields/http2-head.ts';
import { asksForWebSocket } from '../http-fields/websocket-handshake.ts';
import { routesByAuthority } from './authority-routes.ts';
import { ClientAddresses } from './client-addresses.ts';
import { closeGracefully } from './close-gracefully.ts';
import type { ConnectionShares } from './connection-shares.ts';
import { Connections, type ConnectionState } from './connections.ts';
import { DataPlane } from './data-plane.ts';
import type { GatewayLog } from './gateway-log.ts';
import { Http2Sessions, type StreamRequest } from './http2-sessions.ts';
import { readIncoming, REQUEST_EVENTS } from './incoming-request.ts';
import { DEFAULT_LISTENER_SETTINGS, type ListenerSettings } from './listener-settings.ts';
import { listenOn } from './listening.ts';
import { OpenExchanges } from './open-exchanges.ts';
import { HSTS } from './own-responses.ts';
import { chooseProtocol, divertHttp2 } from './protocol-choice.ts';
import { readProxyHeaders } from './proxy-headers.ts';
import { answerParserError, refuseConnection, type RefusalCode } from './refused-connections.ts';
import { SilentConnections } from './silent-connections.ts';
import { hasContent, type ClientResponse, type UpgradingClient } from './system-request.ts';
import { httpOptions, tlsContextOptions, type ServerIdentity } from './tls-server-options.ts';
import { Upstreams, type UpstreamState } from './upstreams/upstreams.ts';

/** What a configuration makes of requests. */
export interface Service {
  readonly context: GatewayContext;
  /** Serves the portal's host: the Express application. */
  readonly portal: RequestListener;
  readonly pages: SystemPages;
}

export interface PublicListenerOptions extends Service {
  readonly tls: ServerIdentity;
  /** Absent: nobody is believed another address than the connection's. */
  readonly addresses?: ClientAddresses;
  /** How many connections each client may have; absent: all that there are. */
  readonly shares?: ConnectionShares;
  readonly log: GatewayLog;
  readonly settings?: ListenerSettings;
}

export interface PublicListener {
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /**
   * Puts another configuration into use: the certificate for new connections, the rest for requests that are read from now
   * on; those before go by what held when they were read. Connections stay.
   */
  renew(next: Service & { readonly tls: ServerIdentity }): void;
  /** How the servers of the business systems stand. */
  upstreamStates(): readonly UpstreamState[];
  /** What is under way. */
  openCounts(): OpenExchanges['counts'];
  /** From now on every answer is the last of its connection (HTTP/2: clients are told to go elsewhere); connections are still accepted. */
  announceEnd(): void;
  /**
   * Stops accepting, ends what would never end (WebSocket, server-sent events), lets the rest finish for `graceMs` at
   * most, then closes everything.
   */
  close(graceMs: number): Promise<void>;
}

/** How often connections without a request are looked for. */
const IDLE_LOOK_MS = 1_000;

/** The bare connection of a request that asks to become a WebSocket, and what came behind its head. */
interface Upgrade {
  readonly socket: Socket;
  readonly early: Buffer;
}

/** The HTTPS listener that people's browsers reach: the portal's host and one host for each business system. */
export function createPublicListener(options: PublicListenerOptions): PublicListener {
  const { log } = options;
  const settings = options.settings ?? DEFAULT_LISTENER_SETTINGS;
  const addresses = options.addresses ?? new ClientAddresses();
  const open = new OpenExchanges(options.context.sessions);
  const upstreams = new Upstreams(options.context.systems.values(), settings.responseHeadBytes, log);
  const serveBy = ({ context, portal, pages }: Service) => ({
    portal,
    routes: routesByAuthority(context),
    http2Hosts: new Set([...context.systems.values()].map(system => system.host)),
    plane: new DataPlane(context, pages, { open, upstreams, settings, log }),
  });
  // Replaced at once and whole, and read once a request.
  let service = serveBy(options);
  let judging = Promise.resolve();
  const judgeStanding = (): void => void (judging = judging.then(() => service.plane.judgeStanding()));
  const standing = setInterval(judgeStanding, settings.standingJudgedMs).unref();

  const server = createServer({
    ...tlsContextOptions(options.tls),
    ...httpOptions(settings),
    ALPNCallback: ({ servername, protocols }) => chooseProtocol(protocols, service.http2Hosts.has(servername)),
    // Uploads take as long as they take while bytes come; OpenExchanges ends those that stand still.
    requestTimeout: 0,
    shouldUpgradeCallback: request => asksForWebSocket(request.method ?? '', request.headers.upgrade),
  });
  // Node would drop fields beyond its own limit silently; readRequestHead refuses such a request instead.
  server.maxHeadersCount = 0;
  server.maxConnections = settings.connections;
  const sessions = new Http2Sessions({
    settings,
    onRequest: asked => serveStream(asked),
    onAbuse: (socket, why) => {
      const { clientAddress } = connections.stateOf(socket);
      log.warn({ clientAddress, why }, 'A connection of HTTP/2 was ended for what was done on it.');
    },
  });
  divertHttp2(server, socket => sessions.begin(socket));
  readProxyHeaders(server, addresses, log, options.shares);
  const connections = new Connections(server, addresses);
  const silent = new SilentConnections(server);
  const idle = setInterval(() => connections.endIdle(settings.keepAliveMs + settings.requestHeadMs), IDLE_LOOK_MS);
  idle.unref();

  const handle = (request: IncomingMessage, response: ServerResponse, upgrade: Upgrade | null): void => {
    const connection = connections.stateOf(request.socket);
    if (connection.isCondemned) return;
    connections.inTurn(connection, response, request.socket, () => serve(request, response, upgrade, connection));
  };

  const serve = (
    request: IncomingMessage,
    response: ServerResponse,
    upgrade: Upgrade | null,
    connection: ConnectionState,
  ): void => {
    const { portal, routes, plane } = service;
    const requestId = options.context.randomness.uuid();
    const incoming = readIncoming(request, routes, upgrade);
    const clientAddress = addresses.ofRequest(request, connection.clientAddress);
    if (!incoming.ok || clientAddress === undefined) {
      connection.isCondemned = true;
      refuse(connection, response, requestId, incoming.ok ? 'forwarded-for-invalid' : incoming.code);
      return;
    }
    const { route, head, target } = incoming.read;
    if (route.kind === 'portal') {
      request.url = target.path + target.query;
      response.setHeader(...HSTS);
      if (head.expectation === 'continue') response.writeContinue();
      if (hasContent(head)) endUnlessComplete(request, response, settings.portalContentMs);
      portal(request, response);
      return;
    }
    const { system, authority } = route;
    const to = { system, authority, requestId, clientAddress, head, target, request, response };
    plane.serve(to, upgrade === null ? undefined : upgrading(upgrade.socket, response));
  };

  /** Each stream stands for itself: what is wrong with one says nothing of the others, whose ends nobody can take for another. */
  const serveStream = ({ socket, rawFields, endsWithHead, request, response }: StreamRequest): void => {
    const { routes, plane } = service;
    const requestId = options.context.randomness.uuid();
    const connection = connections.stateOf(socket);
    const reading = readHttp2Head(rawFields, endsWithHead, settings.requestHeadBytes);
    const incoming = reading.ok
      ? readIncoming(reading.line, routes, null)
      : { ok: false as const, code: reading.failure.code };
    const clientAddress = addresses.ofRequest({ socket, rawHeaders: rawFields }, connection.clientAddress);
    if (!incoming.ok || clientAddress === undefined) {
      refuse(connection, response, requestId, incoming.ok ? 'forwarded-for-invalid' : incoming.code);
      return;
    }
    const { route, head, target } = incoming.read;
    if (route.kind === 'system') {
      const { system, authority } = route;
      plane.serve({ system, authority, requestId, clientAddress, head, target, request, response });
    }
    // Its application speaks HTTP/1.1; a browser asks once more, on a connection of its own (RFC 9110 section 15.5.20).
    else refuse(connection, response, requestId, 'host-unknown');
  };

  const refuse = (
    { clientAddress }: ConnectionState,
    response: ClientResponse,
    requestId: string,
    code: RefusalCode,
  ): void => {
    log.info({ requestId, code, clientAddress }, 'A request was refused unread.');
    refuseConnection(response, code, requestId);
  };

  for (const event of REQUEST_EVENTS) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => handle(request, response, null));
  }
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, early: Buffer) => {
    socket.on('error', () => socket.destroy());
    // Behind a request that is not answered yet, it would have to wait on a connection that is no more HTTP; browsers never do that.
    if (!(socket instanceof Socket) || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    silent.hasSpoken(socket);
    handle(request, responseOn(socket, request), { socket, early });
  });
  server.on('clientError', (error, socket) => {
    answerParserError(error, socket, socket instanceof Socket && connections.hasBegunAnswer(socket));
  });

  return {
    listen: where => listenOn(server, where),
    renew(next) {
      const nextService = serveBy(next);
      server.setSecureContext(tlsContextOptions(next.tls));
      upstreams.renew(next.context.systems.values());
      service = nextService;
      judgeStanding();
    },
    upstreamStates: () => upstreams.states(),
    openCounts: () => open.counts,
    announceEnd() {
      connections.announceEnd();
      sessions.announceEnd();
    },
    close(graceMs) {
      clearInterval(standing);
      clearInterval(idle);
      return closeGracefully({ server, sessions, connections, silent, open, upstreams }, graceMs);
    },
  };
}

/** Node hands out the bare socket of an upgrade; whatever is answered short of 101 is an ordinary response and the last. */
function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  return response;
}

function upgrading(socket: Socket, response: ServerResponse): UpgradingClient {
  return { socket, release: () => response.detachSocket(socket) };
}

/** Ends a request whose content has not come after `deadlineMs`. */
function endUnlessComplete(request: IncomingMessage, response: ServerResponse, deadlineMs: number): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, deadlineMs);
  response.once('close', () => clearTimeout(timer));
}
