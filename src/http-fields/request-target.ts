import { canonicalAuthority } from './authority.ts';

/** Where a request goes, in the one spelling that rules and business systems both see. */
export interface RequestTarget {
  /** Begins with `/`; no empty, `.` or `..` segment; unreserved characters are not percent-encoded. */
  readonly path: string;
  /** With its `?`, byte for byte as received; empty when there is none. */
  readonly query: string;
}

export type TargetFailure =
  | { readonly code: 'target-too-long'; readonly limit: number }
  /** `*`, `host:port`, or another scheme. */
  | { readonly code: 'target-form' }
  /** The authority in an absolute target is not the one in Host. */
  | { readonly code: 'target-of-another-host' }
  /** A byte that has no place in a target, or a malformed percent-encoding. */
  | { readonly code: 'target-malformed' }
  /** A path that receivers read differently: `%2f`, `%5c`, `%00`, `.` and `..` segments, `//`, double encoding. */
  | { readonly code: 'target-ambiguous' };

/** RFC 9110 section 4.1 asks for 8,000 at least; beyond, addresses are made by programs, and content is the place for them. */
const TARGET_LIMIT = 8192;

/** The common case: plain segments that do not begin with a dot, and a query of printable characters. */
const PLAIN = /^(\/|(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*)+\/?)(\?[\x21\x22\x24-\x7e]*)?$/;

/** Printable ASCII without `"#<>\` and space: what a path may be made of, and what browsers leave unencoded in one. */
const PATH_CHARACTERS = /^[\x21\x24-\x3b\x3d\x3f-\x5b\x5d-\x7e]*$/;
const QUERY_CHARACTERS = /^[\x21\x22\x24-\x7e]*$/;

/**
 * Encoded bytes that change what a path is, decoded once (`%2F`), twice (`%252F`) or as overlong UTF-8 (`%C0%AF`):
 * slash, backslash, dot, and the control characters.
 */
const AMBIGUOUS_ENCODING =
  /%(?:2F|5C|[01][0-9A-F]|7F)|%25(?:2E|2F|5C|[01][0-9A-F]|25)|%C0%(?:80|AE|AF)|%C1%9C|%E0%80%A[EF]|%F0%80%80%A[EF]/i;

/** A segment that some servers take for `.` or `..`: Tomcat cuts `;parameters` off before it resolves dots. */
const DOT_SEGMENT = /\/\.{1,2}(?:[/;]|$)/;

/**
 * Normalises a request target once (RFC 3986 section 6.2.2, RFC 9112 section 3.2), refusing what two receivers might
 * read as two addresses.
 *
 * @param text     the target as received
 * @param hostField the Host field as received; an absolute target must name the same authority
 */
export function parseRequestTarget(
  text: string,
  hostField: string,
): { readonly ok: true; readonly target: RequestTarget } | { readonly ok: false; readonly failure: TargetFailure } {
  if (text.length > TARGET_LIMIT) return refused({ code: 'target-too-long', limit: TARGET_LIMIT });
  const plain = PLAIN.exec(text);
  if (plain?.[1] !== undefined) return { ok: true, target: { path: plain[1], query: plain[2] ?? '' } };

  const origin = toOriginForm(text, hostField);
  if (typeof origin !== 'string') return refused(origin);
  const queryStart = origin.indexOf('?');
  const rawPath = queryStart === -1 ? origin : origin.slice(0, queryStart);
  const query = queryStart === -1 ? '' : origin.slice(queryStart);
  if (!PATH_CHARACTERS.test(rawPath) || !QUERY_CHARACTERS.test(query)) return refused({ code: 'target-malformed' });
  if (/%(?![0-9A-Fa-f]{2})/.test(rawPath)) return refused({ code: 'target-malformed' });

  const path = rawPath.replaceAll(/%[0-9A-Fa-f]{2}/g, normaliseEncoding);
  if (AMBIGUOUS_ENCODING.test(path) || path.includes('//')) return refused({ code: 'target-ambiguous' });
  if (DOT_SEGMENT.test(path.replaceAll('%3B', ';'))) return refused({ code: 'target-ambiguous' });
  return { ok: true, target: { path, query } };
}

/** Path and query of an origin-form target, or of an absolute one for the same host (RFC 9112 section 3.2.2). */
function toOriginForm(text: string, hostField: string): string | TargetFailure {
  if (text.startsWith('/')) return text;
  const match = /^https:\/\/([^/?#]*)(.*)$/is.exec(text);
  if (match === null) return { code: 'target-form' };
  const authority = canonicalAuthority(match[1] ?? '');
  if (authority === undefined || authority !== canonicalAuthority(hostField)) return { code: 'target-of-another-host' };
  const rest = match[2] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Hexadecimal digits in capitals; unreserved characters as themselves (RFC 3986 sections 6.2.2.1, 6.2.2.2). */
function normaliseEncoding(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
}

function refused(failure: TargetFailure): { readonly ok: false; readonly failure: TargetFailure } {
  return { ok: false, failure };
}
