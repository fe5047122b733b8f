import { sql, type Kysely, type Transaction } from 'kysely';
import type { Scope } from '../../accounts/authority.ts';
import { TAKING_AWAY } from '../../applications/change-request.ts';
import type { ScheduledChange } from '../../applications/scheduled-change.ts';
import type { ApplicationReader, RecordedChange, TakenAway } from '../../flows/ports/applications.ts';
import { scopeCondition } from './application-filter.ts';
import { toScheduledChange } from './application-rows.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

type Reads = Kysely<Tables> | Transaction<Tables>;

/** Events that change an account or its rights. */
const CHANGES = [
  'account.created',
  'account.imported',
  'account.changed',
  'account.suspended',
  'account.resumed',
  'account.deleted',
  'account.granted',
  'account.grant-ended',
  'account.roles-changed',
] as const;

/** Second look of document 1, 三(三)5: what was recorded, beside the application that it names. */
export async function listRecordedChanges(
  database: Reads,
  { scope, since, limit }: Parameters<ApplicationReader['listRecordedChanges']>[0],
): Promise<RecordedChange[]> {
  const rows = await database
    .selectFrom('events')
    .innerJoin('accounts', 'accounts.id', 'events.account_id')
    .leftJoin('applications', join =>
      join.on(
        sql<boolean>`applications.number = events.facts->>'basisReference' and events.facts->>'basis' = 'application'`,
      ),
    )
    .select(['events.id', 'events.code', 'events.at', 'accounts.id as account_id', 'accounts.login_name'])
    .select(['applications.status', sql<string | null>`events.facts->>'basis'`.as('basis')])
    .select(sql<string | null>`events.facts->>'basisReference'`.as('reference'))
    .where('events.code', 'in', CHANGES)
    .where('events.at', '>=', since)
    .where(accountWithin(scope))
    .orderBy('events.at', 'desc')
    .orderBy('events.position', 'desc')
    .limit(limit)
    .execute();
  return rows.map(row => ({
    eventId: row.id,
    code: row.code,
    at: row.at,
    accountId: row.account_id,
    loginName: row.login_name,
    basis: row.basis,
    basisReference: row.reference,
    status: row.status,
  }));
}

function accountWithin(scope: Scope) {
  switch (scope.kind) {
    case 'everything':
      return sql<boolean>`true`;
    case 'organisation':
      return isUuid(scope.organisationId)
        ? sql<boolean>`accounts.organisation_id = ${scope.organisationId}`
        : sql<boolean>`false`;
    case 'unit':
      return isUuid(scope.organisationId) && isUuid(scope.unitId)
        ? sql<boolean>`accounts.organisation_id = ${scope.organisationId} and accounts.unit_id = ${scope.unitId}`
        : sql<boolean>`false`;
    case 'self':
      return isUuid(scope.accountId) ? sql<boolean>`accounts.id = ${scope.accountId}` : sql<boolean>`false`;
  }
}

/** Executed changes that took something away; a scheduled one counts when it is applied. */
export async function listTakenAway(
  database: Reads,
  { scope, since }: Parameters<ApplicationReader['listTakenAway']>[0],
): Promise<TakenAway[]> {
  const rows = await database
    .selectFrom('applications')
    .leftJoin('scheduled_changes', 'scheduled_changes.application_id', 'applications.id')
    .select(['applications.number', 'applications.organisation_id', 'applications.effective_day'])
    .select(['applications.executed_at', 'scheduled_changes.ended_at', 'scheduled_changes.state'])
    .where('applications.executed_at', 'is not', null)
    .where(sql<string>`applications.form_values->'fields'->>'change'`, 'in', TAKING_AWAY)
    .where(where => scopeCondition(where, scope))
    .where(where =>
      where.or([where('scheduled_changes.id', 'is', null), where('scheduled_changes.state', '=', 'applied')]),
    )
    .where(sql<boolean>`coalesce(scheduled_changes.ended_at, applications.executed_at) >= ${since}`)
    .orderBy('applications.number')
    .execute();
  return rows.flatMap(row => {
    const doneAt = row.ended_at ?? row.executed_at;
    if (doneAt === null || row.effective_day === null) return [];
    return [{ number: row.number, organisationId: row.organisation_id, effectiveDay: row.effective_day, doneAt }];
  });
}

/** What was scheduled and did not come about. */
export async function listCancelledChanges(
  database: Reads,
  { scope, since }: Parameters<ApplicationReader['listCancelledChanges']>[0],
): Promise<(ScheduledChange & { readonly number: string })[]> {
  const rows = await database
    .selectFrom('scheduled_changes')
    .innerJoin('applications', 'applications.id', 'scheduled_changes.application_id')
    .selectAll('scheduled_changes')
    .select('applications.number')
    .where('scheduled_changes.state', '=', 'cancelled')
    .where('scheduled_changes.ended_at', '>=', since)
    .where(where => scopeCondition(where, scope))
    .orderBy('scheduled_changes.ended_at', 'desc')
    .orderBy('applications.number')
    .execute();
  return rows.map(({ number, ...row }) => ({ ...toScheduledChange(row), number }));
}
