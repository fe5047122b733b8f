import { farewellEvent } from './event-stream.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { BreakCause } from './open-exchanges.ts';
import { answerable, type OwnResponses } from './own-responses.ts';
import type { SystemRequest } from './system-request.ts';

/** How long a client may take to read the last event of a stream. */
const FAREWELL_MS = 1_000;

const FAILURE_CODES = { 502: 'upstream-failed', 503: 'upstream-unavailable', 504: 'upstream-timeout' } as const;

/** @param server of the system's, where one was chosen */
export function logFailure(
  log: GatewayLog,
  { requestId, system, target }: SystemRequest,
  server: string | undefined,
  error: Error,
): void {
  // Not the error itself: undici keeps received bytes in it.
  const facts = { requestId, system: system.id, server, path: target.path };
  log.warn({ ...facts, reason: error.name, message: error.message }, 'A business system failed.');
}

/** Says that the system did not answer. Where its answer has begun, that is cut off, so that nobody takes it for whole. */
export function answerFailure(
  own: OwnResponses,
  to: SystemRequest,
  status: 502 | 503 | 504,
  retryAfterS: number | undefined,
): void {
  if (to.response.headersSent) {
    to.response.destroy();
    return;
  }
  const extra = status === 503 ? ['Retry-After', String(retryAfterS)] : [];
  own.refuse(to, status, { kind: 'upstream-failed', status }, FAILURE_CODES[status], extra);
}

/** Says that the request carries more than it may. */
export function answerTooLarge(own: OwnResponses, to: SystemRequest, limitBytes: number): void {
  const page = { kind: 'content-too-large', limitBytes } as const;
  if (to.response.headersSent) to.response.destroy();
  else own.refuse(to, 413, page, page.kind);
}

/** Says that the rest of the request does not come. */
export function answerStalled(own: OwnResponses, to: SystemRequest): void {
  own.problem({ ...answerable(to), rest: 'leave' }, 408, 'request-stalled');
}

/** Says why nothing was passed on. */
export function answerUnsent(
  own: OwnResponses,
  to: SystemRequest,
  cause: Extract<BreakCause, { kind: 'session-over' | 'cannot-tell' }>,
): void {
  if (cause.kind === 'cannot-tell') own.unavailable(to);
  else own.refuse(to, 401, { kind: 'session-over', endedBecause: cause.reason }, 'session-over');
}

/**
 * A response under way is cut off, so that nobody takes it for whole; an event stream ends in an event that says why.
 *
 * @param hasRoom whether an event of ours could stand at the end of what has been sent
 */
export function breakResponse({ request, response }: SystemRequest, cause: BreakCause, hasRoom: boolean): void {
  const event = farewellEvent(cause);
  if (event === undefined || !hasRoom || !response.chunkedEncoding || !request.complete) {
    response.destroy();
    return;
  }
  response.end(event);
  const grace = setTimeout(() => response.destroy(), FAREWELL_MS);
  response.once('close', () => clearTimeout(grace));
}
