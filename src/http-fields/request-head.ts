import { treatmentOf } from './field-name.ts';

/** The fields of one request, read once: what the gateway judges by, and what may be passed on. */
export interface RequestHead {
  readonly method: string;
  /** The one Host field, as received. */
  readonly host: string;
  /** Bytes of content that were announced; null when none were, or the content is chunked. */
  readonly contentLength: number | null;
  readonly isChunked: boolean;
  /** All Cookie fields, joined. */
  readonly cookies: string;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly fetchDestination: string | undefined;
  readonly fetchUser: string | undefined;
  /** `Sec-Purpose`: fetched before anybody wants it. */
  readonly purpose: string | undefined;
  readonly accept: string | undefined;
  readonly acceptLanguage: string | undefined;
  /** `X-Activity`, set by a page that polls. */
  readonly activity: string | undefined;
  /** `Upgrade`, as received. */
  readonly upgrade: string | undefined;
  readonly isUpgrade: boolean;
  readonly webSocketKey: string | undefined;
  readonly webSocketVersion: string | undefined;
  /** Whether the client takes trailer fields (`TE: trailers`); HTTP/1.0 has none. */
  readonly acceptsTrailers: boolean;
  /** Options of the Connection field, lower case. */
  readonly connectionOptions: readonly string[];
  /** What the client waits for (`Expect`, RFC 9110 section 10.1.1): nothing, 100, or something that nobody knows. */
  readonly expectation: 'none' | 'continue' | 'unknown';
  /** Names and values in turn, as received: end-to-end fields that nobody but the client and the system speaks by. */
  readonly passing: readonly string[];
}

export type HeadFailure =
  | { readonly code: 'host-missing' }
  | { readonly code: 'field-repeated'; readonly field: string }
  | { readonly code: 'content-length-invalid' }
  | { readonly code: 'framing-ambiguous' }
  | { readonly code: 'transfer-coding-refused' }
  | { readonly code: 'version-unknown' }
  | { readonly code: 'too-many-fields'; readonly limit: number };

/** A browser sends 15 to 25 fields. Each costs work here, so a request made of fields alone ends at 100. */
const FIELD_COUNT_LIMIT = 100;

/**
 * Reads the fields of an HTTP/1.1 request (RFC 9112 sections 3.2, 6).
 *
 * The HTTP parser has refused what cannot be parsed; refused here is what two receivers might read differently: more
 * than one Host, Origin or length, a length beside a transfer coding, a coding other than `chunked` alone.
 *
 * @param rawFields   names and values in turn, exactly as received (Node's `rawHeaders`)
 * @param httpVersion as in the request line; read are `1.0` and `1.1`
 * @param isUpgrade   whether the request asks to become a WebSocket
 */
