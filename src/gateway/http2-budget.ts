/** What a connection has come to. */
export interface Http2Progress {
  requests: number;
  openStreams: number;
  /** Of requests, as far as somebody has read it. */
  contentBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/**
 * Requests of one connection that ended before their answer: leaving a page cuts all short that were under way, so twice the
 * number of streams, and ten a second for those who leaf through pages.
 */
const CUT_SHORT_BURST = 200;
const CUT_SHORT_PER_S = 10;

/** Bytes of fields that a request may have taken; nearly all take less than one. */
const BYTES_A_REQUEST = 16_384;

/** Acknowledgements, pings and window updates of a connection on which nothing happens, and more of them by the second. */
const IDLE_BYTES = 65_536;
const IDLE_BYTES_PER_S = 1_024;

/** Of what is sent, its eighth may come back as window updates: 13 bytes for each kilobyte or more. */
const SENT_SHARE = 8;

/**
 * What a connection may cost beyond the requests that it makes.
 *
 * HTTP/2 has many frames that ask for work and none of which is a request: pings, settings, window updates, priorities, empty
 * pieces of content, frames of unknown kinds (CVE-2019-9511 and its seven sisters), and requests that are taken back at once
 * (CVE-2023-44487) or that the server is made to take back (CVE-2025-8671). Told apart they would need a rule each; what they have in common
 * is bytes that serve no request, and requests without an answer.
 */
export class Http2Budget {
  readonly #bornMs: number;
  #cutShort = 0;
  #countedMs: number;

  constructor(nowMs: number) {
    this.#bornMs = nowMs;
    this.#countedMs = nowMs;
  }

  /** Counts a request that has ended before its answer did; false where there have been too many. */
  takeCutShort(nowMs: number): boolean {
    const forgotten = ((nowMs - this.#countedMs) / 1_000) * CUT_SHORT_PER_S;
    this.#countedMs = nowMs;
    this.#cutShort = Math.max(0, this.#cutShort - forgotten) + 1;
    return this.#cutShort <= CUT_SHORT_BURST;
  }

  /** @param windowBytes how much content of a stream may have come that nobody has read yet */
  isOverspent(progress: Http2Progress, windowBytes: number, nowMs: number): boolean {
    const { receivedBytes, contentBytes, requests, openStreams, sentBytes } = progress;
    const idleBytes = IDLE_BYTES + ((nowMs - this.#bornMs) / 1_000) * IDLE_BYTES_PER_S;
    const earned = 2 * contentBytes + requests * BYTES_A_REQUEST + openStreams * windowBytes + sentBytes / SENT_SHARE;
    return receivedBytes > idleBytes + earned;
  }
}
