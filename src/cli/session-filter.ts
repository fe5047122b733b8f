import { z } from 'zod';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SessionFilter } from '../flows/ports/session-records.ts';
import { readClientAddress } from '../flows/sessions/read-client-address.ts';
import type { CommandResult } from './command.ts';

/** Which sessions, in the words of the command line; what is left out does not matter. */
export const sessionFilterFields = {
  account: z.string().optional(),
  organisation: z.string().optional(),
  unit: z.string().optional(),
  system: z.string().optional(),
  method: z.enum(['card', 'card-tls', 'one-day-password'], 'must be card, card-tls or one-day-password').optional(),
  address: z
    .string()
    .transform((typed, context) => {
      const address = readClientAddress(typed);
      if (address !== undefined) return address;
      context.addIssue('must be one whole IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1');
      return z.NEVER;
    })
    .optional(),
};

export type SessionFilterNames = z.infer<z.ZodObject<typeof sessionFilterFields>>;

/** Translates names into ids: a name that stands for nothing is an answer of its own, never "every session". */
export async function composeSessionFilter(
  { database, systems }: GatewayContext,
  names: SessionFilterNames,
): Promise<
  { readonly ok: true; readonly filter: SessionFilter } | { readonly ok: false; readonly answer: CommandResult }
> {
  const accountId = names.account === undefined ? null : await findAccountId(database, names.account);
  if (accountId === undefined) return notFound('account', names.account);
  if (names.system !== undefined && !systems.has(names.system)) return notFound('system', names.system);
  if (names.unit !== undefined && names.organisation === undefined) {
    const text = 'Codes of units are unique within an organisation only: --unit needs --organisation.';
    return { ok: false, answer: { exitCode: 2, data: { code: 'wrong-use' }, text } };
  }
  const organisation =
    names.organisation === undefined ? null : await database.accounts.findOrganisationByCode(names.organisation);
  if (organisation === undefined) return notFound('organisation', names.organisation);
  const units =
    names.unit === undefined || organisation === null ? [] : await database.accounts.listUnits(organisation.id);
  const unit = units.find(({ code }) => code === names.unit);
  if (names.unit !== undefined && unit === undefined) return notFound('unit', names.unit);
  return {
    ok: true,
    filter: {
      scope: { kind: 'everything' },
      ...(accountId === null ? {} : { accountId }),
      ...(organisation === null ? {} : { organisationId: organisation.id }),
      ...(unit === undefined ? {} : { unitId: unit.id }),
      ...(names.system === undefined ? {} : { systemId: names.system }),
      ...(names.method === undefined ? {} : { method: names.method }),
      ...(names.address === undefined ? {} : { clientAddress: names.address }),
    },
  };
}

/** An id stands for itself, so that it can be used while the database is away. */
async function findAccountId({ accounts }: GatewayContext['database'], named: string): Promise<string | undefined> {
  const id = z.uuid().safeParse(named);
  return id.success ? id.data.toLowerCase() : (await accounts.findAccountByLoginName(named))?.id;
}

function notFound(
  what: 'account' | 'organisation' | 'unit' | 'system',
  name = '',
): { ok: false; answer: CommandResult } {
  const text = `There is no ${what} "${name}".`;
  return { ok: false, answer: { exitCode: 1, data: { code: `${what}-not-found`, [what]: name }, text } };
}
