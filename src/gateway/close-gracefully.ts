import type { Server } from 'node:https';
import type { Connections } from './connections.ts';
import type { DataPlane } from './data-plane.ts';

/** How often connections whose last answer has gone out are looked for and closed. */
const LOOK_AGAIN_MS = 50;

/** Ends a listener with a data plane behind it: nothing new, what is under way may finish for `graceMs` at most. */
export async function closeGracefully(
  server: Server,
  plane: DataPlane,
  connections: Connections,
  graceMs: number,
): Promise<void> {
  plane.open.breakOffEndless();
  await closeWithin(server, connections, graceMs, () => plane.open.close());
  await plane.close();
}

/** Ends a listener. @param breakOff is called before connections are cut when the time is up */
export async function closeWithin(
  server: Server,
  connections: Connections,
  graceMs: number,
  breakOff?: () => void,
): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  const looking = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_MS);
  const deadline = setTimeout(() => {
    breakOff?.();
    connections.destroyAll();
  }, graceMs);
  await closed;
  clearInterval(looking);
  clearTimeout(deadline);
}
