import { createHmac, timingSafeEqual } from 'node:crypto';
import { readAlgorithmIdentifier, type AlgorithmIdentifier } from '../algorithm-identifier.ts';
import { toHex } from '../bytes.ts';
import { decodeDer } from '../der/decode.ts';
import type { DerReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { encodeElement } from '../der/write.ts';
import { readName, type DistinguishedName } from '../distinguished-name.ts';
import { refuse, type Refused, type SealedCrlFailure } from '../failures.ts';
import type { RevokedEntries } from './crl-entries.ts';
import type { CrlFrame } from './crl-header.ts';
import { RevokedIndex } from './revoked-index.ts';
import type { TrustedCrl } from './trusted-crl.ts';

/** Anything that changes what a frame or a column means gets a new number; an old seal is then as good as none. */
const FORMAT_VERSION = 1;

/** Keeps these seals apart from any other use of the key. */
const LABEL = 'moica-gateway sealed CRL\n';

/** As long as the output of SHA-256 (RFC 2104 section 3). */
const MIN_KEY_BYTES = 32;

/** The header of a CRL has less than 1 kB; 65,535 certificate issuers of 1 kB are the most that an index can name. */
const MAX_DESCRIPTION_BYTES = 64 * 1024 * 1024;

/** Columns are integers as the machine has them in memory. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Where a CRL was read: the file by its digest, and which of its CRLs it is. */
export interface CrlSource {
  /** SHA-256 of the whole file, hex. */
  readonly sha256: string;
  /** From 0 on. */
  readonly part: number;
  /** How many CRLs the file holds. */
  readonly parts: number;
}

/**
 * A TrustedCrl outside this process's memory: plain data, for another thread or a file, under a seal. The seal says
 * that the holder of the key had the evidence in hand and sealed exactly this; nothing else about it is believed.
 */
export interface SealedCrl {
  /** DER: everything but the columns. */
  readonly description: Uint8Array;
  readonly columns: ArrayBuffer;
  /** HMAC-SHA-256. */
  readonly seal: Uint8Array;
}

/**
 * Seals a verified CRL. The columns are the CRL's own: handing them to another thread ends the use of `crl` in this one.
 *
 * @param key at least 32 octets, known to this installation alone
 */
export function sealCrl(crl: TrustedCrl, source: CrlSource, key: Uint8Array): SealedCrl {
  const { index, issuers } = crl.entries;
  const description = encodeElement(
    TAG.sequence,
    encodeInteger(FORMAT_VERSION),
    encodeBoolean(IS_LITTLE_ENDIAN),
    encodeElement(TAG.octetString, Buffer.from(source.sha256, 'hex')),
    encodeInteger(source.part),
    encodeInteger(source.parts),
    encodeElement(TAG.octetString, Buffer.from(crl.signer.sha256, 'hex')),
    crl.signatureAlgorithm.der,
    encodeElement(TAG.octetString, crl.frame.head),
    encodeElement(TAG.octetString, crl.frame.extensions),
    encodeInteger(index.size),
    encodeBoolean(index.hasIssuers),
    encodeElement(TAG.sequence, ...issuers.map(name => name.der)),
  );
  const columns = index.buffer;
  return { description, columns, seal: startSeal(description, key).update(new Uint8Array(columns)).digest() };
}

type RunningSeal = ReturnType<typeof createHmac>;

function startSeal(description: Uint8Array, key: Uint8Array): RunningSeal {
  if (key.length < MIN_KEY_BYTES) throw new RangeError('The key of a seal has at least 32 octets.');
  // The length keeps the border between description and columns where it was.
  return createHmac('sha256', key).update(`${LABEL}${description.length}\n`).update(description);
}

function encodeInteger(value: number): Uint8Array {
  const octets = Buffer.alloc(5);
  octets.writeUInt32BE(value, 1);
  const first = octets.findIndex((octet, at) => at === 4 || octet !== 0 || ((octets[at + 1] ?? 0) & 0x80) !== 0);
  return encodeElement(TAG.integer, octets.subarray(first));
}

function encodeBoolean(value: boolean): Uint8Array {
  return encodeElement(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00));
}

/** What a seal held, not yet judged against the certificates of today. */
interface SealedContent {
  readonly source: CrlSource;
  /** SHA-256 of the signer's certificate, hex. */
  readonly signer: string;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly frame: CrlFrame;
  readonly entries: RevokedEntries;
}

let make: (content: SealedContent) => UnsealedCrl;

/** Evidence that a seal was right: this is what was sealed. Only `SealOpening` makes one. */
export class UnsealedCrl {
  readonly #content: SealedContent;

  private constructor(content: SealedContent) {
    this.#content = content;
  }

  static {
    make = content => new UnsealedCrl(content);
  }

  get content(): SealedContent {
    return this.#content;
  }
}

export type Unsealed = { readonly ok: true; readonly unsealed: UnsealedCrl } | Refused<SealedCrlFailure>;

/**
 * Opens a seal in steps, so that a thread that has other things to do can do them in between: 50 MB of columns take 40
 * ms or more. The columns must not change meanwhile.
 */
export class SealOpening {
  readonly #sealed: SealedCrl;
  readonly #hmac: RunningSeal;
  #position = 0;

  constructor(sealed: SealedCrl, key: Uint8Array) {
    this.#sealed = sealed;
    this.#hmac = startSeal(sealed.description, key);
  }

  /** Works through at most this many octets of the columns; true when there are no more. */
  advance(bytes: number): boolean {
    const { columns } = this.#sealed;
    const length = Math.min(bytes, columns.byteLength - this.#position);
    this.#hmac.update(new Uint8Array(columns, this.#position, length));
    this.#position += length;
    return this.#position === columns.byteLength;
  }

  /** The verdict; does what `advance` has left to do. Once. */
  finish(): Unsealed {
    this.advance(Infinity);
    const seal = this.#hmac.digest();
    const { description, columns, seal: claimed } = this.#sealed;
    if (seal.length !== claimed.length || !timingSafeEqual(seal, claimed)) return refuse({ code: 'crl-seal-broken' });
    const decoded = decodeDer(description, MAX_DESCRIPTION_BYTES, reader => readDescription(reader, columns));
    return decoded.ok ? { ok: true, unsealed: make(decoded.value) } : refuse({ code: 'crl-seal-of-another-format' });
  }
}

/** The seal is right, so whatever does not fit here was sealed by another version of this program, or elsewhere. */
function readDescription(reader: DerReader, columns: ArrayBuffer): SealedContent {
  const sequence = reader.sequence();
  if (sequence.smallInteger() !== FORMAT_VERSION || sequence.boolean() !== IS_LITTLE_ENDIAN) sequence.invalid();
  const sha256 = toHex(sequence.octetString());
  const source = { sha256, part: sequence.smallInteger(), parts: sequence.smallInteger() };
  const signer = toHex(sequence.octetString());
  const signatureAlgorithm = readAlgorithmIdentifier(sequence);
  const frame = { head: sequence.octetString(), extensions: sequence.octetString() };
  const index = RevokedIndex.of(columns, sequence.smallInteger(), sequence.boolean()) ?? sequence.invalid();
  const names = sequence.sequence();
  const issuers: DistinguishedName[] = [];
  while (!names.isAtEnd) issuers.push(readName(names));
  sequence.finish();
  return { source, signer, signatureAlgorithm, frame, entries: { index, issuers, unknownCritical: undefined } };
}
