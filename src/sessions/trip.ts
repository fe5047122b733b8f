/** A browser on its way to a business system: made when it was sent to the portal, read there, spent on return. */
export interface Trip {
  readonly systemId: string;
  /** Path and query that was asked for; never leaves the record. */
  readonly returnPath: string;
  /** SHA-256 of the cookie set on the system's host when the trip began. */
  readonly tripCookieHash: string;
}

/** Long enough to fetch a card from a coat, short enough that the record is not a store of old addresses. */
export const TRIP_LIFETIME_MS = 30 * 60_000;

/** The portal's permission to enter one system's host, spent once. */
export interface EntryCode {
  readonly systemId: string;
  readonly returnPath: string;
  readonly tripCookieHash: string;
  readonly sessionReference: string;
}

export const ENTRY_CODE_LIFETIME_MS = 60_000;

export type EntryFailure =
  | { readonly code: 'entry-code-unknown' }
  | { readonly code: 'entry-cookies-off' }
  | { readonly code: 'entry-of-another-system' }
  | { readonly code: 'entry-of-another-browser' };

/**
 * Judges an entry code that has just been taken from its store.
 *
 * @param presented.tripCookieHash hash of the trip cookie the browser brought; undefined when it brought none
 */
export function judgeEntryCode(
  entry: EntryCode | undefined,
  presented: { readonly systemId: string; readonly tripCookieHash: string | undefined },
): EntryFailure | null {
  if (presented.tripCookieHash === undefined) return { code: 'entry-cookies-off' };
  if (entry === undefined) return { code: 'entry-code-unknown' };
  if (entry.systemId !== presented.systemId) return { code: 'entry-of-another-system' };
  if (entry.tripCookieHash !== presented.tripCookieHash) return { code: 'entry-of-another-browser' };
  return null;
}

/**
 * Whether `path` may be kept as a return path: an origin-form target of this host, so that coming back never leads
 * elsewhere. 2,048 bytes: longer addresses are not typed or bookmarked.
 */
export function isReturnPath(path: string): boolean {
  return path.length <= 2048 && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) && !path.includes('\\');
}
