import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { composeCloseFrame, FrameBoundary } from './websocket-frames.ts';

/** A quiet WebSocket may be so for hours; the kernel asks after this long whether the peer still exists. */
const KEEP_ALIVE_MS = 30_000;
/** After the close frame the other side answers or not; either way the socket goes. */
const CLOSE_GRACE_MS = 1_000;

/** Two sockets joined after a WebSocket handshake: bytes pass both ways as they come, with back-pressure. */
export class WebSocketTunnel {
  readonly #client: Socket;
  readonly #upstream: Duplex;
  /** Passed on so far, from the client and to it. */
  bytesIn = 0;
  bytesOut = 0;
  readonly #boundary = new FrameBoundary();
  #farewell: Buffer | undefined;
  #isClosed = false;

  constructor(client: Socket, upstream: Duplex) {
    this.#client = client;
    this.#upstream = upstream;
    client.setNoDelay(true);
    client.setKeepAlive(true, KEEP_ALIVE_MS);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroySoon());
    upstream.on('data', (chunk: Buffer) => this.#pass(chunk)).on('end', () => client.end());
    client.on('drain', () => upstream.resume());
    client.on('data', (chunk: Buffer) => (this.bytesIn += chunk.length));
    client.pipe(upstream);
  }

  /**
   * Tells the client why the WebSocket ends and ends it, after the frame that is under way; both sockets are gone a
   * second later whatever the peers do.
   */
  close(code: number, reason: string): void {
    if (this.#farewell !== undefined || this.#isClosed) return;
    this.#farewell = composeCloseFrame(code, reason);
    // From here on nothing of the client's goes upstream.
    this.#client.unpipe(this.#upstream);
    this.#client.resume();
    if (this.#boundary.isAtBoundary) this.#sayFarewell();
    setTimeout(() => this.destroy(), CLOSE_GRACE_MS).unref();
  }

  get isClosing(): boolean {
    return this.#farewell !== undefined;
  }

  destroy(): void {
    this.#isClosed = true;
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #pass(chunk: Buffer): void {
    if (this.#isClosed) return;
    const taken = this.#boundary.advance(chunk, this.#farewell !== undefined);
    const passed = taken === chunk.length ? chunk : chunk.subarray(0, taken);
    this.bytesOut += passed.length;
    if (!this.#client.write(passed)) this.#upstream.pause();
    if (this.#farewell !== undefined && this.#boundary.isAtBoundary) this.#sayFarewell();
  }

  #sayFarewell(): void {
    if (this.#isClosed || this.#farewell === undefined) return;
    this.#isClosed = true;
    this.#client.end(this.#farewell);
    this.#upstream.destroy();
  }
}
