import { IDENTITY_FIELDS } from '../http-fields/identity-assertion.ts';
import { composeResponseFields, type ResponseFields } from '../http-fields/upstream-response.ts';
import { HSTS } from './own-responses.ts';
import type { SystemRequest } from './system-request.ts';

/**
 * Composes the head of a response to the client out of a system's: names and values in turn.
 *
 * @throws where its content cannot be read by what it says of it
 */
export function composeResponseHead(
  { head, request, requestId }: SystemRequest,
  status: number,
  upstream: ResponseFields,
): string[] {
  // HTTP/2 has no others, and they mean nothing (RFC 9110 section 15).
  if (status > 599) throw new Error('The upstream answers with a status that does not exist.');
  // undici undoes the chunks only; another coding would be lost with its field, and the content be read wrongly.
  if (!/^(?:chunked)?$/i.test([upstream['transfer-encoding'] ?? ''].flat().join())) {
    throw new Error('The upstream uses a transfer coding other than chunked.');
  }
  const additions = [...HSTS, IDENTITY_FIELDS.requestId, requestId];
  // The upstream answers without having read it all; the rest cannot be told from a next request.
  if (!request.complete) additions.push('Connection', 'close');
  const isChunked = upstream['content-length'] === undefined && status !== 204 && status !== 304;
  return composeResponseFields(upstream, additions, {
    hasContent: status !== 204,
    takesTrailers: isChunked && head.acceptsTrailers && head.method !== 'HEAD',
  });
}
