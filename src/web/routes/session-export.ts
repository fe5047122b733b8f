import type { Organisation, Unit } from '../../accounts/organisation.ts';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import { noteOf } from '../../flows/sessions/find-enders.ts';
import { listSessions, type ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import type { SessionFilter } from '../../flows/ports/session-records.ts';
import { answerFailure } from '../failure-answer.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { readActQuery, readingScope, sessionFilterOf } from '../session-list.ts';
import { sendTable } from '../table-file.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { END_REASONS, METHOD_NAMES } from '../texts/home.ts';
import { tellEnder } from '../texts/session-ends.ts';
import { SESSIONS } from '../texts/sessions.ts';

/** As many as the stores answer at once. */
const ROWS_AT_ONCE = 1_000;

/** `POST /sessions/register/export`: the list as filtered, all of its pages, as a file. */
export function exportSessions(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const read = readActQuery(request.body);
    if (read === undefined) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const { page: _page, ...query } = read;
    const { person, authorities } = visitorOf(response);
    const scope = readingScope(authorities, person.access.account.id);
    const rows = await findRows(context, { ...sessionFilterOf(query), scope });
    await sendTable(portal, request, response, 'sessions', {
      title: SESSIONS.title,
      filter: new URLSearchParams(query).toString(),
      columns: EXPORTED.map(({ head }) => head),
      rows: rows.map(row => EXPORTED.map(({ cell }) => cell(row))),
    });
  };
}

interface ExportedRow extends ListedSession {
  readonly organisation: Organisation | undefined;
  readonly unit: Unit | undefined;
  /** When it was asked how the session stands. */
  readonly at: Date;
}

/** What the list shows, and the session's name, by which its events are found. */
const EXPORTED: readonly { readonly head: Bilingual; readonly cell: (row: ExportedRow) => string }[] = [
  { head: SESSIONS.account, cell: ({ record }) => record.loginName },
  { head: ACCOUNTS.name, cell: ({ record }) => record.name },
  { head: ACCOUNTS.organisation, cell: ({ organisation }) => organisation?.name ?? '' },
  { head: ACCOUNTS.unit, cell: ({ unit }) => unit?.name ?? '' },
  { head: SESSIONS.method, cell: ({ record }) => METHOD_NAMES[record.method].zh },
  { head: SESSIONS.address, cell: ({ record }) => record.clientAddress },
  { head: SESSIONS.since, cell: ({ record }) => formatTaipeiTime(record.authenticatedAt) },
  {
    head: SESSIONS.lastActivity,
    cell: ({ standing, at }) => (standing === null ? '' : formatTaipeiTime(new Date(at.getTime() - standing.idleMs))),
  },
  { head: SESSIONS.endsAt, cell: endsAt },
  { head: SESSIONS.endedAt, cell: ({ record: { end } }) => (end === null ? '' : formatTaipeiTime(end.at)) },
  { head: SESSIONS.why, cell: ({ record: { end } }) => (end === null ? '' : END_REASONS[end.reason].zh) },
  { head: SESSIONS.by, cell: ({ endedBy }) => (endedBy === null ? '' : tellEnder(endedBy).zh) },
  { head: SESSIONS.note, cell: ({ record }) => noteOf(record) ?? '' },
  { head: SESSIONS.systems, cell: ({ record }) => record.systemIds.join(' ') },
  { head: SESSIONS.reference, cell: ({ record }) => record.reference },
];

function endsAt({ record, standing, at }: ExportedRow): string {
  if (record.end !== null) return '';
  if (standing === null) return SESSIONS.ending.zh;
  return formatTaipeiTime(new Date(at.getTime() + standing.idleRemainingMs));
}

/** Each once: between two reads, logins and ends move what comes after. */
async function findRows(context: GatewayContext, filter: SessionFilter): Promise<ExportedRow[]> {
  const { accounts } = context.database;
  const organisations = new Map((await accounts.listOrganisations()).map(each => [each.id, each]));
  const units = new Map((await accounts.listUnits()).map(each => [each.id, each]));
  const rows = new Map<string, ExportedRow>();
  for (let offset = 0; ; offset += ROWS_AT_ONCE) {
    const { sessions, total } = await listSessions(context, filter, { offset, limit: ROWS_AT_ONCE });
    const at = context.clock.now();
    for (const session of sessions) {
      const { reference, organisationId, unitId } = session.record;
      const place = { organisation: organisations.get(organisationId), unit: units.get(unitId ?? '') };
      rows.set(reference, { ...session, ...place, at });
    }
    if (offset + ROWS_AT_ONCE >= total) return [...rows.values()];
  }
}
