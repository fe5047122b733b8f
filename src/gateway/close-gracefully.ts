import type { Server } from 'node:https';
import type { Connections } from './connections.ts';
import type { Http2Sessions } from './http2-sessions.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { SilentConnections } from './silent-connections.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

/** How often connections whose last answer has gone out are looked for and closed. */
const LOOK_AGAIN_MS = 50;

/** In which a request comes on a connection that was opened for it just before the end. */
const SILENCE_MS = 1_000;

/** Ends a listener with a data plane behind it: nothing new, what is under way may finish for `graceMs` at most. */
export async function closeGracefully(
  parts: {
    readonly server: Server;
    readonly sessions: Http2Sessions;
    readonly connections: Connections;
    readonly silent: SilentConnections;
    readonly open: OpenExchanges;
    readonly upstreams: Upstreams;
  },
  graceMs: number,
): Promise<void> {
  const { open, silent, upstreams } = parts;
  open.breakOffEndless();
  parts.connections.announceEnd();
  parts.sessions.close();
  await closeWithin(parts.server, { all: parts.connections, silent }, graceMs, () => open.close());
  open.close();
  await upstreams.close();
}

/** Ends a listener. @param breakOff is called before connections are cut when the time is up */
export async function closeWithin(
  server: { close(done: () => void): unknown; closeIdleConnections(): void },
  connections: { readonly all: Pick<Connections, 'destroyAll'>; readonly silent: SilentConnections },
  graceMs: number,
  breakOff?: () => void,
): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  const looking = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_MS);
  const silence = setTimeout(() => connections.silent.destroyAll(), SILENCE_MS);
  const deadline = setTimeout(() => {
    breakOff?.();
    connections.all.destroyAll();
  }, graceMs);
  await closed;
  clearInterval(looking);
  clearTimeout(silence);
  clearTimeout(deadline);
}
