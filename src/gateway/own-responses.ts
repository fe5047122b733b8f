import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SystemPage, SystemPages } from '../flows/ports.ts';
import { crossOriginFields } from '../http-fields/cross-origin.ts';
import { IDENTITY_FIELDS } from '../http-fields/identity-assertion.ts';
import { isTopLevelNavigation } from '../http-fields/request-origin.ts';
import type { ListenerSettings } from './listener-settings.ts';
import { readAway } from './read-away.ts';
import { hasContent, type ClientRequest, type ClientResponse, type SystemRequest } from './system-request.ts';

/** A year, as browsers' own lists ask; for this host alone, since the other hosts say so themselves. */
export const HSTS = ['Strict-Transport-Security', 'max-age=31536000'] as const;

/** A store that was restarted or has changed over answers again within this. */
const TRY_AGAIN = ['Retry-After', '10'];

/** Where a request came in; enough to answer it. */
export interface Answerable {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly requestId: string;
  /**
   * What follows the head of the request: nothing, content that may be read away so that the client sees the answer,
   * or content that must not be waited for.
   */
  readonly rest: 'nothing' | 'read-away' | 'leave';
}

/** Answers that the gateway gives itself on a business system's host: pages, problems, redirects. */
export class OwnResponses {
  readonly #context: GatewayContext;
  readonly #pages: SystemPages;
  readonly #settings: ListenerSettings;
  readonly #pageFields: readonly string[];

  constructor(context: GatewayContext, pages: SystemPages, settings: ListenerSettings) {
    this.#context = context;
    this.#pages = pages;
    this.#settings = settings;
    this.#pageFields = [
      'Content-Type',
      'text/html; charset=utf-8',
      'Content-Security-Policy',
      `default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self' ${context.portal.origin}; frame-ancestors 'none'; base-uri 'none'`,
      'X-Frame-Options',
      'DENY',
      'Cross-Origin-Opener-Policy',
      'same-origin-allow-popups',
    ];
  }

  /** A page for a person, or the same said as problem details (RFC 9457) for a program. */
  refuse(to: SystemRequest, status: number, page: SystemPage, code: string, extra: readonly string[] = []): void {
    if (isTopLevelNavigation(to.head)) this.page(to, status, page, extra);
    else {
      const fields = [...extra, ...crossOriginFields(to.head, to.system.allowedOrigins)];
      this.problem(answerable(to), status, code, fields, page.kind === 'session-over' ? whyOver(page) : {});
    }
  }

  /** Nobody knows whether this request may pass, so it does not. */
  unavailable(to: SystemRequest): void {
    this.refuse(to, 503, { kind: 'unavailable' }, 'unavailable', TRY_AGAIN);
  }

  page(to: SystemRequest, status: number, page: SystemPage, extra: readonly string[] = []): void {
    const said = page.kind === 'session-over' ? { kind: page.kind, ...tellableEnd(page) } : page;
    const html = this.#pages.render(said, {
      system: to.system,
      requestId: to.requestId,
      at: this.#context.clock.now(),
      acceptLanguage: to.head.acceptLanguage,
    });
    this.send(answerable(to), status, [...this.#pageFields, ...NO_STORE, ...extra], html);
  }

  /** @param facts further members that the code's readers know (RFC 9457 section 3.2) */
  problem(to: Answerable, status: number, code: string, extra: readonly string[] = [], facts: object = {}): void {
    const title = PROBLEM_TITLES[status] ?? 'Refused';
    const body = JSON.stringify({ type: 'about:blank', title, status, code, requestId: to.requestId, ...facts });
    const fields = ['Content-Type', 'application/problem+json', ...NO_STORE, ...extra];
    // RFC 9110 section 15.5.2 wants a challenge with every 401; this one says where people log in.
    if (status === 401) fields.push('WWW-Authenticate', `Gateway realm="${this.#context.portal.origin}"`);
    this.send(to, status, fields, body);
  }

  json(to: SystemRequest, value: object): void {
    this.send(answerable(to), 200, ['Content-Type', 'application/json', ...NO_STORE], JSON.stringify(value));
  }

  redirect(to: SystemRequest, status: 302 | 303, location: string, extra: readonly string[] = []): void {
    this.send(answerable(to), status, ['Location', location, ...NO_STORE, ...extra], '');
  }

  /**
   * Sends an answer of our own at once. Where content still comes, the connection ends with the answer; before it does,
   * the content is read away up to a limit, since closing over unread bytes resets the connection and loses the answer.
   */
  send(to: Answerable, status: number, fields: readonly string[], body: string | Uint8Array): void {
    const { request, response } = to;
    if (response.destroyed || response.headersSent) return;
    const isLast = to.rest !== 'nothing' && !request.readableEnded;
    response.writeHead(status, [
      ...fields,
      ...(isLast ? ['Connection', 'close'] : []),
      'Content-Length',
      String(Buffer.byteLength(body)),
      ...HSTS,
      'X-Content-Type-Options',
      'nosniff',
      'Referrer-Policy',
      'same-origin',
      'Cross-Origin-Resource-Policy',
      'same-origin',
      IDENTITY_FIELDS.requestId,
      to.requestId,
    ]);
    if (!isLast || to.rest === 'leave') {
      response.end(body);
      return;
    }
    if (body.length === 0) response.flushHeaders();
    else response.write(body);
    void readAway(request, this.#settings.readAwayBytes).then(() => response.end());
  }
}

export function answerable(to: SystemRequest): Answerable {
  return {
    request: to.request,
    response: to.response,
    requestId: to.requestId,
    rest: !hasContent(to.head) ? 'nothing' : to.head.expectation === 'continue' ? 'leave' : 'read-away',
  };
}

type SessionOver = Extract<SystemPage, { kind: 'session-over' }>;

/** Why a session is over, to a script that asked for something else. */
function whyOver({ endedBecause }: SessionOver): object {
  return endedBecause === null ? {} : { reason: endedBecause };
}

/**
 * What may be said on a system's host of an end: of a login that took the session's place when and how, but not whence. The
 * system's scripts can read everything there; the portal tells its address to the person.
 */
export function tellableEnd({ endedBecause, replacedBy }: Omit<SessionOver, 'kind'>): Omit<SessionOver, 'kind'> {
  if (replacedBy === undefined) return { endedBecause };
  const { method, at } = replacedBy;
  return { endedBecause, replacedBy: { method, at } };
}

const NO_STORE = ['Cache-Control', 'no-store'];

const PROBLEM_TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
