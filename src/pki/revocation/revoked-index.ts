import type { RevocationReason } from '../failures.ts';
import { SerialFingerprint } from './serial-fingerprint.ts';
import { sortedOrder } from './sorted-order.ts';

/** CRLReason numbers (RFC 5280 section 5.3.1); 7 is not used. */
export const REASONS: readonly (RevocationReason | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

export interface RevokedEntry {
  /** Milliseconds since 1970. */
  readonly revokedAt: number;
  readonly reason: RevocationReason;
  /** Index into the CRL's list of certificate issuers; 0 is the CRL issuer itself. */
  readonly issuer: number;
}

/** Seconds are kept in 32 bits; later dates, if a CA should write one, are kept as the last such second (2106). */
const MAX_SECONDS = 0xffffffff;

/** Collects entries in the order of the CRL; doubles as it grows, so memory stays in proportion to what was read. */
export class RevokedIndexBuilder {
  #size = 0;
  #high: Uint32Array;
  #low: Uint32Array;
  #seconds: Uint32Array;
  #reasons: Uint8Array;
  #issuers: Uint16Array | undefined;

  constructor(expectedEntries: number) {
    const capacity = Math.max(16, expectedEntries);
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#seconds = new Uint32Array(capacity);
    this.#reasons = new Uint8Array(capacity);
  }

  add(serial: SerialFingerprint, revokedAt: number, reason: number, issuer: number): void {
    const at = this.#size;
    if (at === this.#high.length) this.#grow();
    this.#high[at] = serial.high;
    this.#low[at] = serial.low;
    this.#seconds[at] = Math.min(MAX_SECONDS, Math.max(0, revokedAt / 1000));
    this.#reasons[at] = reason;
    if (issuer !== 0) this.#issuers ??= new Uint16Array(this.#high.length);
    if (this.#issuers !== undefined) this.#issuers[at] = issuer;
    this.#size++;
  }

  #grow(): void {
    const capacity = this.#high.length * 2;
    this.#high = extended(this.#high, new Uint32Array(capacity));
    this.#low = extended(this.#low, new Uint32Array(capacity));
    this.#seconds = extended(this.#seconds, new Uint32Array(capacity));
    this.#reasons = extended(this.#reasons, new Uint8Array(capacity));
    if (this.#issuers !== undefined) this.#issuers = extended(this.#issuers, new Uint16Array(capacity));
  }

  /** Sorts by serial number. */
  build(): RevokedIndex {
    const size = this.#size;
    const order = sortedOrder(this.#high.subarray(0, size), this.#low.subarray(0, size));
    const seconds = new Uint32Array(size);
    const reasons = new Uint8Array(size);
    for (let at = 0; at < size; at++) {
      const from = order[at] ?? 0;
      seconds[at] = this.#seconds[from] ?? 0;
      reasons[at] = this.#reasons[from] ?? 0;
    }
    const issuers = this.#issuers;
    return new RevokedIndex(
      reordered(this.#high, order),
      reordered(this.#low, order),
      seconds,
      reasons,
      issuers === undefined ? undefined : Uint16Array.from(order, from => issuers[from] ?? 0),
    );
  }
}

function reordered(column: Uint32Array, order: Uint32Array): Uint32Array {
  const into = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) into[at] = column[order[at] ?? 0] ?? 0;
  return into;
}

function extended<Column extends Uint32Array | Uint16Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** The entries of a CRL by serial number: 13 octets an entry, 15 where the CRL speaks for several issuers. */
export class RevokedIndex {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #seconds: Uint32Array;
  readonly #reasons: Uint8Array;
  readonly #issuers: Uint16Array | undefined;

  constructor(
    high: Uint32Array,
    low: Uint32Array,
    seconds: Uint32Array,
    reasons: Uint8Array,
    issuers: Uint16Array | undefined,
  ) {
    this.#high = high;
    this.#low = low;
    this.#seconds = seconds;
    this.#reasons = reasons;
    this.#issuers = issuers;
  }

  /** Entries as the CRL lists them, duplicates included: real CRLs repeat serial numbers. */
  get size(): number {
    return this.#high.length;
  }

  /** How many different serial numbers there are. Walks the index: for listings. */
  get distinctSerials(): number {
    let distinct = 0;
    for (let at = 0; at < this.size; at++) {
      const isRepeat = at > 0 && this.#high[at] === this.#high[at - 1] && this.#low[at] === this.#low[at - 1];
      if (!isRepeat) distinct++;
    }
    return distinct;
  }

  get bytesKept(): number {
    return this.size * (this.#issuers === undefined ? 13 : 15);
  }

  /**
   * The entries for a serial number, in the order of the CRL.
   *
   * @param serialNumber content octets of the certificate's serial number
   */
  find(serialNumber: Uint8Array): readonly RevokedEntry[] {
    const wanted = new SerialFingerprint();
    wanted.of(serialNumber, 0, serialNumber.length);
    const found: RevokedEntry[] = [];
    for (let at = this.#lowerBound(wanted); at < this.size; at++) {
      if (this.#high[at] !== wanted.high || this.#low[at] !== wanted.low) break;
      found.push({
        revokedAt: (this.#seconds[at] ?? 0) * 1000,
        reason: REASONS[this.#reasons[at] ?? 0] ?? 'unspecified',
        issuer: this.#issuers?.[at] ?? 0,
      });
    }
    return found;
  }

  #lowerBound(wanted: SerialFingerprint): number {
    let from = 0;
    let to = this.size;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const high = this.#high[middle] ?? 0;
      const isBefore = high === wanted.high ? (this.#low[middle] ?? 0) < wanted.low : high < wanted.high;
      if (isBefore) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
