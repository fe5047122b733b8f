import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Scope } from '../../accounts/authority.ts';
import type { ApplicationAudience, ApplicationFilter } from '../../flows/ports/applications.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

type Builder = ExpressionBuilder<Tables, 'applications'>;

const NOTHING = sql<SqlBool>`false`;

/** The filter as one condition; the audience always holds, and one that is empty sees nothing. */
export function applicationsFitting(filter: ApplicationFilter): (where: Builder) => Expression<SqlBool> {
  return where => {
    const fits: Expression<SqlBool>[] = [audienceCondition(where, filter.audience)];
    const { forms, statuses, stages, organisationId, text, namesAt, draftedSince, effectiveUntil } = filter;
    if (forms !== undefined) fits.push(forms.length === 0 ? NOTHING : where('form', 'in', forms));
    if (statuses !== undefined) fits.push(statuses.length === 0 ? NOTHING : where('status', 'in', statuses));
    if (stages !== undefined) fits.push(stages.length === 0 ? NOTHING : where('stage', 'in', stages));
    if (organisationId !== undefined) fits.push(scopeCondition(where, { kind: 'organisation', organisationId }));
    if (text !== undefined) {
      const pattern = `%${text
        .normalize('NFC')
        .toWellFormed()
        .replaceAll('\0', '')
        .replace(/[\\%_]/g, '\\$&')}%`;
      const isNamed = where('subject_name', 'ilike', pattern);
      const byName = namesAt === undefined ? isNamed : where.and([isNamed, passesOneOf(where, namesAt)]);
      fits.push(where.or([where('number', 'ilike', pattern), byName]));
    }
    if (draftedSince !== undefined) fits.push(where('drafted_at', '>=', draftedSince));
    if (effectiveUntil !== undefined) fits.push(where('effective_day', '<=', effectiveUntil));
    return where.and(fits);
  };
}

function audienceCondition(where: Builder, audience: ApplicationAudience): Expression<SqlBool> {
  switch (audience.kind) {
    case 'scopes':
      // A draft is its filer's alone until it is submitted.
      return where.and([
        where('submitted_at', 'is not', null),
        anyOf(
          where,
          audience.scopes.map(scope => scopeCondition(where, scope)),
        ),
      ]);
    case 'desks':
      return anyOf(
        where,
        audience.desks.map(({ stage, status, scope }) =>
          where.and([where('stage', '=', stage), where('status', '=', status), scopeCondition(where, scope)]),
        ),
      );
    case 'person':
      if (!isUuid(audience.accountId)) return NOTHING;
      return where.or([
        where('filer_account_id', '=', audience.accountId),
        where.and([where('subject_account_id', '=', audience.accountId), where('submitted_at', 'is not', null)]),
      ]);
    case 'card':
      return where('filer_subject_hash', '=', audience.subjectHash);
  }
}

/** Whether the application's way leads by one of these desks. */
function passesOneOf(where: Builder, desks: NonNullable<ApplicationFilter['namesAt']>): Expression<SqlBool> {
  const conditions = desks.map(({ stage, scope }) =>
    where.and([sql<SqlBool>`route @> ${JSON.stringify([stage])}::jsonb`, scopeCondition(where, scope)]),
  );
  return anyOf(where, conditions);
}

function anyOf(where: Builder, conditions: Expression<SqlBool>[]): Expression<SqlBool> {
  return conditions.length === 0 ? NOTHING : where.or(conditions);
}

/** Whether a scope reaches the application. */
export function scopeCondition(where: Builder, scope: Scope): Expression<SqlBool> {
  switch (scope.kind) {
    case 'everything':
      return sql<SqlBool>`true`;
    case 'organisation':
      return matching(where, 'applications.organisation_id', scope.organisationId);
    case 'unit':
      return where.and([
        matching(where, 'applications.organisation_id', scope.organisationId),
        matching(where, 'applications.unit_id', scope.unitId),
      ]);
    case 'self':
      return matching(where, 'applications.subject_account_id', scope.accountId);
  }
}

function matching(
  where: Builder,
  column: 'applications.organisation_id' | 'applications.unit_id' | 'applications.subject_account_id',
  id: string,
): Expression<SqlBool> {
  return isUuid(id) ? where(column, '=', id) : NOTHING;
}
