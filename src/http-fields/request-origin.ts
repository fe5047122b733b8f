import type { RequestHead } from './request-head.ts';

/** Methods that change nothing (RFC 9110 section 9.2.1). TRACE is one, but is refused altogether. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may change something in a business system, or open a channel that may, as far as the page is
 * concerned that caused it. SameSite does not tell sibling systems apart, Origin does (DESIGN §2).
 *
 * A browser sends Origin with every unsafe method and every WebSocket; older ones send at least Sec-Fetch-Site. A
 * request with neither comes from a program, which no foreign page can make send our cookie.
 *
 * @param ownOrigin the system's origin as browsers see it
 * @param allowed   other origins that the system lists
 */
export function isFromAllowedOrigin(head: RequestHead, ownOrigin: string, allowed: readonly string[]): boolean {
  if (SAFE_METHODS.has(head.method) && !head.isUpgrade) return true;
  if (head.origin !== undefined) return head.origin === ownOrigin || allowed.includes(head.origin);
  return head.fetchSite === undefined || head.fetchSite === 'same-origin';
}

/** Whether a request was made by one of our own pages on `ownOrigin`; one that does not say is not (DESIGN §4). */
export function isFromOwnPage(head: RequestHead, ownOrigin: string): boolean {
  if (head.origin !== undefined) return head.origin === ownOrigin;
  return head.fetchSite === 'same-origin';
}

/**
 * Whether the answer will be shown as a page in a window of its own: fetch metadata say so, or, from a client that
 * sends none, the wish for HTML.
 */
export function isTopLevelNavigation(head: RequestHead): boolean {
  if (head.isUpgrade) return false;
  const { fetchDestination, fetchMode, fetchSite } = head;
  if (fetchDestination !== undefined || fetchMode !== undefined || fetchSite !== undefined) {
    return fetchDestination === 'document' && (fetchMode === undefined || fetchMode === 'navigate');
  }
  return head.accept?.toLowerCase().includes('text/html') === true;
}
