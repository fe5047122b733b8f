import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { AccountFilter } from '../../flows/ports/accounts.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

type Builder = ExpressionBuilder<Tables, 'accounts' | 'people'>;

/** The filter as one condition over accounts and people; an id that the schema could not hold fits nothing. */
export function accountsFitting(filter: AccountFilter): (where: Builder) => Expression<SqlBool> {
  return where => {
    const fits: Expression<SqlBool>[] = [scopeCondition(where, filter)];
    const { organisationId, unitId, states, role, systemId, text, idleSince } = filter;
    if (organisationId !== undefined) fits.push(matching(where, 'accounts.organisation_id', organisationId));
    if (unitId !== undefined) fits.push(matching(where, 'accounts.unit_id', unitId));
    if (states !== undefined) fits.push(states.length === 0 ? sql<SqlBool>`false` : where('state', 'in', states));
    if (role !== undefined) {
      const held = where
        .selectFrom('account_roles')
        .whereRef('account_id', '=', 'accounts.id')
        .where('role', '=', role);
      fits.push(where.exists(held.select('role')));
    }
    if (systemId !== undefined) {
      const granted = where
        .selectFrom('system_grants')
        .whereRef('account_id', '=', 'accounts.id')
        .where('system_id', '=', systemId)
        .where('system_grants.state', '=', 'live');
      fits.push(where.exists(granted.select('system_grants.id')));
    }
    if (text !== undefined) {
      const pattern = `%${text.normalize('NFC').replace(/[\\%_]/g, '\\$&')}%`;
      fits.push(where.or([where('login_name', 'ilike', pattern), where('people.name', 'ilike', pattern)]));
    }
    if (idleSince !== undefined) fits.push(sql<SqlBool>`coalesce(last_login_at, issued_at) < ${idleSince}`);
    return where.and(fits);
  };
}

function scopeCondition(where: Builder, { scope }: AccountFilter): Expression<SqlBool> {
  switch (scope.kind) {
    case 'everything':
      return sql<SqlBool>`true`;
    case 'organisation':
      return matching(where, 'accounts.organisation_id', scope.organisationId);
    case 'unit':
      return where.and([
        matching(where, 'accounts.organisation_id', scope.organisationId),
        matching(where, 'accounts.unit_id', scope.unitId),
      ]);
    case 'self':
      return matching(where, 'accounts.id', scope.accountId);
  }
}

function matching(
  where: Builder,
  column: 'accounts.id' | 'accounts.organisation_id' | 'accounts.unit_id',
  id: string,
): Expression<SqlBool> {
  return isUuid(id) ? where(column, '=', id) : sql<SqlBool>`false`;
}
