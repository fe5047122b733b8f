import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Scope } from '../../accounts/authority.ts';
import type { SessionFilter } from '../../flows/ports/session-records.ts';
import type { Tables } from './schema.ts';
import { storable } from './storable-text.ts';
import { isUuid } from './uuid.ts';

type Builder = ExpressionBuilder<Tables, 'sessions'>;

const NOTHING = sql<SqlBool>`false`;

/**
 * The filter as one condition over sessions; an id that the schema could not hold fits nothing. People are looked at
 * only where the filter names them: a list of everything is counted by an index alone.
 */
export function sessionsFitting(filter: SessionFilter): (where: Builder) => Expression<SqlBool> {
  return where => {
    const { organisationId, unitId, text } = filter;
    const fits = [scopeCondition(where, filter.scope), ...sessionConditions(where, filter)];
    if (organisationId !== undefined) fits.push(ofAccounts(where, { organisationId }));
    if (unitId !== undefined) fits.push(ofAccounts(where, { unitId }));
    if (text !== undefined) fits.push(ofPeopleNamed(where, text));
    return where.and(fits);
  };
}

function sessionConditions(where: Builder, filter: SessionFilter): Expression<SqlBool>[] {
  const { references, exceptReference, accountId, systemId, method, clientAddress, withEnded } = filter;
  const fits: Expression<SqlBool>[] = [];
  if (withEnded === undefined) fits.push(where('sessions.ended_at', 'is', null));
  if (references !== undefined) fits.push(isOneOf(references));
  if (exceptReference !== undefined && isUuid(exceptReference)) {
    fits.push(where('sessions.reference', '!=', exceptReference));
  }
  if (accountId !== undefined) fits.push(ofAccount(where, accountId));
  if (method !== undefined) fits.push(where('sessions.method', '=', method));
  if (clientAddress !== undefined) fits.push(where('sessions.client_address', '=', storable(clientAddress)));
  if (systemId !== undefined) {
    const entered = where
      .selectFrom('session_systems')
      .select('session_systems.reference')
      .where('session_systems.system_id', '=', storable(systemId));
    fits.push(where('sessions.reference', 'in', entered));
  }
  return fits;
}

/** One parameter however many there are: a batch must not depend on how many parameters a driver takes. */
export function isOneOf(references: readonly string[]): Expression<SqlBool> {
  const uuids = JSON.stringify(references.filter(isUuid));
  return sql<SqlBool>`sessions.reference in (select value::uuid from jsonb_array_elements_text(${uuids}::jsonb))`;
}

function scopeCondition(where: Builder, scope: Scope): Expression<SqlBool> {
  switch (scope.kind) {
    case 'everything':
      return sql<SqlBool>`true`;
    case 'organisation':
      return ofAccounts(where, { organisationId: scope.organisationId });
    case 'unit':
      return ofAccounts(where, { organisationId: scope.organisationId, unitId: scope.unitId });
    case 'self':
      return ofAccount(where, scope.accountId);
  }
}

function ofAccount(where: Builder, accountId: string): Expression<SqlBool> {
  return isUuid(accountId) ? where('sessions.account_id', '=', accountId) : NOTHING;
}

function ofAccounts(where: Builder, place: { organisationId?: string; unitId?: string }): Expression<SqlBool> {
  const { organisationId, unitId } = place;
  if ([organisationId, unitId].some(id => id !== undefined && !isUuid(id))) return NOTHING;
  let accounts = where.selectFrom('accounts').select('accounts.id');
  if (organisationId !== undefined) accounts = accounts.where('accounts.organisation_id', '=', organisationId);
  if (unitId !== undefined) accounts = accounts.where('accounts.unit_id', '=', unitId);
  return where('sessions.account_id', 'in', accounts);
}

function ofPeopleNamed(where: Builder, text: string): Expression<SqlBool> {
  const pattern = `%${storable(text.normalize('NFC')).replace(/[\\%_]/g, '\\$&')}%`;
  const accounts = where
    .selectFrom('accounts')
    .innerJoin('people', 'people.id', 'accounts.person_id')
    .select('accounts.id')
    .where(named => named.or([named('login_name', 'ilike', pattern), named('people.name', 'ilike', pattern)]));
  return where('sessions.account_id', 'in', accounts);
}