export function readRequestHead(
  method: string,
  rawFields: readonly string[],
  httpVersion: string,
  isUpgrade: boolean,
): { readonly ok: true; readonly head: RequestHead } | { readonly ok: false; readonly failure: HeadFailure } {
  // The parser also takes `HTTP/2.0`, and a line without a version for HTTP/0.9, which has no fields at all.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return { ok: false, failure: { code: 'version-unknown' } };
  if (rawFields.length > 2 * FIELD_COUNT_LIMIT) {
    return { ok: false, failure: { code: 'too-many-fields', limit: FIELD_COUNT_LIMIT } };
  }
  const passing: string[] = [];
  const single = new Map<string, string>();
  let cookies = '';
  let connection = '';
  let transferCodings = '';

  for (let index = 0; index + 1 < rawFields.length; index += 2) {
    const name = rawFields[index] ?? '';
    const value = rawFields[index + 1] ?? '';
    const treatment = treatmentOf(name);
    switch (treatment) {
      case 'pass':
        passing.push(name, value);
        break;
      case 'withhold':
      case 'hop-by-hop':
        break;
      case 'cookie':
        cookies = cookies === '' ? value : `${cookies}; ${value}`;
        break;
      case 'connection':
        connection = connection === '' ? value : `${connection},${value}`;
        break;
      case 'te':
        transferCodings = `${transferCodings},${value}`;
        break;
      case 'accept':
      case 'accept-language':
        passing.push(name, value);
        // Lists (RFC 9110 section 5.3); for telling a page from a program the first is enough.
        if (!single.has(treatment)) single.set(treatment, value);
        break;
      case 'origin':
      case 'sec-fetch-dest':
      case 'sec-fetch-mode':
      case 'sec-fetch-site':
      case 'sec-fetch-user':
      case 'sec-purpose':
      case 'sec-websocket-key':
      case 'sec-websocket-version':
      case 'x-activity':
        passing.push(name, value);
        if (single.has(treatment)) return { ok: false, failure: { code: 'field-repeated', field: treatment } };
        single.set(treatment, value);
        break;
      case 'content-length':
      case 'expect':
      case 'host':
      case 'transfer-encoding':
      case 'upgrade':
        if (single.has(treatment)) return { ok: false, failure: { code: 'field-repeated', field: treatment } };
        single.set(treatment, value);
        break;
    }
  }

  const host = single.get('host');
  if (host === undefined || host === '') return { ok: false, failure: { code: 'host-missing' } };
  const framing = judgeFraming(single.get('content-length'), single.get('transfer-encoding'), httpVersion, isUpgrade);
  if (!framing.ok) return framing;
  return {
    ok: true,
    head: {
      method,
      host,
      contentLength: framing.contentLength,
      isChunked: framing.isChunked,
      cookies,
      origin: single.get('origin'),
      fetchSite: single.get('sec-fetch-site'),
      fetchMode: single.get('sec-fetch-mode'),
      fetchDestination: single.get('sec-fetch-dest'),
      fetchUser: single.get('sec-fetch-user'),
      purpose: single.get('sec-purpose'),
      accept: single.get('accept'),
      acceptLanguage: single.get('accept-language'),
      activity: single.get('x-activity'),
      upgrade: single.get('upgrade'),
      isUpgrade,
      webSocketKey: single.get('sec-websocket-key'),
      webSocketVersion: single.get('sec-websocket-version'),
      acceptsTrailers: httpVersion !== '1.0' && listHas(transferCodings, 'trailers'),
      expectation: readExpectation(single.get('expect'), httpVersion, isUpgrade),
      connectionOptions: connection === '' ? [] : parseList(connection),
      passing,
    },
  };
}

type Framing =
  | { readonly ok: true; readonly contentLength: number | null; readonly isChunked: boolean }
  | { readonly ok: false; readonly failure: HeadFailure };

/** How much content follows: a length, chunks, or none; anything that might be two of these is refused. */
function judgeFraming(
  contentLength: string | undefined,
  transferEncoding: string | undefined,
  httpVersion: string,
  isUpgrade: boolean,
): Framing {
  if (transferEncoding !== undefined) {
    // RFC 9112 section 6.1: chunked does not exist in HTTP/1.0, and a message with both is somebody's trick.
    if (contentLength !== undefined || httpVersion !== '1.1' || isUpgrade) {
      return { ok: false, failure: { code: 'framing-ambiguous' } };
    }
    // Another coding would have to be undone here, and its end is where receivers disagree; nobody needs one.
    if (transferEncoding.toLowerCase() !== 'chunked') {
      return { ok: false, failure: { code: 'transfer-coding-refused' } };
    }
    return { ok: true, contentLength: null, isChunked: true };
  }
  if (contentLength === undefined) return { ok: true, contentLength: null, isChunked: false };
  // Digits only, no list, no sign; 15 digits are a petabyte and still exact as a number.
  if (!/^[0-9]{1,15}$/.test(contentLength)) return { ok: false, failure: { code: 'content-length-invalid' } };
  const bytes = Number(contentLength);
  // What follows the head of an upgrade belongs to the new protocol; content in between is read differently by many.
  if (isUpgrade && bytes > 0) return { ok: false, failure: { code: 'framing-ambiguous' } };
  return { ok: true, contentLength: bytes, isChunked: false };
}

/** 100-continue counts for content of HTTP/1.1 only; the protocol before has no expectations. */
function readExpectation(
  expect: string | undefined,
  httpVersion: string,
  isUpgrade: boolean,
): RequestHead['expectation'] {
  if (expect === undefined || httpVersion === '1.0') return 'none';
  if (expect.toLowerCase() !== '100-continue') return 'unknown';
  return isUpgrade ? 'none' : 'continue';
}

/** Members of a comma-separated list of tokens, lower case, without parameters and empty ones. */
export function parseList(field: string): string[] {
  return field
    .split(',')
    .map(member => (member.split(';', 1)[0] ?? '').trim().toLowerCase())
    .filter(member => member !== '');
}

function listHas(field: string, member: string): boolean {
  return field !== '' && parseList(field).includes(member);
}
