import { timingSafeEqual } from 'node:crypto';
import { Status, triesLeft } from './apdu.ts';

const TRIES = 3;
/** On the wire every value has eight bytes, what is missing is 0xFF (NIST SP 800-73-4 §2.4.3). */
const WIRE_BYTES = 8;
const SHORTEST = 6;

/** A secret that a card compares and counts tries of: the PIN, or the PUK that unblocks it. */
export class CardSecret {
  #value: Buffer;
  #tries = TRIES;

  /** @param text 6 to 8 ASCII characters */
  constructor(text: string) {
    this.#value = Buffer.alloc(WIRE_BYTES, 0xff);
    this.#value.write(text, 'latin1');
    if (text.length > WIRE_BYTES || !isWellFormed(this.#value)) throw new Error('A PIN has 6 to 8 characters.');
  }

  /** How often it may still be wrong; at 0 the right one is refused too. */
  get triesLeft(): number {
    return this.#tries;
  }

  /** Compares; the status to answer with. A value of the wrong form costs no try. */
  verify(given: Buffer): number {
    if (this.#tries === 0) return Status.blocked;
    if (!isWellFormed(given)) return Status.wrongData;
    if (timingSafeEqual(this.#value, given)) {
      this.#tries = TRIES;
      return Status.ok;
    }
    this.#tries -= 1;
    return this.#tries === 0 ? Status.blocked : triesLeft(this.#tries);
  }

  /** Takes a new value and gives all tries back; the status to answer with. */
  replace(value: Buffer): number {
    if (!isWellFormed(value)) return Status.wrongData;
    this.#value = Buffer.from(value);
    this.#tries = TRIES;
    return Status.ok;
  }
}

function isWellFormed(wire: Buffer): boolean {
  const end = wire.indexOf(0xff);
  const length = end === -1 ? wire.length : end;
  return wire.length === WIRE_BYTES && length >= SHORTEST && wire.subarray(length).every(byte => byte === 0xff);
}
