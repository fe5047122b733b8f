import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Http2Request } from './http2-request.ts';
import type { ClientResponse } from './system-request.ts';

/** A client that has not taken the rest of an answer by then will not; what waits for it would wait as long as its connection lasts. */
const UNREAD_MS = 60_000;

/** The answer on an HTTP/2 stream. */
export class Http2Response implements ClientResponse {
  chunkedEncoding = false;
  statusCode = 200;
  readonly #stream: ServerHttp2Stream;
  readonly #request: Http2Request;
  readonly #takesTrailers: boolean;
  #trailers: OutgoingHttpHeaders = {};

  /** @param takesTrailers whether trailers may follow; the stream then waits for them */
  constructor(stream: ServerHttp2Stream, request: Http2Request, takesTrailers: boolean) {
    this.#stream = stream;
    this.#request = request;
    this.#takesTrailers = takesTrailers;
  }

  get headersSent(): boolean {
    return this.#stream.headersSent;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  get writableEnded(): boolean {
    return this.#stream.writableEnded;
  }

  get writableFinished(): boolean {
    return this.#stream.writableFinished;
  }

  writeContinue(): void {
    if (!this.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
  }

  writeInformation(status: number, fields: readonly string[]): void {
    if (!this.destroyed) this.#stream.additionalHeaders(composeHead(status, fields));
  }

  writeHead(status: number, fields: string[]): void {
    if (this.destroyed) return;
    this.statusCode = status;
    const sent = composeHead(status, fields);
    this.chunkedEncoding = !('content-length' in sent);
    const waitForTrailers = this.#takesTrailers && this.chunkedEncoding;
    if (waitForTrailers) this.#stream.once('wantTrailers', () => this.#sendTrailers());
    this.#stream.respond(sent, { waitForTrailers });
  }

  flushHeaders(): void {
    // Node sends fields at once.
  }

  write(chunk: string | Uint8Array): boolean {
    return this.#isOpen() ? this.#stream.write(chunk) : true;
  }

  addTrailers(trailers: readonly [string, string][]): void {
    for (const [name, value] of trailers) {
      const before = this.#trailers[name];
      this.#trailers[name] = before === undefined ? value : [before, value].flat().map(String);
    }
  }

  end(chunk?: string | Uint8Array): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    stream.setTimeout(UNREAD_MS, () => this.destroy());
    if (this.#isOpen()) stream.end(chunk);
    // What is left of the request is of no use to anybody (RFC 9113 section 8.1).
    if (this.#request.complete) return;
    const stop = (): void => void setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
    if (stream.writableFinished) stop();
    else stream.once('finish', stop);
  }

  destroy(): void {
    this.#stream.destroy(new Error('The answer was cut off.'));
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.once(event, listener);
  }

  /** Node itself ends the writable side of an answer that has no content by its status or method. */
  #isOpen(): boolean {
    return !this.destroyed && !this.#stream.writableEnded;
  }

  #sendTrailers(): void {
    if (this.destroyed) return;
    try {
      this.#stream.sendTrailers(this.#trailers);
    } catch {
      // Called by the library, so that a system's trailers it does not take would end the process.
      this.destroy();
    }
  }
}

function composeHead(status: number, fields: readonly string[]): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = { ':status': status };
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = (fields[index] ?? '').toLowerCase();
    const value = fields[index + 1] ?? '';
    // There is no such field in HTTP/2; what it says is said by the stream's end.
    if (name === 'connection') continue;
    const before = sent[name];
    sent[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  return sent;
}
