/**
 * 64 bits that stand for a serial number in the index: the number itself up to eight octets, a hash of longer ones. Two
 * long serials collide with probability 2^-64; a collision can only make a good certificate look revoked. The halves
 * are left in `high` and `low`, because returning a pair would allocate half a million objects while a CRL is read.
 */
export class SerialFingerprint {
  high = 0;
  low = 0;

  /** Content octets of the INTEGER between `start` and `end`. */
  of(bytes: Uint8Array, start: number, end: number): void {
    if (end - start <= 8) this.#exact(bytes, start, end);
    else this.#hash(bytes, start, end);
  }

  /** Two's complement, sign-extended to 64 bits, so that -1 and 255 stay apart. */
  #exact(bytes: Uint8Array, start: number, end: number): void {
    let high = ((bytes[start] ?? 0) & 0x80) !== 0 ? -1 : 0;
    let low = high;
    for (let at = start; at < end; at++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (bytes[at] ?? 0);
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  /**
   * Two lanes of multiply and rotate with different odd constants, four octets at a time, each mixed at the end so that
   * every octet reaches every bit.
   */
  #hash(bytes: Uint8Array, start: number, end: number): void {
    let a = 0x9e3779b9 ^ (end - start);
    let b = 0x7f4a7c15;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word =
        ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      a = Math.imul(a ^ word, 0x85ebca6b);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + word + 1, 0xc2b2ae35);
      b = (b << 11) | (b >>> 21);
    }
    for (; at < end; at++) {
      const octet = bytes[at] ?? 0;
      a = Math.imul(a ^ octet, 0x85ebca6b);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + octet + 1, 0xc2b2ae35);
      b = (b << 11) | (b >>> 21);
    }
    this.high = mix(a ^ (b >>> 7));
    this.low = mix(b + Math.imul(a, 0x27d4eb2f));
  }
}

function mix(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
