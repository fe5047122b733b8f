import { createPublicKey, type KeyObject } from 'node:crypto';
import { readAlgorithmIdentifier, hasNoParameters, type AlgorithmIdentifier } from './algorithm-identifier.ts';
import { bytesEqual, sha256Hex } from './bytes.ts';
import { decodeDer } from './der/decode.ts';
import type { DerReader } from './der/reader.ts';
import { TAG } from './der/tags.ts';
import { encodeElement } from './der/write.ts';
import { ALGORITHM } from './object-identifiers.ts';

/** What kind of key the SubjectPublicKeyInfo holds, as far as this room uses it. */
export type KeyMaterial =
  | {
      readonly kind: 'rsa';
      /** Big-endian, no leading zero. */
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      /** The key's identifier is id-RSASSA-PSS: it may sign that way only (RFC 4055 section 1.2). */
      readonly isPssOnly: boolean;
    }
  | { readonly kind: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly kind: 'dsa'; readonly hasParameters: boolean }
  | { readonly kind: 'unsupported' };

const CURVES: Readonly<Record<string, { readonly curve: 'P-256' | 'P-384' | 'P-521'; readonly octets: number }>> = {
  [ALGORITHM.prime256v1]: { curve: 'P-256', octets: 32 },
  [ALGORITHM.secp384r1]: { curve: 'P-384', octets: 48 },
  [ALGORITHM.secp521r1]: { curve: 'P-521', octets: 66 },
};

/** A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). Parsed, not judged: see `weaknessOf`. */
export class PublicKey {
  /** The SEQUENCE, header included. */
  readonly der: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly material: KeyMaterial;
  /** Content of the BIT STRING. */
  readonly #bits: Uint8Array;
  #sha256: string | undefined;
  #keyObject: KeyObject | null | undefined;

  constructor(der: Uint8Array, algorithm: AlgorithmIdentifier, material: KeyMaterial, bits: Uint8Array) {
    this.der = der;
    this.algorithm = algorithm;
    this.material = material;
    this.#bits = bits;
  }

  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  get sha256(): string {
    return (this.#sha256 ??= sha256Hex(this.der));
  }

  /** Content of the BIT STRING without its count of unused bits: what key identifiers and CertIDs are hashes of. */
  get subjectPublicKey(): Uint8Array {
    return this.#bits;
  }

  equals(other: PublicKey): boolean {
    return bytesEqual(this.der, other.der);
  }

  /** The key for node:crypto, made once; `undefined` where OpenSSL finds no key in it (a point off the curve, say). */
  get keyObject(): KeyObject | undefined {
    if (this.#keyObject === undefined) this.#keyObject = this.#import();
    return this.#keyObject ?? undefined;
  }

  #import(): KeyObject | null {
    const isPlainRsa = this.material.kind === 'rsa' && !this.material.isPssOnly;
    const octets = isPlainRsa ? this.#bits : this.der;
    const key = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    try {
      // RSAPublicKey alone is imported in two thirds of the time that OpenSSL takes to find out what kind of key an
      // SPKI holds.
      return createPublicKey({ key, format: 'der', type: isPlainRsa ? 'pkcs1' : 'spki' });
    } catch {
      // OpenSSL finds no key in it: a point off the curve, a modulus of zero. It says so with errors of many kinds and
      // codes, and the bytes are the only input: whatever it throws, there is no key, and the caller refuses it as
      // malformed.
      return null;
    }
  }

  /** The same key with DSA parameters inherited from the issuer's (RFC 5280 section 6.1.4 f). */
  withParameters(parameters: Uint8Array): PublicKey {
    const oid = this.algorithm.der.subarray(2);
    const algorithm = { ...this.algorithm, der: encodeElement(TAG.sequence, oid, parameters), parameters };
    const bits = encodeElement(TAG.bitString, Uint8Array.of(0), this.#bits);
    const der = encodeElement(TAG.sequence, algorithm.der, bits);
    return new PublicKey(der, algorithm, { kind: 'dsa', hasParameters: true }, this.#bits);
  }
}

/**
 * Reads a SubjectPublicKeyInfo. Key types this room does not use come out as `unsupported`, and fail where they would
 * be used.
 */
export function readPublicKey(reader: DerReader): PublicKey {
  const start = reader.position;
  const sequence = reader.sequence();
  const algorithm = readAlgorithmIdentifier(sequence);
  const bits = sequence.bitString();
  sequence.finish();
  const material = bits.unusedBits === 0 ? readMaterial(algorithm, bits.octets) : undefined;
  if (material === undefined) return sequence.invalid();
  return new PublicKey(reader.bytes.subarray(start, reader.position), algorithm, material, bits.octets);
}

/** `undefined` where the key does not have the form that its algorithm identifier announces. */
function readMaterial(algorithm: AlgorithmIdentifier, octets: Uint8Array): KeyMaterial | undefined {
  switch (algorithm.algorithm) {
    case ALGORITHM.rsaEncryption:
      // RFC 3279 section 2.3.1: the parameters are NULL. Absent ones occur in old certificates and mean the same.
      return hasNoParameters(algorithm) ? readRsa(octets, false) : undefined;
    case ALGORITHM.rsassaPss:
      return readRsa(octets, true);
    case ALGORITHM.ecPublicKey:
      return readEc(algorithm, octets);
    case ALGORITHM.dsa:
      return { kind: 'dsa', hasParameters: !hasNoParameters(algorithm) };
    default:
      return { kind: 'unsupported' };
  }
}

/** RSAPublicKey ::= SEQUENCE { modulus, publicExponent } (RFC 8017 appendix A.1.1), both positive. */
function readRsa(octets: Uint8Array, isPssOnly: boolean): KeyMaterial | undefined {
  const key = decodeDer(octets, octets.length, reader => {
    const sequence = reader.sequence();
    const modulus = readPositive(sequence);
    const exponent = readPositive(sequence);
    sequence.finish();
    return { modulus, exponent };
  });
  return key.ok ? { kind: 'rsa', ...key.value, isPssOnly } : undefined;
}

function readPositive(reader: DerReader): Uint8Array {
  const value = reader.integer();
  const first = value[0] ?? 0;
  if ((first & 0x80) !== 0 || (first === 0 && value.length === 1)) reader.invalid();
  return first === 0 ? value.subarray(1) : value;
}

/** Named curve and uncompressed point (RFC 5480 sections 2.1.1 and 2.2); other curves are unsupported. */
function readEc(algorithm: AlgorithmIdentifier, octets: Uint8Array): KeyMaterial | undefined {
  const { parameters } = algorithm;
  if (parameters === undefined) return undefined;
  const named = decodeDer(parameters, parameters.length, reader =>
    reader.peekTag() === TAG.objectIdentifier ? reader.objectIdentifier() : (reader.element(), ''),
  );
  if (!named.ok) return undefined;
  const known = CURVES[named.value];
  if (known === undefined) return { kind: 'unsupported' };
  return octets[0] === 0x04 && octets.length === 1 + 2 * known.octets ? { kind: 'ec', curve: known.curve } : undefined;
}
