import { Readable } from 'node:stream';

/** What a request's content tells on its way. */
interface ContentEvents {
  /** So many bytes have come; 0: it has ended. */
  onBytes(count: number): void;
  /** More has come than it may carry; no more goes upstream. */
  onTooLarge(): void;
}

/**
 * The content of a request on its way upstream, with back-pressure.
 *
 * It stands between the two because undici destroys the stream it was given when the upstream answers early, and
 * destroying Node's own request destroys the client's connection: the answer (a 413, say) would be lost.
 */
export class RequestContent extends Readable {
  readonly #request: Readable;
  readonly #onChunk: (chunk: Buffer) => void;
  readonly #onEnd: () => void;
  readonly #onClose: () => void;
  #bytes = 0;

  /** @param limitBytes how much it may carry; where a length was stated, that has been looked at already */
  constructor(request: Readable, limitBytes: number, events: ContentEvents) {
    super();
    this.#request = request;
    this.#onChunk = chunk => {
      this.#bytes += chunk.length;
      if (this.#bytes > limitBytes) {
        events.onTooLarge();
        return;
      }
      events.onBytes(chunk.length);
      if (!this.push(chunk)) request.pause();
    };
    this.#onEnd = () => {
      events.onBytes(0);
      this.push(null);
    };
    this.#onClose = () => {
      if (!request.readableEnded) this.destroy(new Error('The client went away before its content ended.'));
    };
    // undici listens while it sends; what happens to the stream afterwards is of no interest and no fault.
    this.on('error', () => undefined);
    request.on('data', this.#onChunk).on('end', this.#onEnd).on('close', this.#onClose);
    request.pause();
    if (request.readableEnded) this.push(null);
  }

  /** Whether nothing of it has been taken off the request, so that it may go another way. */
  get isUntouched(): boolean {
    return this.#bytes === 0;
  }

  override _read(): void {
    this.#request.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#request.off('data', this.#onChunk).off('end', this.#onEnd).off('close', this.#onClose);
    if (!this.#request.readableEnded) this.#request.pause();
    callback(error);
  }
}

/** Waits until the first of a request's content has come, or nothing comes any more; returns what ends the waiting before. */
export function awaitContent(request: Readable, goOn: () => void): () => void {
  const stop = (): void => {
    request.off('readable', stop);
    goOn();
  };
  request.once('readable', stop);
  return stop;
}
