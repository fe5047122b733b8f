import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import type { SessionFilter } from '../flows/ports/session-records.ts';
import type { StoreFault } from '../flows/ports/store-fault.ts';
import { findStanding } from '../flows/sessions/find-standing.ts';
import { formatTable, type CommandContext, type CommandResult } from './command.ts';
import { formatSeconds } from './session-table.ts';

/**
 * The sessions that stand and fit, newest first, as far as the session store alone knows them; for while the database is away.
 *
 * @param away why the database was asked in vain
 * @throws StoreFault when only the database can tell, or the session store cannot be asked either
 */
export async function listStanding(
  { gateway }: Pick<CommandContext, 'gateway'>,
  filter: SessionFilter,
  limit: number,
  away: StoreFault,
): Promise<CommandResult> {
  const standing = await findStanding(gateway, filter);
  if (standing === undefined) throw away;
  const shown = standing.toSorted((a, b) => b.authenticatedAt.getTime() - a.authenticatedAt.getTime()).slice(0, limit);
  const standings = await gateway.sessions.describe(shown.map(({ reference }) => reference));
  const sessions = shown.map(session => ({
    session: session.reference,
    accountId: session.accountId,
    method: session.method,
    address: session.clientAddress,
    since: session.authenticatedAt.toISOString(),
    idleSeconds: Math.floor((standings.get(session.reference)?.idleMs ?? 0) / 1000),
  }));
  const rows = sessions.map(({ session, accountId, method, address, since, idleSeconds }) => [
    session,
    accountId,
    method,
    address,
    formatTaipeiTime(new Date(since)),
    formatSeconds(idleSeconds),
  ]);
  const text = [
    ...(rows.length === 0 ? [] : [formatTable([HEAD, ...rows]), '']),
    `${standing.length} session(s)${shown.length < standing.length ? `, the newest ${shown.length} shown` : ''}. Times are Asia/Taipei.`,
    'The database is away: these stand by what the session store knows; names, systems and ended sessions it does not know.',
  ];
  const data = { sessions, total: standing.length, storeAnswers: true, databaseAnswers: false };
  return { exitCode: standing.length === 0 ? 1 : 0, data, text: text.join('\n') };
}

const HEAD = ['SESSION', 'ACCOUNT ID', 'METHOD', 'ADDRESS', 'SINCE', 'IDLE'];

/** What is left to do where a store that is away would have to be asked. */
export function tellStoreAway({ message }: StoreFault): CommandResult {
  const text = [
    `A store cannot be asked: ${message}`,
    'What had ended before stays ended; nothing else has.',
    'While the database is away, name sessions by --session, --account with the id of an account, --method, --address or --all,',
    'as session list shows them then; login names, organisations, units and systems only the database knows.',
    'While the session store is away as well, only --session ends any.',
  ].join('\n');
  return { exitCode: 2, data: { code: 'store-away', message }, text };
}
