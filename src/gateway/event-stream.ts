import type { ResponseFields } from '../http-fields/upstream-response.ts';
import type { BreakCause } from './open-exchanges.ts';

const LF = 0x0a;
const CR = 0x0d;

/**
 * Follows an event stream (HTML standard, section 9.2.6) just closely enough to know whether an event has just ended: only
 * there may the gateway add one of its own.
 */
export class EventBoundary {
  /** Line ends in a row; the beginning of the stream is as good as a blank line. */
  #lineEnds = 2;
  #lastByte = LF;

  get isAtBoundary(): boolean {
    return this.#lineEnds >= 2;
  }

  advance(chunk: Uint8Array): void {
    // Only its end matters: two lines' ends are four bytes at most.
    if (chunk.length > 4) [this.#lineEnds, this.#lastByte] = [0, 0];
    for (const byte of chunk.subarray(-4)) {
      if (byte === CR) this.#lineEnds += 1;
      else if (byte !== LF) this.#lineEnds = 0;
      else if (this.#lastByte !== CR) this.#lineEnds += 1;
      this.#lastByte = byte;
    }
  }
}

/** Whether a response is an event stream. */
export function isEventStream(fields: ResponseFields): boolean {
  return /^text\/event-stream\b/i.test(first(fields['content-type']));
}

/** Whether the bytes of an event stream are its events: in another coding there is no place for one more. */
export function isReadable(fields: ResponseFields): boolean {
  return /^(?:identity)?$/i.test(first(fields['content-encoding']));
}

/** The last event of a stream that the gateway ends; undefined where a page has nothing to do but to ask again. */
export function farewellEvent(cause: BreakCause): string | undefined {
  switch (cause.kind) {
    case 'session-over':
      return `event: gateway-session-over\ndata: ${JSON.stringify({ reason: cause.reason })}\n\n`;
    case 'not-allowed':
      return `event: gateway-not-allowed\ndata: ${JSON.stringify({ reason: cause.reason })}\n\n`;
    case 'cannot-tell':
      return 'event: gateway-cannot-tell\ndata: {}\n\n';
    case 'idle':
    case 'shutdown':
      return undefined;
  }
}

function first(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}
