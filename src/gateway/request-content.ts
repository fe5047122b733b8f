import { Readable } from 'node:stream';

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

  constructor(request: Readable, onActivity: () => void) {
    super();
    this.#request = request;
    this.#onChunk = chunk => {
      onActivity();
      if (!this.push(chunk)) request.pause();
    };
    this.#onEnd = () => {
      onActivity();
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

  override _read(): void {
    this.#request.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#request.off('data', this.#onChunk).off('end', this.#onEnd).off('close', this.#onClose);
    if (!this.#request.readableEnded) this.#request.pause();
    callback(error);
  }
}
