import { PURPOSE_PATH } from '../flows/login/declare-purpose.ts';
import { enterSystem, recordEntry } from '../flows/login/enter-system.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { loggedOutPath } from '../flows/sessions/end-hold.ts';
import { logOut } from '../flows/login/portal-session.ts';
import type { BusinessSystem, SystemAsset, SystemPages } from '../flows/ports.ts';
import type { LiveSession, SessionCheck } from '../flows/ports/session-store.ts';
import type { createRequestJudge } from '../flows/login/serve-request.ts';
import {
  composeCookieRemoval,
  composeSetCookie,
  GATEWAY_COOKIES,
  type SplitCookies,
} from '../http-fields/gateway-cookies.ts';
import { isFromOwnPage } from '../http-fields/request-origin.ts';
import { findTaken } from '../policy/purpose.ts';
import { isPersonActivity } from '../sessions/activity.ts';
import { hashSecret } from '../sessions/challenge.ts';
import { serveNotice } from './notice-path.ts';
import { answerable, tellableEnd, type OwnResponses } from './own-responses.ts';
import { servePurpose } from './purpose-path.ts';
import type { SystemRequest } from './system-request.ts';

const ASSETS = '/.gateway/assets/';

interface OwnPathRoom {
  readonly context: GatewayContext;
  readonly judge: ReturnType<typeof createRequestJudge>;
  readonly pages: SystemPages;
  readonly own: OwnResponses;
}

/** Serves the gateway's own paths on a business system's host; none of them ever reaches the upstream. */
export async function serveOwnPath(room: OwnPathRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  const { method } = to.head;
  const { path } = to.target;
  if (to.head.isUpgrade) room.own.problem(answerable(to), 404, 'not-found');
  else if (path === '/.gateway/enter') await onlyBy(room, to, ['GET'], () => enter(room, to, cookies));
  else if (path === '/.gateway/logout' && method === 'POST') await leave(room, to, cookies);
  else if (path === '/.gateway/logout') {
    await onlyBy(room, to, ['GET', 'HEAD', 'POST'], () => room.own.page(to, 200, { kind: 'ask-logout' }));
  } else if (path === '/.gateway/session' && method === 'POST') await stay(room, to, cookies);
  else if (path === '/.gateway/session') {
    await onlyBy(room, to, ['GET', 'HEAD', 'POST'], () => tellSession(room, to, cookies, false));
  } else if (path === PURPOSE_PATH) {
    await onlyBy(room, to, ['GET', 'HEAD', 'POST'], () => servePurpose(room, to, cookies));
  } else if (path === '/.gateway/notice') {
    await onlyBy(room, to, ['GET', 'HEAD'], () => serveNotice(room.pages, room.own, to));
  } else if (path === '/.gateway/activity.js') {
    await onlyBy(room, to, ['GET', 'HEAD'], () => serveAsset(room, to, room.pages.activityScript));
  } else if (path.startsWith(ASSETS))
    await onlyBy(room, to, ['GET', 'HEAD'], () => serveAsset(room, to, room.pages.asset(path.slice(ASSETS.length))));
  else room.own.refuse(to, 404, { kind: 'not-found' }, 'not-found');
}

/** Back from the portal with a one-time code: the host gets its cookie, the person's arrival is recorded. */
async function enter(room: OwnPathRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  const { context, own } = room;
  const { system } = to;
  const codes = new URLSearchParams(to.target.query).getAll('code');
  const entry = await enterSystem(context, {
    system,
    code: codes.length === 1 ? (codes[0] ?? '') : '',
    tripCookie: cookies.trip,
  });
  if (!entry.ok) {
    own.refuse(to, 403, { kind: 'entry-failed', code: entry.failure.code }, entry.failure.code);
    return;
  }
  const verdict = await room.judge({
    system,
    cookie: entry.hostCookie,
    path: to.target.path,
    signs: to.head,
    clientAddress: to.clientAddress,
    isEntry: true,
  });
  if (verdict.kind === 'no-session') {
    own.refuse(to, 403, { kind: 'entry-failed', code: 'entry-session-over' }, 'entry-session-over');
    return;
  }
  // Before the cookie is handed out: an entry that cannot be recorded does not happen.
  await recordEntry(context, {
    session: verdict.session,
    system,
    origin: to,
    refusedBecause: verdict.kind === 'denied' ? verdict.reason : null,
  });
  const setCookie = ['Set-Cookie', composeSetCookie(GATEWAY_COOKIES.session, entry.hostCookie)];
  if (verdict.kind === 'pass') own.redirect(to, 303, entry.returnPath, setCookie);
  else own.refuse(to, 403, { kind: 'denied', reason: verdict.reason }, verdict.reason, setCookie);
}

