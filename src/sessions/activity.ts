/** What of a request says whether a person is at work (requirement D1-099). */
export interface RequestSigns {
  readonly method: string;
  /** `Sec-Fetch-Dest`, absent on old clients. */
  readonly fetchDestination: string | undefined;
  /** `Sec-Fetch-Mode`. */
  readonly fetchMode: string | undefined;
  /** `X-Activity`, set by a page that polls. */
  readonly activity: string | undefined;
  /** `Accept`: an event stream is not a person. */
  readonly accept: string | undefined;
  readonly isUpgrade: boolean;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Whether a request counts as the person's own activity. Navigations, unsafe methods and script requests do, unless
 * marked `X-Activity: background`; pictures, styles, scripts, WebSocket and server-sent events never do.
 */
export function isPersonActivity(signs: RequestSigns): boolean {
  if (signs.isUpgrade) return false;
  if (signs.activity?.trim().toLowerCase() === 'background') return false;
  if (signs.accept?.toLowerCase().startsWith('text/event-stream')) return false;
  if (!SAFE_METHODS.has(signs.method)) return true;
  if (signs.fetchMode === 'navigate') return true;
  if (signs.fetchMode === 'websocket') return false;
  // Clients that send no fetch metadata (old browsers, programs) are taken at their word: each request is a person's.
  return (
    signs.fetchDestination === undefined || signs.fetchDestination === 'empty' || signs.fetchDestination === 'document'
  );
}
