import { foldFieldName } from './field-name.ts';
import { IDENTITY_FIELDS } from './identity-assertion.ts';
import type { RequestHead } from './request-head.ts';

/** What the gateway adds to a request on its way to a business system. */
export interface UpstreamAdditions {
  /** Host and port as browsers see the system; sent as Host and X-Forwarded-Host. */
  readonly authority: string;
  readonly clientAddress: string;
  /** Cookies without the gateway's own. */
  readonly cookies: string;
  /** Identity fields, names and values in turn; they come last and nothing in the request can remove them. */
  readonly identity: readonly string[];
  /** The gateway's own name for the request, which belongs to them. */
  readonly requestId: string;
}

/**
 * Composes the fields of a request to a business system: names and values in turn.
 *
 * A field named in Connection is removed (RFC 9110 section 7.6.1), except those a request is judged and framed by: a
 * client must not make the system see another request than the gateway saw. What the gateway adds is added afterwards.
 */
export function composeUpstreamFields(head: RequestHead, additions: UpstreamAdditions): string[] {
  const fields = ['Host', additions.authority, ...withoutConnectionNamed(head)];
  if (head.contentLength !== null) fields.push('Content-Length', String(head.contentLength));
  if (additions.cookies !== '') fields.push('Cookie', additions.cookies);
  if (head.acceptsTrailers) fields.push('TE', 'trailers');
  fields.push(
    'X-Forwarded-For',
    additions.clientAddress,
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    additions.authority,
  );
  fields.push(...additions.identity, IDENTITY_FIELDS.requestId, additions.requestId);
  return fields;
}

const CONNECTION_OPTIONS = new Set(['close', 'keep-alive', 'upgrade', 'te', 'http2-settings']);

/** End-to-end by their nature: naming one of them in Connection can only be meant to hide it from the system. */
const END_TO_END = /^(?:accept|authorization|cache-control|content-|cookie|date|host|if-|origin|range|referer|sec-)/;

function withoutConnectionNamed(head: RequestHead): readonly string[] {
  if (head.connectionOptions.length === 0) return head.passing;
  const named = head.connectionOptions.filter(option => !CONNECTION_OPTIONS.has(option) && !END_TO_END.test(option));
  if (named.length === 0) return head.passing;
  const removed = new Set(named.map(foldFieldName));
  const fields: string[] = [];
  for (let index = 0; index + 1 < head.passing.length; index += 2) {
    const name = head.passing[index] ?? '';
    if (!removed.has(foldFieldName(name))) fields.push(name, head.passing[index + 1] ?? '');
  }
  return fields;
}
