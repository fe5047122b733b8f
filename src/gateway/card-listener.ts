import { constants } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { Socket, type AddressInfo } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Randomness } from '../flows/ports.ts';
import type { Route } from './authority-routes.ts';
import { ClientAddresses } from './client-addresses.ts';
import { closeWithin } from './close-gracefully.ts';
import { Connections } from './connections.ts';
import type { GatewayLog } from './gateway-log.ts';
import { readIncoming, REQUEST_EVENTS } from './incoming-request.ts';
import { DEFAULT_LISTENER_SETTINGS, type ListenerSettings } from './listener-settings.ts';
import { listenOn } from './listening.ts';
import { readProxyHeaders } from './proxy-headers.ts';
import { answerParserError, refuseConnection } from './refused-connections.ts';
import { SilentConnections } from './silent-connections.ts';
import { httpOptions, tlsContextOptions, type ServerIdentity } from './tls-server-options.ts';

/** What a configuration makes of the card host. */
export interface CardService {
  /** Serves the card host. */
  readonly app: RequestListener;
  readonly tls: ServerIdentity;
  /** PEM of the CAs whose certificates browsers should offer; a hint to them, no judgement. */
  readonly issuers: readonly string[];
}

export interface CardListenerOptions extends CardService {
  /** Origin of the card host as browsers see it. */
  readonly origin: string;
  /** Absent: nobody is believed another address than the connection's. */
  readonly addresses?: ClientAddresses;
  readonly randomness: Pick<Randomness, 'uuid'>;
  readonly log: GatewayLog;
  readonly settings?: ListenerSettings;
}

export interface CardListener {
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Puts another configuration into use: certificate and CA names for new connections, the rest for new requests. */
  renew(next: CardService): void;
  close(graceMs: number): Promise<void>;
}

/**
 * The HTTPS listener of the card host: asks every browser for a certificate in the handshake, and lets it in without
 * one, so that a page can say what is missing.
 *
 * Every login is a handshake of its own, so that it needs the card: nothing resumes an earlier session (no tickets, no
 * session ids, and one that came about all the same is cut off), every connection has one answer, which closes it, and
 * one without an answer ends as soon as a request's head must have come: a handshake says nothing of a card long gone.
 */
export function createCardListener(options: CardListenerOptions): CardListener {
  const { log } = options;
  let { app } = options;
  const settings = options.settings ?? DEFAULT_LISTENER_SETTINGS;
  const addresses = options.addresses ?? new ClientAddresses();
  const authority = new URL(options.origin).host;
  // An application of our own, as the portal is on its host.
  const routes = new Map<string, Route>([[authority, { kind: 'portal', authority }]]);

  const server = createServer({
    ...httpOptions(settings),
    ...askingForCards(options.tls, options.issuers),
    requestCert: true,
    // The verdict is ours; a refusal by TLS would end in an error page of the browser that helps nobody.
    rejectUnauthorized: false,
    requestTimeout: settings.requestHeadMs,
    shouldUpgradeCallback: () => false,
  });
  server.maxHeadersCount = 0;
  server.maxConnections = settings.connections;
  readProxyHeaders(server, addresses, log);
  const connections = new Connections(server, addresses);
  const silent = new SilentConnections(server);

  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.isSessionReused()) {
      log.warn({}, 'A resumed TLS session was cut off: it says nothing of the card.');
      socket.destroy();
      return;
    }
    const age = setTimeout(() => {
      if (!connections.isAnswering(socket)) socket.destroy();
    }, settings.requestHeadMs);
    socket.once('close', () => clearTimeout(age));
  });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.stateOf(request.socket);
    // One request is all that a connection is for; what follows it is not read.
    if (connection.isCondemned) return;
    connection.isCondemned = true;
    connection.latest = response;
    response.shouldKeepAlive = false;
    const incoming = readIncoming(request, routes, null);
    if (!incoming.ok) {
      const requestId = options.randomness.uuid();
      const { clientAddress } = connection;
      log.info({ requestId, code: incoming.code, clientAddress }, 'A request to the card host was refused unread.');
      refuseConnection(response, incoming.code, requestId);
      return;
    }
    const { target } = incoming.read;
    request.url = target.path + target.query;
    app(request, response);
  };
  for (const event of REQUEST_EVENTS) server.on(event, handle);
  server.on('clientError', (error, socket) => {
    answerParserError(error, socket, socket instanceof Socket && connections.isAnswering(socket));
  });

  return {
    listen: where => listenOn(server, where),
    renew(next) {
      server.setSecureContext(askingForCards(next.tls, next.issuers));
      app = next.app;
    },
    close: graceMs => closeWithin(server, { all: connections, silent }, graceMs),
  };
}

/** Tickets are off here; session ids are, because nothing keeps sessions; nor can a certificate be changed half-way. */
function askingForCards(tls: ServerIdentity, issuers: readonly string[]): SecureContextOptions {
  return {
    ...tlsContextOptions(tls),
    ca: [...issuers],
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
