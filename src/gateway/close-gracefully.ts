import type { Server } from 'node:https';
import type { Connections } from './connections.ts';
import type { DataPlane } from './data-plane.ts';

/** How often connections whose last answer has gone out are looked for and closed. */
const LOOK_AGAIN_MS = 50;

/** Ends a listener: nothing new, what is under way may finish for `graceMs` at most. */
export async function closeGracefully(
  server: Server,
  plane: DataPlane,
  connections: Connections,
  graceMs: number,
): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  plane.open.breakOffEndless();
  const looking = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_MS);
  const deadline = setTimeout(() => {
    plane.open.close();
    connections.destroyAll();
  }, graceMs);
  await closed;
  clearInterval(looking);
  clearTimeout(deadline);
  await plane.close();
}
