import type { Session } from '../../sessions/session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { SessionFilter } from '../ports/session-records.ts';

/**
 * The sessions that fit, by what the store alone knows of them: whose they are, by account, how and from where they were
 * opened. Those that are over it does not list, whatever the filter says.
 *
 * @returns undefined for a filter that only the database can answer
 * @throws StoreFault when the store cannot be asked
 */
export async function findStanding(
  { sessions }: Pick<GatewayContext, 'sessions'>,
  filter: SessionFilter,
): Promise<Session[] | undefined> {
  const { scope, references, exceptReference, accountId, method, clientAddress, withEnded: _, ...others } = filter;
  if (scope.kind !== 'everything' || Object.keys(others).length > 0) return undefined;
  const standing = accountId === undefined ? await listAll(sessions) : await sessions.listLiveOf(accountId);
  return standing.filter(
    session =>
      (references === undefined || references.includes(session.reference)) &&
      session.reference !== exceptReference &&
      (method === undefined || session.method === method) &&
      (clientAddress === undefined || session.clientAddress === clientAddress),
  );
}

async function listAll(store: GatewayContext['sessions']): Promise<Session[]> {
  const found = new Map<string, Session>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.listLive>> = await store.listLive(after);
    for (const session of page.sessions) found.set(session.reference, session);
    after = page.next;
  } while (after !== null);
  return [...found.values()];
}
