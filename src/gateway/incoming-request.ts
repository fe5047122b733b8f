import { canonicalAuthority } from '../http-fields/authority.ts';
import type { RequestLine } from '../http-fields/http2-head.ts';
import { readRequestHead, type RequestHead } from '../http-fields/request-head.ts';
import { parseRequestTarget, type RequestTarget } from '../http-fields/request-target.ts';
import { TAKEN_METHODS } from '../http-fields/taken-methods.ts';
import type { Route } from './authority-routes.ts';
import type { RefusalCode } from './refused-connections.ts';

/** Under which events Node hands out requests: one with `Expect` it would otherwise answer itself, by 100 or 417. */
export const REQUEST_EVENTS = ['request', 'checkContinue', 'checkExpectation'] as const;

/** A request that can be read in one way only, and whose host is ours. */
export interface ReadRequest {
  readonly route: Route;
  readonly head: RequestHead;
  readonly target: RequestTarget;
}

/**
 * Reads a request: fields and framing → host → expectation → method → target. Says nothing yet about who sent it.
 *
 * @param upgrade null unless the request asks to become a WebSocket; then what came behind its head
 */
export function readIncoming(
  request: RequestLine,
  routes: ReadonlyMap<string, Route>,
  upgrade: { readonly early: Buffer } | null,
): { readonly ok: true; readonly read: ReadRequest } | { readonly ok: false; readonly code: RefusalCode } {
  const method = request.method ?? '';
  const reading = readRequestHead(method, request.rawHeaders, request.httpVersion, upgrade !== null);
  if (!reading.ok) return { ok: false, code: reading.failure.code };
  const { head } = reading;
  // Browsers write it as we do.
  const authority = routes.has(head.host) ? head.host : canonicalAuthority(head.host);
  if (authority === undefined) return { ok: false, code: 'host-invalid' };
  const route = routes.get(authority);
  if (route === undefined) return { ok: false, code: 'host-unknown' };
  if (head.expectation === 'unknown') return { ok: false, code: 'expectation-unknown' };
  if (upgrade !== null && route.kind === 'portal') return { ok: false, code: 'upgrade-refused' };
  if (upgrade !== null && request.httpVersion !== '1.1') return { ok: false, code: 'websocket-handshake-invalid' };
  // A client waits for the answer before it speaks the new protocol (RFC 6455 section 4.1); these bytes are a trick.
  if (upgrade !== null && upgrade.early.length > 0) return { ok: false, code: 'websocket-handshake-invalid' };
  if (!TAKEN_METHODS.has(method)) return { ok: false, code: 'method-refused' };
  const parsing = parseRequestTarget(request.url ?? '', head.host);
  if (!parsing.ok) return { ok: false, code: parsing.failure.code };
  return { ok: true, read: { route, head, target: parsing.target } };
}
