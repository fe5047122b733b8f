import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Http2Failure } from '../http-fields/http2-head.ts';
import { IDENTITY_FIELDS } from '../http-fields/identity-assertion.ts';
import type { HeadFailure } from '../http-fields/request-head.ts';
import type { TargetFailure } from '../http-fields/request-target.ts';
import { HSTS } from './own-responses.ts';
import type { ClientResponse } from './system-request.ts';

/** Why a request is refused before it is known whose it is; a connection of HTTP/1.1 closes after the answer. */
export type RefusalCode =
  | HeadFailure['code']
  | Http2Failure['code']
  | TargetFailure['code']
  | 'host-invalid'
  | 'host-unknown'
  | 'expectation-unknown'
  /** A trusted proxy's `X-Forwarded-For` is not a list of addresses. */
  | 'forwarded-for-invalid'
  | 'method-refused'
  | 'upgrade-refused'
  | 'websocket-handshake-invalid';

const REFUSAL_STATUS = {
  'host-missing': 400,
  'host-invalid': 400,
  'host-unknown': 421,
  'expectation-unknown': 417,
  'field-repeated': 400,
  'too-many-fields': 431,
  'content-length-invalid': 400,
  'framing-ambiguous': 400,
  'transfer-coding-refused': 400,
  'version-unknown': 505,
  'target-too-long': 414,
  'target-form': 400,
  'target-of-another-host': 400,
  'target-malformed': 400,
  'target-ambiguous': 400,
  'forwarded-for-invalid': 400,
  'pseudo-fields-invalid': 400,
  'field-invalid': 400,
  'fields-too-long': 431,
  'field-of-http1': 400,
  'host-differs': 400,
  'method-refused': 405,
  'upgrade-refused': 400,
  'websocket-handshake-invalid': 400,
} as const satisfies Record<RefusalCode, number>;

/** Answers a request that cannot be read in one way only; one of HTTP/1.1 is the last of its connection. */
export function refuseConnection(response: ClientResponse, code: RefusalCode, requestId: string): void {
  const status = REFUSAL_STATUS[code];
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, requestId });
  response.writeHead(status, [
    'Connection',
    'close',
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
    ...HSTS,
    // RFC 9110 section 15.5.6 wants it with 405; what is allowed is the system's to say, so nothing is promised.
    ...(status === 405 ? ['Allow', ''] : []),
    IDENTITY_FIELDS.requestId,
    requestId,
  ]);
  response.end(body);
}

/**
 * Answers what the HTTP parser refuses: bad framing, too many bytes of fields, too slow.
 *
 * @param isAnswering whether a response is under way on this connection; a second one in its middle would be read as
 *   part of it, so then the connection only closes
 */
export function answerParserError(
  error: Error & { readonly code?: string },
  socket: Duplex,
  isAnswering: boolean,
): void {
  if (isAnswering || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = parserErrorStatus(error.code);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n` +
      `Cache-Control: no-store\r\n${HSTS.join(': ')}\r\n\r\n`,
    'latin1',
    () => socket.destroy(),
  );
}

function parserErrorStatus(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}
