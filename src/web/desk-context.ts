import type { Request, Response } from 'express';
import type { Authority } from '../accounts/authority.ts';
import { mayDecide } from '../sessions/session.ts';
import type { PortalPerson } from '../flows/login/portal-session.ts';
import { composeMenu, type MenuGroup } from './desk-menu.ts';
import { visitorOf, type PortalLocals } from './locals.ts';
import { composePageContext, type PageContext } from './page-context.ts';
import type { Portal } from './portal.ts';
import { countByAddress, findWaiting, type WaitingItem } from './waiting.ts';

/** What every page in the working frame needs: who is at the desk, the menu, the token of its forms. */
export interface DeskContext {
  readonly page: PageContext;
  readonly person: PortalPerson;
  readonly authorities: readonly Authority[];
  /** Whether this session may approve, execute, enable, bind, sign and export. */
  readonly mayDecide: boolean;
  /** Goes into every form as `token` (`ActionForm` does it). */
  readonly formToken: string;
  readonly waiting: readonly WaitingItem[];
  readonly menu: readonly MenuGroup[];
}

/** The desk of whoever is logged in; for handlers whose row in `access.ts` demands somebody. */
export async function composeDesk(
  portal: Portal,
  request: Pick<Request, 'originalUrl' | 'method' | 'path' | 'sessionID' | 'headers'>,
  response: Response<unknown, PortalLocals>,
): Promise<DeskContext> {
  const { person, authorities } = visitorOf(response);
  const visitor = { authorities, mayDecide: mayDecide(person.session) };
  const waiting = await findWaiting(portal.context, person, authorities, visitor.mayDecide);
  return {
    page: composePageContext(portal, request, response),
    person,
    ...visitor,
    formToken: portal.formTokens.tokenFor(request.sessionID),
    waiting,
    menu: composeMenu(visitor, request.path, countByAddress(waiting)),
  };
}
