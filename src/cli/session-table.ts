import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SessionRecord } from '../flows/ports/session-records.ts';
import type { SessionStanding } from '../flows/ports/session-store.ts';
import { StoreFault } from '../flows/ports/store-fault.ts';
import { findEnders, noteOf, type Ender } from '../flows/sessions/find-enders.ts';
import type { Replacement } from '../sessions/session.ts';
import { formatTable } from './command.ts';

/** A session as the command line prints it. */
export interface ListedSession {
  readonly session: string;
  readonly account: string;
  readonly name: string;
  readonly organisation: string;
  readonly unit: string | null;
  readonly method: SessionRecord['method'];
  readonly address: string;
  readonly since: string;
  readonly systems: readonly string[];
  /** Whole seconds; null for one that is over, or where the session store does not know. */
  readonly idleSeconds: number | null;
  readonly idleRemainingSeconds: number | null;
  readonly end: {
    readonly reason: string;
    readonly at: string;
    /** In words. */
    readonly by: string;
    readonly note: string | null;
  } | null;
}

/** @param standings how the live ones stand; undefined where the session store cannot be asked */
export async function listSessions(
  { database }: Pick<GatewayContext, 'database'>,
  records: readonly SessionRecord[],
  standings: ReadonlyMap<string, SessionStanding> | undefined,
): Promise<ListedSession[]> {
  const enders = await findEnders({ database }, records);
  const organisations = new Map((await database.accounts.listOrganisations()).map(({ id, code }) => [id, code]));
  const units = new Map((await database.accounts.listUnits()).map(({ id, code }) => [id, code]));
  return records.map(record => {
    const standing = record.end === null ? standings?.get(record.reference) : undefined;
    return {
      session: record.reference,
      account: record.loginName,
      name: record.name,
      organisation: organisations.get(record.organisationId) ?? record.organisationId,
      unit: record.unitId === null ? null : (units.get(record.unitId) ?? record.unitId),
      method: record.method,
      address: record.clientAddress,
      since: record.authenticatedAt.toISOString(),
      systems: record.systemIds,
      idleSeconds: standing === undefined ? null : Math.floor(standing.idleMs / 1000),
      idleRemainingSeconds: standing === undefined ? null : Math.floor(standing.idleRemainingMs / 1000),
      end: record.end && {
        reason: record.end.reason,
        at: record.end.at.toISOString(),
        by: tellEnder(enders.get(record.reference)),
        note: noteOf(record),
      },
    };
  });
}

/** How the sessions of a list stand; undefined where the session store cannot be asked. */
export async function describeLive(
  { sessions }: GatewayContext,
  records: readonly SessionRecord[],
): Promise<ReadonlyMap<string, SessionStanding> | undefined> {
  const live = records.filter(({ end }) => end === null).map(({ reference }) => reference);
  try {
    return await sessions.describe(live);
  } catch (error) {
    if (error instanceof StoreFault) return undefined;
    throw error;
  }
}

export function tableOfSessions(sessions: readonly ListedSession[]): string {
  const header = [
    'SESSION',
    'ACCOUNT',
    'NAME',
    'ORGANISATION',
    'METHOD',
    'ADDRESS',
    'SINCE',
    'IDLE',
    'SYSTEMS',
    'ENDED',
  ];
  const rows = sessions.map(each => [
    each.session,
    each.account,
    each.name,
    each.unit === null ? each.organisation : `${each.organisation}/${each.unit}`,
    each.method,
    each.address,
    formatTaipeiTime(new Date(each.since)),
    each.idleSeconds === null ? '-' : formatSeconds(each.idleSeconds),
    each.systems.join(',') || '-',
    each.end === null ? '-' : describeEnd(each.end),
  ]);
  return formatTable([header, ...rows]);
}

/** Hours, minutes and seconds: `3:59:59`. */
export function formatSeconds(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function describeEnd({ at, reason, by, note }: NonNullable<ListedSession['end']>): string {
  return `${formatTaipeiTime(new Date(at))} ${reason} by ${by}${note === null ? '' : `: ${note}`}`;
}

function tellEnder(ender: Ender | undefined): string {
  switch (ender?.kind) {
    case 'login':
      return ender.login === null ? 'another login' : `a login ${tellLogin(ender.login)}`;
    case 'same-browser':
      return 'a login in the same browser';
    case 'account':
      return `account ${ender.loginName}`;
    case 'operator':
      return `command line (${ender.name})`;
    case 'gateway':
    case undefined:
      return 'gateway';
  }
}

function tellLogin({ method, clientAddress, at }: Replacement): string {
  return `by ${method} from ${clientAddress} at ${formatTaipeiTime(at)}`;
}
