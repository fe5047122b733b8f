import { DerError } from './der-error.ts';
import { readBitString, readBoolean, readInteger, readSmallInteger, type BitString } from './primitives.ts';
import { readObjectIdentifier } from './object-identifier.ts';
import { readTime } from './time.ts';
import { TAG } from './tags.ts';

/** Deeper than any X.509, CRL or CMS structure (about 14 levels); bounds recursion on hostile input. */
const MAX_DEPTH = 32;

/** Tag numbers above this occur in no structure that we read; bounds the multi-byte form. */
const MAX_TAG_NUMBER = 0x1fffff;

/**
 * A cursor over DER (X.690): definite, minimal lengths, minimal tags, nothing else. It copies nothing; what it hands
 * out are views on the input. Every method throws `DerError` on anything that is not the asked-for element, and only
 * that.
 *
 * A reader covers the content of one element; `finish` refuses what is left over. The caller reads in the order of the
 * ASN.1 module.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  /** Offset of the next element in `bytes`. */
  position: number;
  end: number;
  readonly #depth: number;

  /** Content bounds of the element that was read last. */
  #contentStart = 0;
  #contentEnd = 0;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length, depth = 0) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#depth = depth;
  }

  get isAtEnd(): boolean {
    return this.position >= this.end;
  }

  get contentStart(): number {
    return this.#contentStart;
  }
  get contentEnd(): number {
    return this.#contentEnd;
  }

  /** Points the reader at other bounds of the same bytes: loops over millions of elements make no reader for each. */
  reset(start: number, end: number): void {
    this.position = start;
    this.end = end;
  }

  /**
   * Reads over the next element, which must have this tag; its content lies between `contentStart` and `contentEnd`.
   */
  step(tag: number): void {
    this.#expect(tag);
  }

  /** Identifier octet of the next element, or -1 at the end; multi-byte tags show their first octet. */
  peekTag(): number {
    return this.position < this.end ? (this.bytes[this.position] ?? -1) : -1;
  }

  /**
   * Reads tag and length, leaves `position` after the element, and returns its identifier octet (number << 8 for long
   * tags).
   */
  #header(): number {
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    let tag = this.#octet(at++);
    if ((tag & 0x1f) === 0x1f) {
      let number = 0;
      let octet = this.#octet(at++);
      if (octet === 0x80) throw new DerError('tag-not-minimal', start);
      while ((octet & 0x80) !== 0) {
        number = (number << 7) | (octet & 0x7f);
        if (number > MAX_TAG_NUMBER) throw new DerError('tag-too-large', start);
        octet = this.#octet(at++);
      }
      number = (number << 7) | octet;
      if (number > MAX_TAG_NUMBER) throw new DerError('tag-too-large', start);
      if (number < 0x1f) throw new DerError('tag-not-minimal', start);
      tag |= number << 8;
    }
    let length = this.#octet(at++);
    if (length === 0x80) throw new DerError('indefinite-length', start);
    if (length > 0x80) {
      const count = length & 0x7f;
      // Four octets reach 4 GiB, beyond any input limit of this room.
      if (count > 4) throw new DerError('length-too-large', start);
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + this.#octet(at++);
      if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new DerError('length-not-minimal', start);
    }
    if (length > end - at || at > bytes.length) throw new DerError('truncated', start);
    this.#contentStart = at;
    this.#contentEnd = at + length;
    this.position = at + length;
    return tag;
  }

  #octet(at: number): number {
    const octet = at < this.end ? this.bytes[at] : undefined;
    if (octet === undefined) throw new DerError('truncated', at);
    return octet;
  }

  #expect(tag: number): void {
    const start = this.position;
    if (this.#header() !== tag) throw new DerError('unexpected-tag', start);
  }

  /** Enters the next element, which must have this tag, and returns a reader over its content. */
  enter(tag: number): DerReader {
    this.#expect(tag);
    return this.#inside();
  }

  #inside(): DerReader {
    if (this.#depth >= MAX_DEPTH) throw new DerError('nested-too-deep', this.#contentStart);
    return new DerReader(this.bytes, this.#contentStart, this.#contentEnd, this.#depth + 1);
  }

  /** Enters the next element if it has this tag; `undefined` if the optional element is absent. */
  enterOptional(tag: number): DerReader | undefined {
    return this.peekTag() === tag ? this.enter(tag) : undefined;
  }

  sequence(): DerReader {
    return this.enter(TAG.sequence);
  }

  /** Content octets of the next element, which must have this tag. A view, not a copy. */
  content(tag: number): Uint8Array {
    this.#expect(tag);
    return this.bytes.subarray(this.#contentStart, this.#contentEnd);
  }

  contentOptional(tag: number): Uint8Array | undefined {
    return this.peekTag() === tag ? this.content(tag) : undefined;
  }

  /** The whole next element, header included, whatever it is; everything nested in it is checked to be DER in form. */
  element(): Uint8Array {
    const start = this.position;
    this.#walk();
    return this.bytes.subarray(start, this.position);
  }

  /** The whole next element, which must have this tag; its content is not looked at. */
  rawElement(tag: number): Uint8Array {
    const start = this.position;
    this.#expect(tag);
    return this.bytes.subarray(start, this.position);
  }

  #walk(): void {
    const tag = this.#header();
    if ((tag & 0x20) === 0) return;
    const inside = this.#inside();
    while (!inside.isAtEnd) inside.#walk();
  }

  octetString(): Uint8Array {
    return this.content(TAG.octetString);
  }

  /** INTEGER of any size: its minimal two's-complement content octets. */
  integer(tag: number = TAG.integer): Uint8Array {
    this.#expect(tag);
    return readInteger(this.bytes, this.#contentStart, this.#contentEnd);
  }

  /** INTEGER (or ENUMERATED) between 0 and 2^31-1. */
  smallInteger(tag: number = TAG.integer): number {
    this.#expect(tag);
    return readSmallInteger(this.bytes, this.#contentStart, this.#contentEnd);
  }

  boolean(tag: number = TAG.boolean): boolean {
    this.#expect(tag);
    return readBoolean(this.bytes, this.#contentStart, this.#contentEnd);
  }

  /** `BOOLEAN DEFAULT FALSE`: absent is false, and an encoded FALSE is not DER (X.690 section 11.5). */
  booleanDefaultFalse(tag: number = TAG.boolean): boolean {
    if (this.peekTag() !== tag) return false;
    const start = this.position;
    if (!this.boolean(tag)) throw new DerError('default-encoded', start);
    return true;
  }

  bitString(tag: number = TAG.bitString): BitString {
    this.#expect(tag);
    return readBitString(this.bytes, this.#contentStart, this.#contentEnd);
  }

  /** OBJECT IDENTIFIER in dotted form. */
  objectIdentifier(tag: number = TAG.objectIdentifier): string {
    this.#expect(tag);
    return readObjectIdentifier(this.bytes, this.#contentStart, this.#contentEnd);
  }

  /** UTCTime or GeneralizedTime, as milliseconds since 1970. */
  time(): number {
    const start = this.position;
    const tag = this.#header();
    if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new DerError('unexpected-tag', start);
    return readTime(this.bytes, this.#contentStart, this.#contentEnd, tag);
  }

  /** GeneralizedTime under this tag, as milliseconds since 1970. */
  generalizedTime(tag: number = TAG.generalizedTime): number {
    this.#expect(tag);
    return readTime(this.bytes, this.#contentStart, this.#contentEnd, TAG.generalizedTime);
  }

  null(): void {
    this.#expect(TAG.null);
    if (this.#contentStart !== this.#contentEnd) throw new DerError('null-not-empty', this.#contentStart);
  }

  /** Refuses anything after the last element that was read. */
  finish(): void {
    if (!this.isAtEnd) throw new DerError('trailing-bytes', this.position);
  }

  /** Refuses with a rule of the structure that X.690 does not know. */
  invalid(): never {
    throw new DerError('structure-invalid', this.position);
  }
}
