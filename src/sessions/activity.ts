/** What of a request says whether a person is at work (requirement D1-099). */
export interface RequestSigns {
  readonly method: string;
  /** `Sec-Fetch-Dest`, absent on old clients. */
  readonly fetchDestination: string | undefined;
  /** `Sec-Fetch-Mode`. */
  readonly fetchMode: string | undefined;
  /** `Sec-Fetch-User`: `?1` where the person's own act, a click or a key, led to a navigation. */
  readonly fetchUser: string | undefined;
  /** `Sec-Purpose`: what the browser fetches before anybody wants it. */
  readonly purpose: string | undefined;
  /** `X-Activity`, set by a page that polls. */
  readonly activity: string | undefined;
  /** `Accept`: an event stream is not a person. */
  readonly accept: string | undefined;
  readonly isUpgrade: boolean;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Destinations of pages within pages. */
const FRAMES = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe']);

/**
 * Whether a request counts as the person's own activity. Navigations, unsafe methods and script requests do, unless marked
 * `X-Activity: background`; what a page loads with itself, prefetching, WebSocket and server-sent events never do.
 */
export function isPersonActivity(signs: RequestSigns): boolean {
  if (signs.isUpgrade || signs.fetchMode === 'websocket') return false;
  if (isMarkedBackground(signs.activity)) return false;
  if (signs.accept?.toLowerCase().includes('text/event-stream') === true) return false;
  if (signs.purpose?.toLowerCase().includes('prefetch') === true) return false;
  const destination = signs.fetchDestination;
  // Clients that send no fetch metadata (old browsers, programs) are taken at their word: each request is a person's.
  if (destination === undefined || destination === 'empty' || destination === 'document') return true;
  // A frame is loaded with its page and may load itself anew for ever: it is a person's where a click or a form was.
  return FRAMES.has(destination) && (signs.fetchUser === '?1' || !SAFE_METHODS.has(signs.method));
}

/** Set twice, by a page and by what wraps its requests, it arrives as a list. */
function isMarkedBackground(activity: string | undefined): boolean {
  if (activity === undefined) return false;
  return activity.split(',').some(word => word.trim().toLowerCase() === 'background');
}

/**
 * Whether a path is one that a system's pages ask for by themselves, and so no activity of a person.
 *
 * @param path     as routed: normalised, without query
 * @param patterns `/x/` stands for all below, `/x` for itself; compared as a server sees them, whatever is encoded
 */
export function isBackgroundPath(path: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const seen = asServersSee(path);
  return patterns
    .map(asServersSee)
    .some(pattern => (pattern.endsWith('/') ? seen.startsWith(pattern) : seen === pattern));
}

/** Decoded, and without the parameters (`;jsessionid=…`) that servers cut off a segment. A routed path hides no slash. */
function asServersSee(path: string): string {
  if (!/[%;]/.test(path)) return path;
  return path
    .replaceAll(/%[0-9A-Fa-f]{2}/g, encoded => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
    .replaceAll(/;[^/]*/g, '');
}
