import type { Account, GatewayRole } from '../accounts/account.ts';
import { isWithin, type Authority } from '../accounts/authority.ts';
import type { Organisation, Unit } from '../accounts/organisation.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';

/** People of one role in an organisation: their names for whoever has to do with them, else how many. */
export interface RoleHolders {
  readonly count: number;
  readonly names: readonly string[] | null;
}

export interface OrganisationBranch {
  readonly organisation: Organisation;
  readonly units: readonly Unit[];
  readonly registrars: RoleHolders;
  readonly heads: RoleHolders;
}

/** 本署 first, then the agencies, then the others; each by code (D1-003). */
export async function loadOrganisationTree(
  { database }: GatewayContext,
  visitor: { readonly account: Account; readonly authorities: readonly Authority[] },
): Promise<OrganisationBranch[]> {
  const { accounts } = database;
  const holdersOf = async (role: GatewayRole) =>
    (
      await accounts.findAccounts(
        { scope: { kind: 'everything' }, role, states: ['active'] },
        { offset: 0, limit: 500 },
      )
    ).accounts;
  const [organisations, units, registrars, heads] = await Promise.all([
    accounts.listOrganisations(),
    accounts.listUnits(),
    holdersOf('registrar'),
    holdersOf('unit-head'),
  ]);
  return organisations
    .map(organisation => {
      const isNear =
        organisation.id === visitor.account.organisationId ||
        visitor.authorities.some(({ scope }) => isWithin(scope, { organisationId: organisation.id, unitId: null }));
      const among = (holders: readonly Account[]): RoleHolders => {
        const here = holders.filter(({ organisationId }) => organisationId === organisation.id);
        return { count: here.length, names: isNear ? here.map(({ name }) => name) : null };
      };
      return {
        organisation,
        units: units.filter(({ organisationId }) => organisationId === organisation.id),
        registrars: among(registrars),
        heads: among(heads),
      };
    })
    .sort((a, b) => rank(a.organisation) - rank(b.organisation));
}

function rank({ kind }: Organisation): number {
  return ['ministry', 'agency', 'other'].indexOf(kind);
}
