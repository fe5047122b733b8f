import type { GatewayRole } from '../accounts/account.ts';
import { KEEPERS, type Authority } from '../accounts/authority.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { listWaiting } from '../flows/applications/list-applications.ts';
import { listWaitingCards } from '../flows/credentials/list-binding-requests.ts';
import type { PortalPerson } from '../flows/login/portal-session.ts';
import type { MenuCounts } from './desk-menu.ts';
import type { Bilingual } from './texts/bilingual.ts';
import { WAITING } from './texts/waiting.ts';

/** Something that waits for this person, and where he deals with it. */
export interface WaitingItem {
  readonly href: string;
  readonly title: Bilingual;
  readonly count: number;
}

const CARD_ROLES: readonly GatewayRole[] = KEEPERS;

/** Everything that waits for this person, by kind; nothing that has no case is listed. */
export async function findWaiting(
  context: GatewayContext,
  person: PortalPerson,
  authorities: readonly Authority[],
  mayDecide: boolean,
): Promise<WaitingItem[]> {
  const accountId = person.access.account.id;
  const actor = { kind: 'account', accountId, mayDecide, origin: NOWHERE } as const;
  const [queues, cards, own] = await Promise.all([
    listWaiting(context, actor, { offset: 0, limit: 1 }),
    authorities.some(({ role }) => CARD_ROLES.includes(role))
      ? listWaitingCards(context, { accountId, authorities })
      : [],
    findOwnDrafts(context, accountId),
  ]);
  return [
    ...queues.map(({ queue, page }) => ({ href: `/inbox#${queue.id}`, title: queue.title, count: page.total })),
    { href: '/bindings', title: WAITING.cards, count: cards.length },
    { href: '/applications', title: WAITING.returned, count: own },
  ].filter(({ count }) => count > 0);
}

/** How much waits, by the address of the menu where it is dealt with. */
export function countByAddress(items: readonly WaitingItem[]): MenuCounts {
  const counts: Record<string, number> = {};
  for (const { href, count } of items) {
    const address = href.split('#')[0] ?? href;
    counts[address] = (counts[address] ?? 0) + count;
  }
  return counts;
}

/** Reading what waits is no act: it has no request of its own in the records. */
const NOWHERE = { requestId: '', clientAddress: '' };

/** One's own forms that came back or were never sent. */
async function findOwnDrafts({ database }: GatewayContext, accountId: string): Promise<number> {
  const { total } = await database.applications.findApplications(
    { audience: { kind: 'person', accountId }, statuses: ['draft', 'returned'] },
    { offset: 0, limit: 1 },
  );
  return total;
}
