/** Close codes that the gateway sends (RFC 6455 section 7.4.1; IANA's registry for the last). */
export const CLOSE_CODES = { goingAway: 1001, policyViolation: 1008, serviceRestart: 1012 } as const;

/**
 * Follows a stream of WebSocket frames (RFC 6455 section 5.2) just closely enough to know where one ends: only there
 * may the gateway put a frame of its own between the system's.
 */
export class FrameBoundary {
  /** Bytes of the frame's head seen so far; a head is 14 bytes at most. */
  readonly #head = Buffer.alloc(14);
  #headLength = 0;
  #contentLeft = 0;

  get isAtBoundary(): boolean {
    return this.#headLength === 0 && this.#contentLeft === 0;
  }

  /**
   * Takes bytes in.
   *
   * @param stopAtBoundary whether to stop where the frame that has begun ends
   * @returns how many bytes were taken: all, unless it was to stop
   */
  advance(chunk: Buffer, stopAtBoundary: boolean): number {
    let offset = 0;
    while (offset < chunk.length) {
      if (stopAtBoundary && this.isAtBoundary) return offset;
      if (this.#contentLeft > 0) {
        const step = Math.min(this.#contentLeft, chunk.length - offset);
        this.#contentLeft -= step;
        offset += step;
        continue;
      }
      this.#head[this.#headLength] = chunk[offset] ?? 0;
      this.#headLength += 1;
      offset += 1;
      this.#readHead();
    }
    return offset;
  }

  #readHead(): void {
    const short = (this.#head[1] ?? 0) & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = ((this.#head[1] ?? 0) & 0x80) === 0 ? 0 : 4;
    if (this.#headLength < 2 || this.#headLength < 2 + lengthBytes + maskBytes) return;
    // Above 2^53 the number is not exact; no such frame ever ends, and no frame of ours is put after it.
    if (lengthBytes === 8) this.#contentLeft = Number(this.#head.readBigUInt64BE(2));
    else this.#contentLeft = lengthBytes === 2 ? this.#head.readUInt16BE(2) : short;
    this.#headLength = 0;
  }
}

/** Composes a server's close frame (RFC 6455 section 5.5.1): unmasked, a reason of at most 123 bytes. */
export function composeCloseFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason, 'utf8');
  if (text.length > 123) throw new RangeError('A close reason is at most 123 bytes.');
  const frame = Buffer.alloc(4 + text.length);
  frame[0] = 0x88;
  frame[1] = 2 + text.length;
  frame.writeUInt16BE(code, 2);
  text.copy(frame, 4);
  return frame;
}
