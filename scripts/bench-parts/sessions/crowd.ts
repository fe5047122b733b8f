import { randomBytes, randomUUID } from 'node:crypto';
import type { SessionStore } from '../../../src/flows/ports/session-store.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import type { Session, SessionLimits } from '../../../src/sessions/session.ts';

export const CROWD = 100_000;

export const PORTAL_HOST = 'portal.gateway.example.gov.tw';
export const SYSTEM_HOST = 'company.gateway.example.gov.tw';

/** As in production: four sessions an account at most. */
export const LIMITS: SessionLimits = {
  idleMs: 4 * 3_600_000,
  lifetimeMs: 12 * 3_600_000,
  concurrent: { account: 4, card: 4, 'card-tls': 4, 'one-day-password': 2 },
};

/** Opened at once; a store across the wire answers them in one go. */
const BATCH = 500;

/** The cookie of the n-th session on a host, made from its number so that the bench itself keeps nothing. */
export function cookieOf(prefix: string, n: number): string {
  return Buffer.from(`${prefix} ${n}`.padEnd(32, '.')).toString('base64url');
}

/** A login by card as the gateway records it, with strings of its own. */
export function aSession(accountId: string = randomUUID()): Session {
  return {
    reference: randomUUID(),
    accountId,
    method: 'card',
    authenticatedAt: new Date(),
    certificateSha256: randomBytes(32).toString('hex'),
    endsAt: null,
    clientAddress: asRead(`10.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}.17`),
  };
}

/** A text put together here is kept as its pieces, ten times its size; one from a socket or a database is whole. */
function asRead(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Opens `count` sessions, each with its portal's cookie and that of one system, two to an account. */
export async function openCrowd(store: SessionStore, prefix: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => first + i);
    const accounts = numbers.map(() => asRead(randomUUID()));
    await Promise.all(
      numbers.map(async (n, i) => {
        const session = aSession(accounts[i - (i % 2)]);
        await store.open(session, hashSecret(cookieOf(`${prefix} portal`, n)));
        await store.addHostCookie(session.reference, SYSTEM_HOST, hashSecret(cookieOf(prefix, n)), null);
      }),
    );
  }
}

/** What a request costs: from the cookie to the verdict, its activity noted. @throws when the session is over */
export async function checkOne(store: SessionStore, prefix: string, n: number): Promise<void> {
  const { alive } = await store.check(SYSTEM_HOST, hashSecret(cookieOf(prefix, n)), true);
  if (!alive) throw new Error(`Session ${n} is over.`);
}
