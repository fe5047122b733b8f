import { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { composeResponseFields, composeTrailers, type ResponseFields } from '../http-fields/upstream-response.ts';
import type { AccessTrace } from './access-trace.ts';
import { readAway } from './read-away.ts';
import type { ClientResponse, SystemRequest } from './system-request.ts';

/** More interim responses than any system has reason to send; an endless row of them would outlast every time limit. */
const INTERIM_LIMIT = 16;

/**
 * A system's response on its way to the client, as it comes. Where records are strict, it is one chunk behind, and the
 * last one goes out when the record is durable.
 */
export class PassedResponse {
  readonly #to: SystemRequest;
  readonly #trace: AccessTrace;
  #isHeldBack = false;
  #held: Buffer | undefined;
  #hasFlushed = false;
  #interims = 0;

  constructor(to: SystemRequest, trace: AccessTrace) {
    this.#to = to;
    this.#trace = trace;
  }

  /**
   * Passes on an interim response, 103 say (RFC 9110 section 15.2); clients of HTTP/1.0 know none, and 100 is the gateway's to say.
   *
   * @returns false where there have been too many
   */
  inform(status: number, upstream: ResponseFields): boolean {
    const { request, response } = this.#to;
    this.#interims += 1;
    if (this.#interims > INTERIM_LIMIT) return false;
    if (status > 101 && request.httpVersion !== '1.0' && !response.headersSent && !response.destroyed) {
      const fields = composeResponseFields(upstream, [], { hasContent: false, takesTrailers: false });
      response.writeInformation?.(status, fields);
    }
    return true;
  }

  /** @param isEndless nothing of it is held back, but it begins when the record of that is durable */
  begin(controller: Dispatcher.DispatchController, status: number, fields: string[], isEndless: boolean): void {
    const { response } = this.#to;
    this.#isHeldBack = this.#trace.isStrict && !isEndless;
    if (!isEndless || !this.#trace.isStrict) {
      this.#start(status, fields);
      return;
    }
    controller.pause();
    this.#trace.open(status, () => {
      if (response.headersSent || response.destroyed) return;
      this.#start(status, fields);
      controller.resume();
    });
  }

  /** @returns false where the client is behind */
  write(chunk: Buffer): boolean {
    this.#hasFlushed = true;
    this.#trace.bytesOut += chunk.length;
    const next = this.#isHeldBack ? this.#held : chunk;
    if (this.#isHeldBack) this.#held = chunk;
    return next === undefined || this.#to.response.write(next);
  }

  /** @param readAwayBytes of content that still comes, since closing over it would lose the answer */
  end(trailers: ResponseFields, readAwayBytes: number): void {
    const { request, response, head } = this.#to;
    this.#hasFlushed = true;
    this.#trace.conclude('complete', response.statusCode, () => {
      if (response.destroyed) return;
      if (this.#held !== undefined) response.write(this.#held);
      if (response.chunkedEncoding && head.acceptsTrailers) {
        for (const trailer of composeTrailers(trailers)) response.addTrailers([trailer]);
      }
      if (request.complete) response.end();
      else void readAway(request, readAwayBytes).then(() => response.end());
    });
  }

  #start(status: number, fields: string[]): void {
    const { response } = this.#to;
    response.writeHead(status, fields);
    // Nothing of a response that has only a head is left to be held back.
    if (this.#isHeldBack) return;
    // What came in the same packet goes out with the head; a head alone (an event stream's) must not wait for content.
    queueMicrotask(() => {
      if (!this.#hasFlushed && !response.writableEnded && !response.destroyed) flushHead(response);
    });
  }
}

/**
 * Has a head go out before any content. Node's `flushHeaders` would write it as UTF-8: a field's bytes above 0x7F, which are
 * one character each here, would become two. A head that no content follows goes with the end.
 */
function flushHead(response: ClientResponse): void {
  if (response instanceof ServerResponse) response.write('', 'latin1');
  else response.flushHeaders();
}
