import { bytesEqual, toHex } from './bytes.ts';
import { DerError } from './der/der-error.ts';
import type { DerReader } from './der/reader.ts';
import { isTextTag, readText } from './der/text.ts';
import { TAG } from './der/tags.ts';
import { prepareForComparison } from './string-preparation.ts';

/** One AttributeTypeAndValue (X.501). `text` is absent where the value is not a character string. */
export interface NameAttribute {
  readonly type: string;
  readonly tag: number;
  /** Content octets of the value. */
  readonly value: Uint8Array;
  readonly text: string | undefined;
}

/** Names of this PKI have four RDNs at most; the limit bounds the work that a hostile name can ask for. */
const MAX_RDNS = 64;
const MAX_ATTRIBUTES_PER_RDN = 16;

/**
 * A parsed Name: the exact bytes, the attributes in order, and a form for comparison that is made when first asked for.
 */
export class DistinguishedName {
  /** The SEQUENCE, header included; empty for a name that was composed. */
  readonly der: Uint8Array;
  readonly rdns: readonly (readonly NameAttribute[])[];
  readonly #comparable: string[] = [];

  constructor(der: Uint8Array, rdns: readonly (readonly NameAttribute[])[]) {
    this.der = der;
    this.rdns = rdns;
  }

  get isEmpty(): boolean {
    return this.rdns.length === 0;
  }

  /** One string for each RDN; two RDNs match exactly when their strings are the same (RFC 5280 section 7.1). */
  get comparableRdns(): readonly string[] {
    return this.rdns.map((rdn, index) => this.#comparableAt(index, rdn));
  }

  #comparableAt(index: number, rdn: readonly NameAttribute[]): string {
    return (this.#comparable[index] ??= comparableRdn(rdn));
  }

  equals(other: DistinguishedName): boolean {
    if (this.der.length > 0 && bytesEqual(this.der, other.der)) return true;
    return this.rdns.length === other.rdns.length && this.isWithin(other);
  }

  /** True when this name is `base` or lies below it in the directory tree (RFC 5280 section 4.2.1.10). */
  isWithin(base: DistinguishedName): boolean {
    if (base.rdns.length > this.rdns.length) return false;
    return base.rdns.every((rdn, index) => {
      const mine = this.rdns[index] ?? [];
      const quick = quickMatch(mine, rdn);
      return quick ?? this.#comparableAt(index, mine) === base.#comparableAt(index, rdn);
    });
  }

  /** Values of one attribute type, in order of appearance. */
  attributes(type: string): readonly NameAttribute[] {
    return this.rdns.flat().filter(attribute => attribute.type === type);
  }

  /** For listings and messages only; never compared. */
  toString(): string {
    const part = (a: NameAttribute) => `${SHORT_NAMES[a.type] ?? a.type}=${a.text ?? `#${toHex(a.value)}`}`;
    return this.rdns.map(rdn => rdn.map(part).join('+')).join(', ');
  }
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Reads a Name: `SEQUENCE OF SET OF SEQUENCE { type, value }`, sets in DER order. */
export function readName(reader: DerReader, tag: number = TAG.sequence): DistinguishedName {
  const start = reader.position;
  const sequence = reader.enter(tag);
  const rdns: (readonly NameAttribute[])[] = [];
  while (!sequence.isAtEnd) {
    if (rdns.length >= MAX_RDNS) sequence.invalid();
    rdns.push(readRdn(sequence.enter(TAG.set)));
  }
  return new DistinguishedName(reader.bytes.subarray(start, reader.position), rdns);
}

/** Reads the content of one RelativeDistinguishedName; the set must not be empty. */
export function readRdn(set: DerReader): readonly NameAttribute[] {
  const attributes: NameAttribute[] = [];
  let previous: Uint8Array | undefined;
  do {
    if (attributes.length >= MAX_ATTRIBUTES_PER_RDN) set.invalid();
    const start = set.position;
    attributes.push(readAttribute(set.sequence()));
    const current = set.bytes.subarray(start, set.position);
    if (previous !== undefined && Buffer.compare(previous, current) > 0) throw new DerError('set-not-sorted', start);
    previous = current;
  } while (!set.isAtEnd);
  return attributes;
}

function readAttribute(sequence: DerReader): NameAttribute {
  const type = sequence.objectIdentifier();
  const tag = sequence.peekTag();
  const offset = sequence.position;
  if (!isTextTag(tag)) {
    const value = sequence.element();
    sequence.finish();
    return { type, tag, value, text: undefined };
  }
  const value = sequence.content(tag);
  sequence.finish();
  // X.520 attributes are SIZE (1..MAX), but empty values occur in old names and are harmless: they compare as empty.
  return { type, tag, value, text: readText(value, tag, offset) };
}

/** Settles the common cases without preparing text: other attribute types never match, the same octets always do. */
function quickMatch(a: readonly NameAttribute[], b: readonly NameAttribute[]): boolean | undefined {
  if (a.length !== b.length) return false;
  const [one] = a;
  const [other] = b;
  if (a.length !== 1 || one === undefined || other === undefined) return undefined;
  if (one.type !== other.type) return false;
  return one.tag === other.tag && bytesEqual(one.value, other.value) ? true : undefined;
}

/** RDNs compare as sets (RFC 5280 section 7.1), so the attributes are sorted; JSON keeps the fields apart. */
function comparableRdn(rdn: readonly NameAttribute[]): string {
  return JSON.stringify(rdn.map(comparableAttribute).sort());
}

function comparableAttribute(attribute: NameAttribute): string {
  const prepared = attribute.text === undefined ? undefined : prepareForComparison(attribute.text);
  // Values that cannot be prepared compare by tag and bytes: never equal to one that can.
  return prepared === undefined
    ? `${attribute.type}#${attribute.tag}:${toHex(attribute.value)}`
    : `${attribute.type}=${prepared}`;
}
