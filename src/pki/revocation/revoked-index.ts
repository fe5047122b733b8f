import type { RevocationReason } from '../failures.ts';
import { SerialFingerprint } from './serial-fingerprint.ts';

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

  /** Sorts by serial. Four passes of counting sort: time in proportion to the entries, whatever a hostile CRL holds. */
  build(): RevokedIndex {
    const size = this.#size;
    let order = new Uint32Array(size).map((_, at) => at);
    let spare = new Uint32Array(size);
    for (const [keys, shift] of [
      [this.#low, 0],
      [this.#low, 16],
      [this.#high, 0],
      [this.#high, 16],
    ] as const) {
      sortPass(keys, shift, order, spare);
      [order, spare] = [spare, order];
    }
    const take = <Column extends Uint32Array | Uint16Array | Uint8Array>(column: Column, into: Column): Column => {
      for (let at = 0; at < size; at++) into[at] = column[order[at] ?? 0] ?? 0;
      return into;
    };
    return new RevokedIndex(
      take(this.#high, new Uint32Array(size)),
      take(this.#low, new Uint32Array(size)),
      take(this.#seconds, new Uint32Array(size)),
      take(this.#reasons, new Uint8Array(size)),
      this.#issuers === undefined ? undefined : take(this.#issuers, new Uint16Array(size)),
    );
  }
}

function extended<Column extends Uint32Array | Uint16Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** One stable counting-sort pass over 16 bits of the keys. */
function sortPass(keys: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): void {
  const starts = new Uint32Array(0x10001);
  for (const at of from) {
    const bucket = (((keys[at] ?? 0) >>> shift) & 0xffff) + 1;
    starts[bucket] = (starts[bucket] ?? 0) + 1;
  }
  for (let bucket = 1; bucket <= 0x10000; bucket++) starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  for (const at of from) {
    const bucket = ((keys[at] ?? 0) >>> shift) & 0xffff;
    const target = starts[bucket] ?? 0;
    to[target] = at;
    starts[bucket] = target + 1;
  }
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
