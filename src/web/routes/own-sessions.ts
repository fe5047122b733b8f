import { z } from 'zod';
import { endOwnSessions, type OwnSessions } from '../../flows/sessions/end-own-sessions.ts';
import { listSessions } from '../../flows/sessions/list-sessions.ts';
import { loggedOutPath } from '../../flows/sessions/end-hold.ts';
import { composeDesk } from '../desk-context.ts';
import { wantsJson } from '../desk-answer.ts';
import { readEnded, sayEnded } from '../ended-count.ts';
import { answerFailure } from '../failure-answer.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { sessionJson } from '../session-json.ts';
import { renderOthersEndedPage } from '../views/logout-pages.tsx';
import { renderOwnSessions } from '../views/own-sessions-page.tsx';
import { findSessionToEnd } from '../visitor.ts';
import { leaveBrowser } from './logout.ts';

/** Records of ended sessions are kept for 30 days; nobody reads more of them than this. */
const ENDED_SHOWN = 100;
const OPEN_SHOWN = 100;

/** `GET /sessions`: where one's own account is logged in, and was. */
export function showOwnSessions(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { session } = visitorOf(response).person;
    const { accountId } = session;
    const scope = { kind: 'self', accountId } as const;
    const open = await listSessions(context, { scope, accountId }, { offset: 0, limit: OPEN_SHOWN });
    const all = await listSessions(
      context,
      { scope, accountId, withEnded: true },
      { offset: 0, limit: ENDED_SHOWN + OPEN_SHOWN },
    );
    const ended = all.sessions.filter(({ record }) => record.end !== null).slice(0, ENDED_SHOWN);
    if (wantsJson(request)) {
      const { reference } = session;
      response.json({ session: reference, open: open.sessions.map(sessionJson), ended: ended.map(sessionJson) });
      return;
    }
    const page = renderOwnSessions({
      desk: await composeDesk(portal, request, response),
      open: open.sessions,
      ended,
      systems: [...context.systems.values()],
      at: context.clock.now(),
      ownAccountId: accountId,
      justEnded: readEnded(portal, request),
    });
    response.type('html').send(page);
  };
}

/** `POST /sessions/end`: `which` is `one` (with `session`), `others` or `all`. */
export function endOwn(portal: Portal): PortalHandler {
  return async (request, response) => {
    const which = readWhich(request.body);
    if (which === undefined) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const session = await findSessionToEnd(portal, request, response);
    if (session === undefined) {
      answerFailure(portal, request, response, { code: 'not-logged-in' });
      return;
    }
    const origin = originOf(response);
    const { ended, hold, isOver } = await endOwnSessions(portal.context, { session, origin, which });
    if (isOver) await leaveBrowser(request, response);
    // While nobody can be looked up, or the database is away, the list cannot be shown.
    const isListed = response.locals.visitor !== undefined && hold === 'recorded';
    if (wantsJson(request)) response.json({ ok: true, ended, hold });
    else if (isOver) response.redirect(303, loggedOutPath(hold));
    else if (isListed) response.redirect(303, `/sessions?ended=${sayEnded(portal, request, ended)}`);
    else {
      const page = composePageContext(portal, request, response);
      response.type('html').send(renderOthersEndedPage({ page, ended, hold }));
    }
  };
}

function readWhich(body: unknown): OwnSessions | undefined {
  const kind = textField(body, 'which', 8);
  if (kind === 'others' || kind === 'all') return { kind };
  const reference = z.uuid().safeParse(textField(body, 'session', 36));
  return kind === 'one' && reference.success ? { kind, reference: reference.data } : undefined;
}
