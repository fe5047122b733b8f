import { readPublicKey, type PublicKey } from './public-key.ts';
import { readAlgorithmIdentifier, type AlgorithmIdentifier } from './algorithm-identifier.ts';
import { bytesEqual, sha256Hex, toHex } from './bytes.ts';
import { readName, type DistinguishedName } from './distinguished-name.ts';
import { readCertificateExtensions, type CertificateExtensions } from './extensions/extensions.ts';
import { refuse, type PkiFailure, type Refused } from './failures.ts';
import { decodeDerCopy } from './der/decode.ts';
import type { DerReader } from './der/reader.ts';
import { contextConstructed, contextPrimitive } from './der/tags.ts';

/**
 * MOICA's certificates have 1.2 to 1.5 kB; the largest seen in public suites, with thousands of names, stay under this.
 */
const MAX_CERTIFICATE_BYTES = 512 * 1024;

/** RFC 5280 section 4.1.2.2: at most 20 octets; one more for the sign octet that some CAs add. */
const MAX_SERIAL_OCTETS = 21;

interface CertificateParts {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  readonly extensions: CertificateExtensions;
}

let make: (parts: CertificateParts) => Certificate;

/**
 * An X.509 certificate, parsed and nothing more: neither its signature nor a single claim in it has been checked. Only
 * `parseCertificate` makes one, so every certificate in this room went through the strict reader.
 */
export class Certificate {
  readonly #parts: CertificateParts;
  #sha256: string | undefined;
  #isSelfIssued: boolean | undefined;

  private constructor(parts: CertificateParts) {
    this.#parts = parts;
  }

  static {
    make = parts => new Certificate(parts);
  }

  /** The whole certificate; a copy that the parser owns. */
  get der(): Uint8Array {
    return this.#parts.der;
  }
  /** The signed part, TBSCertificate. */
  get tbs(): Uint8Array {
    return this.#parts.tbs;
  }
  get version(): 1 | 2 | 3 {
    return this.#parts.version;
  }
  /** Content octets of the INTEGER, sign octet included. */
  get serialNumber(): Uint8Array {
    return this.#parts.serialNumber;
  }
  get signatureAlgorithm(): AlgorithmIdentifier {
    return this.#parts.signatureAlgorithm;
  }
  get signature(): Uint8Array {
    return this.#parts.signature;
  }
  get issuer(): DistinguishedName {
    return this.#parts.issuer;
  }
  get subject(): DistinguishedName {
    return this.#parts.subject;
  }
  /** Milliseconds since 1970. */
  get notBefore(): number {
    return this.#parts.notBefore;
  }
  /** Milliseconds since 1970, the start of the last valid second. */
  get notAfter(): number {
    return this.#parts.notAfter;
  }
  get publicKey(): PublicKey {
    return this.#parts.publicKey;
  }
  get extensions(): Readonly<CertificateExtensions> {
    return this.#parts.extensions;
  }

  /** SHA-256 of the DER, hex: how failures and records name a certificate. */
  get sha256(): string {
    return (this.#sha256 ??= sha256Hex(this.der));
  }

  /** Issuer and subject are the same name (RFC 5280 section 6.1): the CA certified a key of its own. */
  get isSelfIssued(): boolean {
    return (this.#isSelfIssued ??= this.issuer.equals(this.subject));
  }

  /** Subject key identifier, hex. */
  get subjectKeyIdentifierHex(): string | undefined {
    const identifier = this.extensions.subjectKeyIdentifier;
    return identifier === undefined ? undefined : toHex(identifier);
  }

  /** Key identifier of the authority key identifier, hex. */
  get authorityKeyIdentifierHex(): string | undefined {
    const identifier = this.extensions.authorityKeyIdentifier?.keyIdentifier;
    return identifier === undefined ? undefined : toHex(identifier);
  }
}

export type ParsedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  | Refused<Extract<PkiFailure, { code: 'certificate-malformed' }>>;

/**
 * Reads one X.509 certificate (RFC 5280 section 4.1): DER only, no trailing octets, inner and outer algorithm equal, no
 * extension twice, every extension known here well formed.
 *
 * @param der at most 512 KiB; copied, so that a caller may reuse its buffer
 * @returns the certificate, or `certificate-malformed` with the reason and the offset; never throws for bad input
 */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  const result = decodeDerCopy(der, MAX_CERTIFICATE_BYTES, readCertificate);
  if (result.ok) return { ok: true, certificate: result.value };
  return refuse({ code: 'certificate-malformed', reason: result.reason, offset: result.offset });
}

/** The views it keeps are on the reader's bytes. */
export function readCertificate(reader: DerReader): Certificate {
  const start = reader.position;
  const outer = reader.sequence();
  const tbsStart = outer.position;
  const tbs = outer.sequence();
  const tbsBytes = outer.bytes.subarray(tbsStart, outer.position);
  const signatureAlgorithm = readAlgorithmIdentifier(outer);
  const signature = outer.bitString();
  outer.finish();
  if (signature.unusedBits !== 0) outer.invalid();

  const version = readVersion(tbs);
  const serialNumber = tbs.integer();
  if (serialNumber.length > MAX_SERIAL_OCTETS) tbs.invalid();
  const innerAlgorithm = readAlgorithmIdentifier(tbs);
  // RFC 5280 section 4.1.1.2: both fields hold the same identifier; the outer one is not signed.
  if (!bytesEqual(innerAlgorithm.der, signatureAlgorithm.der)) tbs.invalid();
  const issuer = readName(tbs);
  const validity = tbs.sequence();
  const notBefore = validity.time();
  const notAfter = validity.time();
  validity.finish();
  const subject = readName(tbs);
  const publicKey = readPublicKey(tbs);
  readUniqueIdentifier(tbs, 1, version);
  readUniqueIdentifier(tbs, 2, version);
  const explicit = tbs.enterOptional(contextConstructed(3));
  // RFC 5280 section 4.1.2.9: extensions only in version 3.
  if (explicit !== undefined && version !== 3) tbs.invalid();
  const extensions = explicit === undefined ? { critical: [] } : readCertificateExtensions(explicit);
  explicit?.finish();
  tbs.finish();
  return make({
    der: reader.bytes.subarray(start, reader.position),
    tbs: tbsBytes,
    version,
    serialNumber,
    signatureAlgorithm,
    signature: signature.octets,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions,
  });
}

function readVersion(tbs: DerReader): 1 | 2 | 3 {
  const explicit = tbs.enterOptional(contextConstructed(0));
  if (explicit === undefined) return 1;
  const value = explicit.smallInteger();
  explicit.finish();
  // v1 is the default and therefore never encoded in DER.
  if (value === 1) return 2;
  return value === 2 ? 3 : tbs.invalid();
}

/** issuerUniqueID and subjectUniqueID: read over; nothing depends on them (RFC 5280 section 4.1.2.8). */
function readUniqueIdentifier(tbs: DerReader, number: number, version: 1 | 2 | 3): void {
  const tag = contextPrimitive(number);
  if (tbs.peekTag() !== tag) return;
  if (version === 1) tbs.invalid();
  tbs.bitString(tag);
}