/** Logs the person out everywhere. The cookie goes whether or not there was a session behind it. */
async function leave(room: OwnPathRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  if (!isFromOwnPage(to.head, to.system.origin)) {
    room.own.refuse(to, 403, { kind: 'foreign-origin' }, 'foreign-origin');
    return;
  }
  const hold =
    cookies.session === undefined
      ? 'none'
      : await logOut(room.context, {
          host: to.system.host,
          cookieHash: hashSecret(cookies.session),
          origin: to,
          reason: 'logout',
        });
  room.own.redirect(to, 303, room.context.portal.origin + loggedOutPath(hold), [
    'Set-Cookie',
    composeCookieRemoval(GATEWAY_COOKIES.session),
  ]);
}

/**
 * The person says that he is still at work: the one request that prolongs a session and does nothing else. A page that
 * marks it as its own doing is only told how the session stands.
 */
async function stay(room: OwnPathRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  if (!isFromOwnPage(to.head, to.system.origin)) room.own.refuse(to, 403, { kind: 'foreign-origin' }, 'foreign-origin');
  else if (!/^application\/json\b/i.test(to.request.headers['content-type'] ?? '')) {
    room.own.problem(answerable(to), 415, 'unsupported-media-type', ['Accept-Post', 'application/json']);
  } else await tellSession(room, to, cookies, isPersonActivity(to.head));
}

/** How the session stands; asking does not prolong it, staying (`touch`) does. */
async function tellSession(room: OwnPathRoom, to: SystemRequest, cookies: SplitCookies, touch: boolean): Promise<void> {
  const check: SessionCheck =
    cookies.session === undefined
      ? { alive: false, endedBecause: null }
      : await room.context.sessions.check(to.system.host, hashSecret(cookies.session), touch);
  if (check.alive) {
    room.own.json(to, standingOf(to.system, check.live));
    return;
  }
  const end = tellableEnd(check);
  const languages = new URLSearchParams(to.target.query).get('lang') ?? to.head.acceptLanguage ?? '';
  room.own.json(to, { alive: false, ...end, message: room.pages.tellEnd(end, languages) });
}

function standingOf(
  { purposes }: BusinessSystem,
  { session, idleRemainingMs, fixedRemainingMs, declaration }: LiveSession,
) {
  return {
    alive: true,
    method: session.method,
    account: session.accountId,
    idleRemainingMs: Math.max(0, Math.floor(idleRemainingMs)),
    /** False: it ends then however active the person is. */
    canStay: fixedRemainingMs > idleRemainingMs,
    /** `{purpose, case}` as declared for this system; null where nothing is, or it does not count any more. */
    declared: findTaken(purposes, declaration),
  };
}

function serveAsset(room: OwnPathRoom, to: SystemRequest, asset: SystemAsset | undefined): void {
  if (asset === undefined) {
    room.own.refuse(to, 404, { kind: 'not-found' }, 'not-found');
    return;
  }
  const fields = ['Content-Type', asset.contentType, 'ETag', asset.etag, 'Cache-Control', asset.cacheControl];
  const known = to.request.headers['if-none-match'];
  const isKnown = known?.split(',').some(tag => tag.trim() === asset.etag) === true;
  room.own.send(answerable(to), isKnown ? 304 : 200, fields, isKnown ? '' : asset.body);
}

async function onlyBy(
  room: OwnPathRoom,
  to: SystemRequest,
  methods: readonly string[],
  serve: () => Promise<void> | void,
): Promise<void> {
  if (methods.includes(to.head.method)) await serve();
  else room.own.problem(answerable(to), 405, 'method-not-allowed', ['Allow', methods.join(', ')]);
}
