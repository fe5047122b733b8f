import { randomBytes, randomUUID } from 'node:crypto';
import type { RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { createRedisSessionStore, type RedisSessionStore } from '../../../src/adapters/redis/session-store.ts';
import type { Session, SessionLimits } from '../../../src/sessions/session.ts';

export const HOUR = 3_600_000;
export const PORTAL = 'portal.gateway.test';
export const COMPANY = 'company.gateway.test';
const LIMITS: SessionLimits = {
  idleMs: 4 * HOUR,
  lifetimeMs: 12 * HOUR,
  concurrent: { account: 4, card: 4, 'card-tls': 4, 'one-day-password': 2 },
};

export const aCookie = (): string => randomBytes(32).toString('base64url');

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    reference: randomUUID(),
    accountId: randomUUID(),
    method: 'card',
    authenticatedAt: new Date('2026-03-01T00:00:00Z'),
    certificateSha256: randomBytes(32).toString('hex'),
    endsAt: null,
    clientAddress: '192.0.2.1',
    ...changes,
  };
}

/** A node's store, and what it has told. */
export interface TestNode {
  readonly store: RedisSessionStore;
  readonly connection: RedisConnection;
  readonly ends: [reference: string, reason: string][];
  readonly expired: [reference: string, reason: string][];
  close(): void;
}

export function startNode(connection: RedisConnection, changes: { browserLimit?: number } = {}): TestNode {
  const store = createRedisSessionStore(connection, { limits: LIMITS, portalHost: PORTAL, now: Date.now, ...changes });
  const ends: TestNode['ends'] = [];
  const expired: TestNode['expired'] = [];
  store.onEnd((reference, reason) => ends.push([reference, reason]));
  store.onExpiry((session, reason) => expired.push([session.reference, reason]));
  const close = (): void => {
    store.close();
    connection.close();
  };
  return { store, connection, ends, expired, close };
}
