import { treatmentOf } from './field-name.ts';
import type { RequestHead } from './request-head.ts';

/** Seconds for which a browser need not ask again; a list that was shortened counts by then (Chromium keeps 2 h at most). */
const PREFLIGHT_KEPT_S = 600;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Fields in which a page of a listed origin may read an answer of ours; none for all other pages. */
export function crossOriginFields(head: RequestHead, allowed: readonly string[]): readonly string[] {
  if (head.origin === undefined || !allowed.includes(head.origin)) return [];
  return ['Access-Control-Allow-Origin', head.origin, 'Access-Control-Allow-Credentials', 'true', 'Vary', 'Origin'];
}

/**
 * The answer to a browser that asks whether a page of a listed origin may make a request (a preflight, Fetch standard
 * section 4.8): browsers send no cookie with it, so that nobody could be known by it at the system.
 *
 * What the page then asks for is judged like any other request; here it is told only that the origin is listed.
 *
 * @returns names and values in turn; undefined for anything but such a question
 */
export function answerPreflight(head: RequestHead, allowed: readonly string[]): readonly string[] | undefined {
  if (head.method !== 'OPTIONS' || head.isUpgrade || head.isChunked || (head.contentLength ?? 0) > 0) return undefined;
  const method = fieldOf(head, 'access-control-request-method');
  const origin = crossOriginFields(head, allowed);
  if (method === undefined || !TOKEN.test(method) || origin.length === 0) return undefined;
  const names = (fieldOf(head, 'access-control-request-headers') ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => TOKEN.test(name) && treatmentOf(name) !== 'withhold');
  return [
    ...origin.slice(0, 4),
    'Access-Control-Allow-Methods',
    method,
    ...(names.length === 0 ? [] : ['Access-Control-Allow-Headers', names.join(', ')]),
    'Access-Control-Max-Age',
    String(PREFLIGHT_KEPT_S),
    'Vary',
    'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  ];
}

/** undefined where it is missing or said twice. */
function fieldOf({ passing }: RequestHead, wanted: string): string | undefined {
  const values = passing.filter((_, index) => index % 2 === 1 && passing[index - 1]?.toLowerCase() === wanted);
  return values.length === 1 ? values[0] : undefined;
}
