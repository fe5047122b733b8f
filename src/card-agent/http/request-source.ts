import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when the request names this agent by a loopback name and its own port. A name that somebody's DNS lets point
 * to 127.0.0.1 (DNS rebinding) would make a foreign page same-origin with the agent.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  const suffix = port === 80 ? '' : `:${String(port)}`;
  return ['localhost', '127.0.0.1', '[::1]'].some(name => host === name + suffix);
}

/**
 * True when the request was sent by a page of this agent itself. Browsers send `Origin` with every POST and
 * `Sec-Fetch-Site` with every request to a loopback address; whatever of both is there must say "same origin", and
 * one of them must be there.
 */
export function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const origin = headers.origin;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && origin !== `http://${headers.host ?? ''}`) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined || site !== undefined;
}

/**
 * True when the request loads a page into a window of its own: not into a frame, not by script. Programs that send no
 * fetch metadata (tests, a command line) are let through, they have no other site's cookies or frames to abuse.
 */
export function isTopLevelNavigation(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return destination === undefined || destination === 'document';
}
