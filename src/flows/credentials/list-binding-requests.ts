import type { Account } from '../../accounts/account.ts';
import { findAuthority, keepersOf, type Authority } from '../../accounts/authority.ts';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { Person } from '../../accounts/person.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** A card that waits, with the person it should be the card of. */
export interface WaitingCard {
  readonly request: BindingRequest;
  readonly account: Account;
  readonly person: Person;
}

/** The cards that wait for somebody with these authorities, oldest first; his own is not among them. */
export async function listWaitingCards(
  context: Pick<GatewayContext, 'database'>,
  visitor: { readonly accountId: string; readonly authorities: readonly Authority[] },
): Promise<WaitingCard[]> {
  const cards: WaitingCard[] = [];
  for (const request of await context.database.credentials.listWaitingRequests()) {
    const card = await load(context, request);
    if (card !== undefined && isFor(visitor, card.account)) cards.push(card);
  }
  return cards;
}

/** One of them; undefined too where it is out of reach, so that nobody learns what waits elsewhere. */
export async function findWaitingCard(
  context: Pick<GatewayContext, 'database'>,
  visitor: { readonly accountId: string; readonly authorities: readonly Authority[] },
  requestId: string,
): Promise<WaitingCard | undefined> {
  const request = await context.database.credentials.findBindingRequest(requestId);
  const card = request?.state === 'waiting' ? await load(context, request) : undefined;
  return card !== undefined && isFor(visitor, card.account) ? card : undefined;
}

async function load(
  { database }: Pick<GatewayContext, 'database'>,
  request: BindingRequest,
): Promise<WaitingCard | undefined> {
  const account = await database.accounts.findAccount(request.accountId);
  const person = account && (await database.accounts.findPerson(account.personId));
  return account && person && { request, account, person };
}

function isFor(
  visitor: { readonly accountId: string; readonly authorities: readonly Authority[] },
  account: Account,
): boolean {
  const place = { ...account, accountId: account.id };
  return (
    visitor.accountId !== account.id && findAuthority(visitor.authorities, keepersOf(account), place) !== undefined
  );
}
