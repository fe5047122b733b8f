import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { UpstreamFault } from './failures.ts';

/**
 * One request by HTTP/2 and its response, told to undici's kind of handler. Not undici's own: it takes a response that was
 * cut off by RST_STREAM (CANCEL) for a whole one, and waits for ever after some GOAWAY frames (version 8.12).
 */
export class Http2Exchange implements Dispatcher.DispatchController {
  reason: Error | null = null;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #scheme: string;
  #stream: ClientHttp2Stream | undefined;
  #hasAnswer = false;
  #isOver = false;
  #isPaused = false;
  /** Bytes of content that are still to come, where the response says how many. */
  #left: number | undefined;
  #trailers: Record<string, string | string[]> = {};

  constructor(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, origin: string) {
    this.#options = options;
    this.#handler = handler;
    this.#scheme = new URL(origin).protocol.slice(0, -1);
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  send(session: ClientHttp2Session | undefined): void {
    if (session === undefined || session.closed || session.destroyed) {
      this.fail(new UpstreamFault('unprocessed', 'The connection has ended before anything was sent.'));
      return;
    }
    this.#handler.onRequestStart?.(this, {});
    if (this.reason !== null) {
      this.fail(this.reason);
      return;
    }
    const { body } = this.#options;
    try {
      this.#stream = session.request(composeFields(this.#options, this.#scheme), {
        endStream: !(body instanceof Readable),
      });
    } catch (error) {
      this.fail(new UpstreamFault('invalid', error instanceof Error ? error.message : 'It cannot be sent.'));
      return;
    }
    this.#listen(this.#stream, session);
    if (body instanceof Readable) sendContent(body, this.#stream);
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onResponseError?.(this, error);
  }

  abort(reason: Error): void {
    if (this.reason !== null || this.#isOver) return;
    this.reason = reason;
    if (this.#stream === undefined) return;
    this.#stream.close(constants.NGHTTP2_CANCEL);
    this.fail(reason);
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#stream?.resume();
  }

  #listen(stream: ClientHttp2Stream, session: ClientHttp2Session): void {
    let fault: Error | undefined;
    stream
      .on('headers', (fields: IncomingHttpHeaders) => this.#begin(fields))
      .on('response', (fields: IncomingHttpHeaders) => this.#begin(fields))
      .on('trailers', (fields: IncomingHttpHeaders) => (this.#trailers = plain(fields)))
      .on('data', (chunk: Buffer) => this.#pass(chunk))
      // Only a stream that is still open here has been ended by the server itself, and not cut off.
      .on('end', () => {
        if (!stream.closed) this.#end(stream);
      })
      .on('error', (error: Error) => (fault = error))
      .on('close', () => {
        const isCut = fault !== undefined || stream.rstCode !== constants.NGHTTP2_NO_ERROR || !stream.readableEnded;
        if (isCut || session.destroyed) this.fail(faultOf(stream, session, fault));
        else this.#end(stream);
      });
  }

  #begin(fields: IncomingHttpHeaders): void {
    if (this.#isOver) return;
    const status = Number(fields[':status']);
    const response = plain(fields);
    this.#handler.onResponseStarted?.();
    if (status >= 200) {
      this.#hasAnswer = true;
      const hasContent = this.#options.method !== 'HEAD' && status !== 204 && status !== 304;
      const length = response['content-length'];
      if (hasContent && typeof length === 'string') this.#left = Number(length);
    }
    this.#guard(() => this.#handler.onResponseStart?.(this, status, { ...response }));
  }

  #pass(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#left !== undefined) this.#left -= chunk.length;
    this.#guard(() => this.#handler.onResponseData?.(this, chunk));
  }

  #end(stream: ClientHttp2Stream): void {
    if (this.#isOver) return;
    if (!this.#hasAnswer || (this.#left !== undefined && this.#left !== 0)) {
      this.fail(new UpstreamFault('invalid', 'The response has not come whole.'));
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    this.#isOver = true;
    this.#handler.onResponseEnd?.(this, { ...this.#trailers });
    // What is left of the request is of no interest any more.
    if (this.#options.body instanceof Readable && !stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
  }

  /** As undici does: what the handler finds wrong with a response ends it. */
  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.abort(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function sendContent(content: Readable, stream: ClientHttp2Stream): void {
  content.once('close', () => {
    if (!content.readableEnded) stream.close(constants.NGHTTP2_CANCEL);
  });
  content.pipe(stream);
}

/** What a stream that ended badly says of the server (RFC 9113 section 8.7: what was refused has not been processed). */
function faultOf(stream: ClientHttp2Stream, session: ClientHttp2Session, fault: Error | undefined): Error {
  const message = fault?.message ?? `The stream was reset (${stream.rstCode}).`;
  if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return new UpstreamFault('unprocessed', message);
  return new UpstreamFault(session.destroyed ? 'closed' : 'invalid', message);
}

/** Fields as HTTP/2 has them: lower-case names, the authority for Host. */
function composeFields(options: Dispatcher.DispatchOptions, scheme: string): OutgoingHttpHeaders {
  const fields: Record<string, string | string[]> = {
    ':method': options.method,
    ':scheme': scheme,
    ':path': options.path,
  };
  const { headers } = options;
  if (!Array.isArray(headers)) return fields;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [given, value] = [headers[index], headers[index + 1]];
    if (typeof given !== 'string' || typeof value !== 'string') continue;
    const lower = given.toLowerCase();
    const name = lower === 'host' ? ':authority' : lower;
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    Object.defineProperty(fields, name, {
      value: before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return fields;
}

function plain(fields: IncomingHttpHeaders): Record<string, string | string[]> {
  const response: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && !name.startsWith(':')) response[name] = value;
  }
  return response;
}
