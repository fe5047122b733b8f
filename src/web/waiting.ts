import type { Authority } from '../accounts/authority.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { PortalPerson } from '../flows/portal-session.ts';
import type { MenuCounts } from './desk-menu.ts';

/** How much waits for this person, by the address where it is dealt with. */
export async function countWaiting(
  _context: GatewayContext,
  _person: PortalPerson,
  _authorities: readonly Authority[],
): Promise<MenuCounts> {
  return Promise.resolve({});
}
