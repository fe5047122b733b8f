import type { Replacement } from '../../sessions/session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { RecordedEnd, SessionRecord } from '../ports/session-records.ts';

/** At whose word a session ended, as people are told. */
export type Ender =
  /** The login that took its place; null where its record is gone. */
  | { readonly kind: 'login'; readonly login: Replacement | null }
  /** Whoever logged in anew in the same browser. */
  | { readonly kind: 'same-browser' }
  | { readonly kind: 'account'; readonly accountId: string; readonly loginName: string; readonly name: string }
  /** Through the command line; the name is his own word. */
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'gateway' };

type Ended = SessionRecord & { readonly end: RecordedEnd };

/**
 * At whose word each of the sessions that are over ended, by reference.
 *
 * @param records at most 1,000
 */
export async function findEnders(
  { database }: Pick<GatewayContext, 'database'>,
  records: readonly SessionRecord[],
): Promise<ReadonlyMap<string, Ender>> {
  const ended = records.filter((record): record is Ended => record.end !== null);
  const logins = await findReplacing(database, ended);
  const accounts = new Map<string, Ender>();
  const enders = new Map<string, Ender>();
  for (const record of ended) {
    const { end, accountId } = record;
    if (isReplaced(record)) enders.set(record.reference, replacedBy(record, logins));
    else if (end.by.kind !== 'account') enders.set(record.reference, tellOther(end.by));
    else if (end.by.accountId === accountId) {
      enders.set(record.reference, { kind: 'account', accountId, loginName: record.loginName, name: record.name });
    } else {
      const found = accounts.get(end.by.accountId) ?? (await nameAccount(database, end.by.accountId));
      accounts.set(end.by.accountId, found);
      enders.set(record.reference, found);
    }
  }
  return enders;
}

/** Why, in the words of whoever ended it; what a record of one that gave way notes says nothing to people. */
export function noteOf({ end }: Pick<SessionRecord, 'end'>): string | null {
  return end === null || end.reason === 'replaced' ? null : end.note;
}

/** By a login of the account itself; the record of one that gave way to it names it in place of a note. */
function isReplaced({ end, accountId }: Ended): boolean {
  return end.reason === 'replaced' && end.by.kind === 'account' && end.by.accountId === accountId;
}

function replacedBy({ end, accountId }: Ended, logins: ReadonlyMap<string, SessionRecord>): Ender {
  if (end.note === null) return { kind: 'same-browser' };
  const found = logins.get(end.note);
  // What names a session of somebody else names none.
  if (found?.accountId !== accountId) return { kind: 'login', login: null };
  const { method, clientAddress, authenticatedAt: at } = found;
  return { kind: 'login', login: { method, clientAddress, at } };
}

async function findReplacing(
  database: GatewayContext['database'],
  ended: readonly Ended[],
): Promise<ReadonlyMap<string, SessionRecord>> {
  const references = ended.filter(isReplaced).flatMap(({ end }) => end.note ?? []);
  if (references.length === 0) return new Map();
  const { sessions } = await database.sessions.findSessions(
    { scope: { kind: 'everything' }, references: [...new Set(references)], withEnded: true },
    { offset: 0, limit: 1_000 },
  );
  return new Map(sessions.map(session => [session.reference, session]));
}

async function nameAccount({ accounts }: GatewayContext['database'], accountId: string): Promise<Ender> {
  const account = await accounts.findAccount(accountId);
  return { kind: 'account', accountId, loginName: account?.loginName ?? accountId, name: account?.name ?? accountId };
}

function tellOther(by: Exclude<RecordedEnd['by'], { kind: 'account' }>): Ender {
  return by.kind === 'command-line' ? { kind: 'operator', name: by.declaredName ?? by.osUser } : { kind: 'gateway' };
}
