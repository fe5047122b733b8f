import { isReservedField } from './field-name.ts';
import { restrictSetCookie } from './gateway-cookies.ts';
import { parseList } from './request-head.ts';

/** Fields of a response by lower-case name; repeated ones as a list (undici's form). */
export type ResponseFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a response says about the connection, not about the content; `upgrade` is written anew after a 101. */
const HOP_BY_HOP = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  // Said by the gateway for its whole host; `Alt-Svc` would lead browsers past it.
  'alt-svc',
  'strict-transport-security',
]);

/**
 * Composes the fields of a response to the client out of a business system's: names and values in turn.
 *
 * @param additions          the gateway's own fields, names and values in turn
 * @param shape.hasContent    false for a response that carries none by its status, whatever length it announces (204)
 * @param shape.takesTrailers whether trailers can follow; otherwise none may be announced
 */
export function composeResponseFields(
  upstream: ResponseFields,
  additions: readonly string[],
  shape: { readonly hasContent: boolean; readonly takesTrailers: boolean },
): string[] {
  const removed = connectionNamed(upstream['connection']);
  const fields: string[] = [];
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || HOP_BY_HOP.has(name) || removed?.has(name) === true) continue;
    if (name.startsWith('x') && isReservedField(name)) continue;
    if (name === 'content-length' && !shape.hasContent) continue;
    if (name === 'trailer' && !shape.takesTrailers) continue;
    if (typeof value === 'string') pushField(fields, name, value);
    else for (const one of value) pushField(fields, name, one);
  }
  fields.push(...additions);
  return fields;
}

/** Composes the trailer fields of a response: none that frames, routes or identifies (RFC 9110 section 6.5.1). */
export function composeTrailers(upstream: ResponseFields): [string, string][] {
  const trailers: [string, string][] = [];
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || HOP_BY_HOP.has(name) || NEVER_TRAILERS.has(name) || isReservedField(name)) continue;
    if (typeof value === 'string') trailers.push([name, value]);
    else for (const one of value) trailers.push([name, one]);
  }
  return trailers;
}

const NEVER_TRAILERS = new Set([
  'cache-control',
  'clear-site-data',
  'content-encoding',
  'content-length',
  'content-type',
  'location',
  'set-cookie',
  'trailer',
  'www-authenticate',
]);

function pushField(fields: string[], name: string, value: string): void {
  if (name === 'set-cookie') {
    const restricted = restrictSetCookie(value);
    if (restricted !== null) fields.push(name, restricted);
    return;
  }
  // `"cookies"` and `"*"` clear the cookies of the whole site: the other systems' and the portal's.
  if (name === 'clear-site-data' && /"(?:cookies|\*)"/i.test(value)) return;
  fields.push(name, value);
}

function connectionNamed(field: string | readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (field === undefined || field === 'keep-alive' || field === 'close') return undefined;
  const named = new Set(parseList(typeof field === 'string' ? field : field.join(',')));
  // The same restraint as for requests: what the client must see cannot be hidden by naming it.
  for (const name of named) if (/^(?:content-|set-cookie|location|cache-control|sec-)/.test(name)) named.delete(name);
  return named;
}
