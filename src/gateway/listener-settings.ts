/** Limits and times of the public listener; each default has its reason beside it. */
export interface ListenerSettings {
  /** Bytes of a request's target and fields together; beyond: 431. */
  readonly requestHeadBytes: number;
  /** Connections at once; beyond, new ones are closed unanswered. */
  readonly connections: number;
  /** Requests at once on one connection of HTTP/2; beyond, they wait at the client. */
  readonly streamsPerConnection: number;
  /** Bytes of a refused request's content that are read away so that the client sees the answer. */
  readonly readAwayBytes: number;
  /** Milliseconds for the TLS handshake. */
  readonly handshakeMs: number;
  /** Milliseconds from the first byte of a request to the end of its fields; beyond: 408. */
  readonly requestHeadMs: number;
  /** Milliseconds that a connection without a request stays open. */
  readonly keepAliveMs: number;
  /** How often WebSockets, event streams and what was judged longer ago than this are judged anew, in milliseconds. */
  readonly standingJudgedMs: number;
  /** Milliseconds for the content of a request to the portal; beyond: the connection closes. */
  readonly portalContentMs: number;
  /** Bytes of a response's fields; beyond: 502. */
  readonly responseHeadBytes: number;
  /** Bytes of content of a request to a business system, unless it says otherwise; beyond: 413. */
  readonly contentBytes: number;
  /** Seconds from the end of a request to the head of its response, unless the system says otherwise; beyond: 504. */
  readonly responseHeadS: number;
  /** Seconds in which hardly any content comes, either way, unless the system says otherwise; WebSocket and server-sent events are exempt. */
  readonly contentIdleS: number;
}

export const DEFAULT_LISTENER_SETTINGS: ListenerSettings = {
  // Node's own default; a target of 8 KiB, cookies of 4 KiB and a browser's other fields fit.
  requestHeadBytes: 16_384,
  // About 50 KB each with TLS: half a gigabyte, and ten times the ministry's accounts.
  connections: 10_000,
  // The least that RFC 9113 advises (section 6.5.2), and more than a page's pictures and scripts.
  streamsPerConnection: 100,
  // A form with its text; an upload that is refused is cut instead.
  readAwayBytes: 1_048_576,
  handshakeMs: 10_000,
  // A head is one or two packets; whoever needs longer holds the connection on purpose (slow-header attacks).
  requestHeadMs: 30_000,
  // Longer than the 60 s for which balancers keep theirs, so that it is never we who close under a request.
  keepAliveMs: 75_000,
  // Rules speak of minutes, and grants end with a day.
  standingJudgedMs: 60_000,
  // Forms, a certificate, a signature: a few kilobytes.
  portalContentMs: 30_000,
  // Four times what we accept ourselves: systems set many cookies.
  responseHeadBytes: 65_536,
  // Nothing is kept of it here; the systems' disks are what it protects. Scanned files come in tens of megabytes.
  contentBytes: 2_147_483_648,
  // What people wait for at most before they press again.
  responseHeadS: 30,
  // Mobile networks drop out for this long; a stalled transfer holds a connection on both sides.
  contentIdleS: 60,
};
