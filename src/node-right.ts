import type { Logger } from 'pino';
import { takeNodeLock } from './adapters/database/node-lock.ts';
import type { GatewayConfig } from './config.ts';
import type { Database } from './flows/ports.ts';
import type { SessionStore } from './flows/ports/session-store.ts';

/** The right of this process to serve on its database. */
export interface NodeRight {
  /** @throws StoreFault while it is not held, or not known to be */
  requireHeld(): void;
  /** Whose sessions end, before the right counts as regained, where another node has ended them meanwhile. */
  watchOver(sessions: SessionStore): void;
  release(): Promise<void>;
}

/** Clocks of nodes differ. */
const MARGIN_MS = 3_600_000;

/** The data folder's lock has the embedded database in it; commands serve nobody. */
export const RIGHT_WITHOUT_LOCK: NodeRight = {
  requireHeld: () => undefined,
  watchOver: () => undefined,
  release: () => Promise.resolve(),
};

/**
 * Nodes with Redis serve beside each other; one without ends, at its start, every session that stands, and does not feel
 * ends on others: it serves alone.
 *
 * @throws StoreFault when PostgreSQL cannot be reached, or another node is there and does not go in time; it says which
 */
export async function takeNodeRight(config: GatewayConfig, database: Database, log: Logger): Promise<NodeRight> {
  const where = config.database;
  if (where.kind === 'embedded') return RIGHT_WITHOUT_LOCK;
  let sessions: SessionStore | undefined;
  const lock = await takeNodeLock({
    url: where.url,
    ...(where.ca === undefined ? {} : { tls: { ca: where.ca } }),
    mode: config.redis === undefined ? 'alone' : 'one-of-many',
    onLost: err =>
      log.error({ err }, 'This node has lost its right to serve on PostgreSQL; it tries to have it again.'),
    async onRegained(lostMs) {
      const { ends } = await database.sessions.listEndsAfter(null, new Date(lostMs - MARGIN_MS));
      for (const { reference, reason } of ends) await sessions?.end(reference, reason);
      log.info({}, 'This node has its right to serve on PostgreSQL again.');
    },
  });
  return {
    requireHeld: () => lock.requireHeld(),
    watchOver: store => void (sessions = store),
    release: () => lock.release(),
  };
}
