import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import type { ClientRequest } from './system-request.ts';

/**
 * The content of a request on an HTTP/2 stream, with back-pressure: while nobody reads, the stream's window stays shut.
 *
 * It stands before Node's own stream because that also ends when the client has reset it with the code for "no error": half an
 * upload would be taken for the whole.
 */
export class Http2Request extends Readable implements ClientRequest {
  readonly httpVersion = '2.0';
  readonly headers: IncomingHttpHeaders;
  complete: boolean;
  readonly #stream: ServerHttp2Stream;

  /** @param onBytes is told of the content that is taken off the stream */
  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, onBytes: (count: number) => void) {
    super();
    this.#stream = stream;
    this.headers = headers;
    this.complete = stream.endAfterHeaders;
    this.on('error', () => undefined);
    if (this.complete) {
      this.push(null);
      stream.resume();
      return;
    }
    stream.on('data', (chunk: Buffer) => {
      onBytes(chunk.length);
      if (!this.push(chunk)) stream.pause();
    });
    stream.on('end', () => {
      this.complete = !stream.closed;
      if (this.complete) this.push(null);
      else this.destroy();
    });
    stream.on('close', () => {
      if (!this.complete) this.destroy();
    });
    stream.pause();
  }

  override _read(): void {
    if (!this.complete) this.#stream.resume();
  }
}
