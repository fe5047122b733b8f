import { declarePurpose, PURPOSE_PATH, purposePageFor, returnPathOf } from '../flows/login/declare-purpose.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { createRequestJudge, RequestVerdict } from '../flows/login/serve-request.ts';
import type { Soon } from '../flows/soon.ts';
import { composeSetCookie, GATEWAY_COOKIES, type SplitCookies } from '../http-fields/gateway-cookies.ts';
import { isFromOwnPage, isTopLevelNavigation } from '../http-fields/request-origin.ts';
import type { TypedDeclaration } from '../policy/purpose.ts';
import { answerable, type OwnResponses } from './own-responses.ts';
import { readContent } from './read-content.ts';
import { sendToPortal } from './send-to-portal.ts';
import type { SystemRequest } from './system-request.ts';

/** 10,000 characters in one field, each in nine bytes, come back with a message beside it; nobody types more. */
const FORM_BYTES = 128 * 1024;

interface PurposeRoom {
  readonly context: GatewayContext;
  readonly judge: ReturnType<typeof createRequestJudge>;
  readonly own: OwnResponses;
}

/** `/.gateway/purpose`: the page on which a person says for what he asks, and what he sends from it. */
export async function servePurpose(room: PurposeRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  const { own } = room;
  if (to.system.purposes.length === 0) own.refuse(to, 404, { kind: 'not-found' }, 'not-found');
  else if (to.head.method === 'POST') await take(room, to, cookies);
  else await show(room, to, cookies);
}

/**
 * A page is asked for again once a purpose is declared; anything else is told where that is done, and loses nothing. A
 * script leads there by `purposePage`, with the page to come back to as `return`.
 */
export function askForPurpose(own: OwnResponses, to: SystemRequest): void {
  const isPage = isTopLevelNavigation(to.head);
  if (isPage && to.head.method === 'GET') own.redirect(to, 303, purposePageFor(to.target.path + to.target.query));
  else if (isPage) own.page(to, 403, { kind: 'denied', reason: 'purpose-required' });
  else own.problem(answerable(to), 403, 'purpose-required', [], { purposePage: to.system.origin + PURPOSE_PATH });
}

async function show(room: PurposeRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  const { context, own } = room;
  const verdict = await judge(room, to, cookies);
  if (verdict.kind === 'no-session') await sendToPortal(context, own, to, cookies, verdict);
  else if (verdict.kind === 'denied') own.refuse(to, 403, { kind: 'denied', reason: verdict.reason }, verdict.reason);
  else {
    const { declaration: declared } = verdict;
    const returnPath = returnPathOf(new URLSearchParams(to.target.query).get('return') ?? '/');
    const typed = { purpose: declared?.purpose ?? '', case: declared?.case ?? '' };
    own.page(to, 200, { kind: 'purpose', declared, typed, problems: [], returnPath });
  }
}

async function take(room: PurposeRoom, to: SystemRequest, cookies: SplitCookies): Promise<void> {
  const { context, own } = room;
  if (!isFromOwnPage(to.head, to.system.origin)) {
    own.refuse(to, 403, { kind: 'foreign-origin' }, 'foreign-origin');
    return;
  }
  if (!/^application\/x-www-form-urlencoded\b/i.test(to.request.headers['content-type'] ?? '')) {
    own.problem(answerable(to), 415, 'unsupported-media-type', ['Accept-Post', 'application/x-www-form-urlencoded']);
    return;
  }
  // Strangers' content is not read.
  const verdict = await judge(room, to, cookies);
  if (verdict.kind !== 'pass') {
    refuse(own, to, verdict);
    return;
  }
  if (to.head.expectation === 'continue') to.response.writeContinue();
  const content = await readContent(to.request, FORM_BYTES);
  if (content === 'broken-off') to.response.destroy();
  else if (content === 'too-large') own.problem(answerable(to), 413, 'content-too-large');
  else {
    const { returnPath, ...typed } = readForm(content);
    const { session, declaration: declared } = verdict;
    const outcome = await declarePurpose(context, { system: to.system, session, typed, origin: to });
    if (outcome.ok) {
      const cookie = composeSetCookie(GATEWAY_COOKIES.session, outcome.hostCookie);
      own.redirect(to, 303, returnPath, ['Set-Cookie', cookie]);
    } else if (outcome.failure.code === 'session-over') refuse(own, to, { kind: 'no-session', endedBecause: null });
    else if (outcome.failure.code === 'fields-invalid') {
      const { problems } = outcome.failure;
      own.refuse(to, 400, { kind: 'purpose', declared, typed, problems, returnPath }, 'fields-invalid');
    } else {
      const { code, retryAfterS } = outcome.failure;
      const problems = [{ field: 'purpose', code: 'too-often', limit: String(retryAfterS) }] as const;
      const page = { kind: 'purpose', declared, typed, problems, returnPath } as const;
      own.refuse(to, 429, page, code, ['Retry-After', String(retryAfterS)]);
    }
  }
}

/** What was sent reaches nobody; the page says so, and the browser keeps the form. */
function refuse(own: OwnResponses, to: SystemRequest, verdict: Exclude<RequestVerdict, { kind: 'pass' }>): void {
  if (verdict.kind === 'denied') own.refuse(to, 403, { kind: 'denied', reason: verdict.reason }, verdict.reason);
  else own.refuse(to, 401, { ...verdict, kind: 'session-over' }, 'session-over');
}

/** The person must be let into the system; its rules judge what he asks for afterwards. */
function judge(room: PurposeRoom, to: SystemRequest, cookies: SplitCookies): Soon<RequestVerdict> {
  return room.judge({
    system: to.system,
    cookie: cookies.session,
    path: to.target.path,
    signs: to.head,
    clientAddress: to.clientAddress,
    isEntry: true,
  });
}

/** A field that is sent twice counts as its first. */
function readForm(content: Buffer): TypedDeclaration & { readonly returnPath: string } {
  const fields = new URLSearchParams(content.toString('utf8'));
  const field = (name: string): string => fields.get(name) ?? '';
  return { purpose: field('purpose'), case: field('case'), returnPath: returnPathOf(field('return')) };
}
