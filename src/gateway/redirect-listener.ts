import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAuthority } from '../http-fields/authority.ts';
import { parseRequestTarget } from '../http-fields/request-target.ts';
import type { GatewayLog } from './gateway-log.ts';
import { answerExpectations, closeAtOnce, listenOn } from './listening.ts';

export interface RedirectListener {
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Knows these hosts from now on. */
  renew(origins: readonly string[]): void;
  close(): Promise<void>;
}

/**
 * The plain-HTTP listener: sends browsers that were typed a bare name to the same address over TLS, and knows no other
 * host than ours. GET and HEAD are redirected by 301; others by 308, which keeps method and content.
 *
 * @param origins the https origins of all our hosts
 */
export function createRedirectListener(origins: readonly string[], log: GatewayLog): RedirectListener {
  let originByHost = byHost(origins);
  const server = createServer(
    // Nothing but a head is read here, so small limits do.
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      const hosts = request.headersDistinct['host'] ?? [];
      const [hostField = ''] = hosts;
      const authority = hosts.length === 1 ? parseAuthority(hostField, 80) : undefined;
      const origin = authority && originByHost.get(authority.host);
      const parsing = parseRequestTarget(request.url ?? '', hostField);
      const status = authority === undefined ? 400 : origin === undefined ? 421 : parsing.ok ? null : 400;
      response.setHeader('Connection', 'close');
      response.setHeader('Content-Length', '0');
      response.setHeader('Cache-Control', status === null ? 'max-age=3600' : 'no-store');
      if (status !== null || origin === undefined || !parsing.ok) {
        response.writeHead(status ?? 400).end();
        return;
      }
      response.setHeader('Location', origin + parsing.target.path + parsing.target.query);
      response.writeHead(request.method === 'GET' || request.method === 'HEAD' ? 301 : 308).end();
    },
  );
  server.on('clientError', (error, socket) => {
    log.info({ err: error }, 'A plain-HTTP request could not be read.');
    socket.destroy();
  });
  answerExpectations(server);
  return {
    listen: where => listenOn(server, where),
    renew: next => (originByHost = byHost(next)),
    close: () => closeAtOnce(server),
  };
}

function byHost(origins: readonly string[]): ReadonlyMap<string, string> {
  return new Map(origins.map(origin => [new URL(origin).hostname, origin]));
}
