import type { Account } from '../../accounts/account.ts';
import type { AccountHolder, ActingPerson } from '../../applications/acting-person.ts';
import { hashSubject } from '../../applications/sheet.ts';
import type { Actor } from '../../audit/event.ts';
import { findAuthorities } from '../accounts/find-authorities.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** Who does something about an application: from a session of the portal, or from a card without an account. */
export type ApplicationActor =
  | {
      readonly kind: 'account';
      readonly accountId: string;
      /** Of the session, see `mayDecide`: not one by one-day password. */
      readonly mayDecide: boolean;
      readonly origin: RequestOrigin;
    }
  | {
      readonly kind: 'card';
      readonly subjectHash: string;
      readonly name: string;
      readonly idLastFour: string | null;
      readonly origin: RequestOrigin;
    };

/** The actor as records name him. */
export function recordedActor(actor: ApplicationActor): Actor {
  return actor.kind === 'account' ? { kind: 'account', accountId: actor.accountId } : { kind: 'unidentified' };
}

/** Reads inside a change what the actor is at this moment; undefined when he has no active account any more. */
export async function findActingPerson(
  context: Pick<GatewayContext, 'clock'>,
  accounts: AccountReader,
  actor: ApplicationActor,
): Promise<ActingPerson | undefined> {
  if (actor.kind === 'card') return { kind: 'card', subjectHash: actor.subjectHash, name: actor.name };
  const account = await accounts.findAccount(actor.accountId);
  if (account?.state !== 'active') return undefined;
  const authorities = await findAuthorities(accounts, account, context.clock.now());
  const principals: AccountHolder[] = [];
  for (const id of new Set(authorities.flatMap(({ onBehalfOf }) => onBehalfOf ?? []))) {
    const principal = await accounts.findAccount(id);
    if (principal !== undefined) principals.push(await readHolder(accounts, principal));
  }
  const method = actor.mayDecide ? 'card' : 'one-day-password';
  return { ...(await readHolder(accounts, account)), authorities, principals, method };
}

async function readHolder(accounts: AccountReader, account: Account): Promise<AccountHolder> {
  const person = await accounts.findPerson(account.personId);
  const bindings = await accounts.listBindings(account.id);
  return {
    kind: 'account',
    accountId: account.id,
    loginName: account.loginName,
    personId: account.personId,
    name: account.name,
    idLastFour: person?.idLastFour ?? null,
    cardSubjects: bindings.map(each => hashSubject(each.subjectSerialNumber)),
  };
}

/** Organisation id of 本署. */
export async function findMinistryId(accounts: AccountReader): Promise<string> {
  const organisations = await accounts.listOrganisations();
  // Before set-up there is none, and nobody is of none.
  return organisations.find(each => each.kind === 'ministry')?.id ?? '';
}
