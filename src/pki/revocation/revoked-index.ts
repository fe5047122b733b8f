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
    const issuers = this.#issuers;
    const order = sortedOrder(this.#high.subarray(0, size), this.#low.subarray(0, size));
    const columns = columnsOf(new ArrayBuffer(columnsLength(size, issuers !== undefined)), size, issuers !== undefined);
    reorder(this.#high, order, columns.high);
    reorder(this.#low, order, columns.low);
    reorder(this.#seconds, order, columns.seconds);
    reorder(this.#reasons, order, columns.reasons);
    if (issuers !== undefined && columns.issuers !== undefined) reorder(issuers, order, columns.issuers);
    return new RevokedIndex(columns);
  }
}

function reorder<Column extends Uint32Array | Uint16Array | Uint8Array>(
  from: Column,
  order: Uint32Array,
  to: Column,
): void {
  for (let at = 0; at < order.length; at++) to[at] = from[order[at] ?? 0] ?? 0;
}

function extended<Column extends Uint32Array | Uint16Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** The columns of an index, views on one buffer that can be handed to another thread or written to a file as it is. */
interface Columns {
  readonly buffer: ArrayBuffer;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly seconds: Uint32Array;
  readonly issuers: Uint16Array | undefined;
  readonly reasons: Uint8Array;
}

/** 13 octets an entry, 15 where the CRL speaks for several issuers. */
function columnsLength(size: number, hasIssuers: boolean): number {
  return size * (hasIssuers ? 15 : 13);
}

/** The widest first, so that each begins at a multiple of its width. */
function columnsOf(buffer: ArrayBuffer, size: number, hasIssuers: boolean): Columns {
  return {
    buffer,
    high: new Uint32Array(buffer, 0, size),
    low: new Uint32Array(buffer, size * 4, size),
    seconds: new Uint32Array(buffer, size * 8, size),
    issuers: hasIssuers ? new Uint16Array(buffer, size * 12, size) : undefined,
    reasons: new Uint8Array(buffer, size * (hasIssuers ? 14 : 12), size),
  };
}

/** The entries of a CRL by serial number. */
export class RevokedIndex {
  readonly #columns: Columns;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;

  constructor(columns: Columns) {
    this.#columns = columns;
    this.#high = columns.high;
    this.#low = columns.low;
  }

  /**
   * The index whose `buffer` this was. Only for a buffer that is known to be unchanged: an order that is not ascending
   * would hide entries.
   *
   * @returns `undefined` if the buffer has not the length for `size` entries
   */
  static of(buffer: ArrayBuffer, size: number, hasIssuers: boolean): RevokedIndex | undefined {
    if (buffer.byteLength !== columnsLength(size, hasIssuers)) return undefined;
    return new RevokedIndex(columnsOf(buffer, size, hasIssuers));
  }

  /** Entries as the CRL lists them, duplicates included: real CRLs repeat serial numbers. */
  get size(): number {
    return this.#high.length;
  }

  get hasIssuers(): boolean {
    return this.#columns.issuers !== undefined;
  }

  /** Everything that is kept of the entries. Integers in the byte order of this machine. */
  get buffer(): ArrayBuffer {
    return this.#columns.buffer;
  }

  /** How many different serial numbers there are. Walks the index: for listings. */
  get distinctSerials(): number {
    let distinct = 0;
    for (let at = 0; at < this.size; at++) {
      const isRepeat =
        at > 0 &&
        this.#columns.high[at] === this.#columns.high[at - 1] &&
        this.#columns.low[at] === this.#columns.low[at - 1];
      if (!isRepeat) distinct++;
    }
    return distinct;
  }

  get bytesKept(): number {
    return this.buffer.byteLength;
  }

  /**
   * The entries for a serial number, in the order of the CRL.
   *
   * @param serialNumber content octets of the certificate's serial number
   */
  find(serialNumber: Uint8Array): readonly RevokedEntry[] {
    const wanted = new SerialFingerprint();
    wanted.of(serialNumber, 0, serialNumber.length);
    const { seconds, reasons, issuers } = this.#columns;
    const found: RevokedEntry[] = [];
    for (let at = this.#lowerBound(wanted); at < this.size; at++) {
      if (this.#high[at] !== wanted.high || this.#low[at] !== wanted.low) break;
      found.push({
        revokedAt: (seconds[at] ?? 0) * 1000,
        reason: REASONS[reasons[at] ?? 0] ?? 'unspecified',
        issuer: issuers?.[at] ?? 0,
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
