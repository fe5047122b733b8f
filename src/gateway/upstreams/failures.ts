import { errors } from 'undici';

/** What an error says of the server. */
export type UpstreamFailure =
  /** Nothing was sent: another server may serve. */
  | 'unreachable'
  | 'connect-timeout'
  /** The server says that it has done nothing about it: another connection will do. */
  | 'unprocessed'
  /** The connection ended under the request. */
  | 'closed'
  /** What it says cannot be a response, or is too much; or the request cannot be sent at all. */
  | 'invalid';

/** An error whose meaning is known where it arises. */
export class UpstreamFault extends Error {
  override readonly name = 'UpstreamFault';
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** Codes of connections that the other side has closed. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** @param wasSent whether it had begun to be sent */
export function classifyFailure(error: Error, wasSent: boolean): UpstreamFailure {
  if (error instanceof UpstreamFault) return error.failure;
  if (error instanceof errors.ConnectTimeoutError) return 'connect-timeout';
  if (error instanceof errors.InvalidArgumentError) return 'invalid';
  if (!wasSent) return 'unreachable';
  return 'code' in error && typeof error.code === 'string' && CLOSED.has(error.code) ? 'closed' : 'invalid';
}

/** Methods that may be carried out twice (RFC 9110 section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether a request may be sent again that may have reached its system: only the system could tell. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
