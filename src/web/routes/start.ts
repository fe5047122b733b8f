import { composeDesk } from '../desk-context.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { composeStartPage } from '../start-page.ts';
import { renderHomePage } from '../views/home-page.tsx';

/** A look back over a few days of one person; the whole history is a page of its own. */
const RECENT_EVENTS = 10;

/** `GET /`: the start page of the person who is logged in. */
export function showStart(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { person } = visitorOf(response);
    const accountId = person.access.account.id;
    const [bindings, events] = await Promise.all([
      context.database.accounts.listBindings(accountId),
      context.database.events.listEvents({ accountId, limit: RECENT_EVENTS }),
    ]);
    const start = composeStartPage({ person, at: context.clock.now(), systems: context.systems, bindings, events });
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderHomePage({ desk, start }));
  };
}
