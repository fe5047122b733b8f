import { toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { PortalVisitor } from '../../flows/login/portal-session.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { tellEnd } from '../texts/session-ends.ts';
import type { Language } from '../texts/bilingual.ts';

/**
 * `GET /session`: how the session stands, for the page's own script; no activity. `POST /session`: the person stays: the
 * request itself has prolonged the session before this answers. Both 200, whether or not there is one.
 */
export function tellSession(portal: Portal): PortalHandler {
  return (request, response) => {
    const { visitor, language } = response.locals;
    if (visitor?.kind !== 'person') {
      response.json(tellOver(visitor, language));
      return;
    }
    const { session, idleUntil, endsForGoodAt } = visitor.person;
    response.json({
      alive: true,
      idleRemainingMs: Math.max(0, idleUntil.getTime() - portal.context.clock.now().getTime()),
      idleUntil: toTaipeiIso(idleUntil),
      canStay: endsForGoodAt > idleUntil,
      account: session.accountId,
      formToken: portal.formTokens.tokenFor(request.sessionID),
    });
  };
}

function tellOver(visitor: PortalVisitor | undefined, language: Language) {
  if (visitor?.kind !== 'nobody' || visitor.endedBecause === null) return { alive: false, endedBecause: null };
  const { endedBecause, replacedBy } = visitor;
  const message = tellEnd(endedBecause, replacedBy)[language];
  return { alive: false, endedBecause, ...(replacedBy === undefined ? {} : { replacedBy }), message };
}
