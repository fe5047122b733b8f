import { copyBytes, toHex } from '../bytes.ts';
import { readName, type DistinguishedName } from '../distinguished-name.ts';
import {
  readDistributionPointName,
  readDistributionPoints,
  readReasonFlags,
  type DistributionPoint,
  type DistributionPointName,
} from '../extensions/distribution-points.ts';
import { readExtension } from '../extensions/extensions.ts';
import { readAuthorityKeyIdentifier, type AuthorityKeyIdentifier } from '../extensions/key-identifiers.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { EXTENSION } from '../object-identifiers.ts';

/** RFC 5280 section 5.2.3: 20 octets at most; one more for the sign octet. */
const MAX_CRL_NUMBER_OCTETS = 21;

/** IssuingDistributionPoint (RFC 5280 section 5.2.5): what part of the certificates a CRL speaks for. */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCaCerts: boolean;
  readonly onlySomeReasons: number | undefined;
  readonly isIndirect: boolean;
  readonly onlyContainsAttributeCerts: boolean;
  /** The extension value, to tell whether two CRLs have the same scope. */
  readonly der: Uint8Array;
}

/** The parts of a CRL's header that a decision needs. */
export interface CrlHeader {
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly crlNumber: bigint | undefined;
  /** BaseCRLNumber of a delta CRL; `undefined` for a complete one. */
  readonly baseCrlNumber: bigint | undefined;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  readonly freshestCrl: readonly DistributionPoint[] | undefined;
}

/**
 * What a CRL says around its list of entries, as it was signed; a few hundred octets, copied out of the file so that
 * the rest need not be kept.
 */
export interface CrlFrame {
  /** issuer, thisUpdate and nextUpdate, one after the other. */
  readonly head: Uint8Array;
  /** The Extensions SEQUENCE; empty where there is none. */
  readonly extensions: Uint8Array;
}

/** Reads over issuer, thisUpdate and nextUpdate, and returns a copy of them. */
export function copyCrlHead(tbs: DerReader): Uint8Array {
  const start = tbs.position;
  tbs.rawElement(TAG.sequence);
  tbs.time();
  if (isTime(tbs)) tbs.time();
  return copyBytes(tbs.bytes.subarray(start, tbs.position));
}

/**
 * Reads the header of a CRL from its frame. Throws `DerError` like every reader: callers are inside `decodeDer`, or
 * give it a frame that was read before.
 */
export function readCrlFrame({ head, extensions }: CrlFrame): CrlHeader & CrlExtensions {
  const reader = new DerReader(head);
  const issuer = readName(reader);
  const thisUpdate = reader.time();
  const nextUpdate = isTime(reader) ? reader.time() : undefined;
  reader.finish();
  if (extensions.length === 0) return { issuer, thisUpdate, nextUpdate, ...NO_EXTENSIONS };
  const block = new DerReader(extensions);
  const known = readCrlExtensions(block);
  block.finish();
  return { issuer, thisUpdate, nextUpdate, ...known };
}

function isTime(reader: DerReader): boolean {
  return reader.peekTag() === TAG.utcTime || reader.peekTag() === TAG.generalizedTime;
}

interface CrlExtensions extends Omit<CrlHeader, 'issuer' | 'thisUpdate' | 'nextUpdate'> {
  /** The first critical extension of the CRL that is not understood. */
  readonly unknownCritical: string | undefined;
}

const NO_EXTENSIONS: CrlExtensions = {
  authorityKeyIdentifier: undefined,
  crlNumber: undefined,
  baseCrlNumber: undefined,
  issuingDistributionPoint: undefined,
  freshestCrl: undefined,
  unknownCritical: undefined,
};

function readCrlExtensions(reader: DerReader): CrlExtensions {
  const found: { -readonly [Key in keyof CrlExtensions]: CrlExtensions[Key] } = { ...NO_EXTENSIONS };
  const seen = new Set<string>();
  const sequence = reader.sequence();
  do {
    const { identifier, isCritical, value } = readExtension(sequence);
    if (seen.has(identifier)) sequence.invalid();
    seen.add(identifier);
    switch (identifier) {
      case EXTENSION.authorityKeyIdentifier:
        found.authorityKeyIdentifier = readAuthorityKeyIdentifier(value);
        break;
      case EXTENSION.crlNumber:
        found.crlNumber = readCrlNumber(value);
        break;
      case EXTENSION.deltaCrlIndicator:
        found.baseCrlNumber = readCrlNumber(value);
        break;
      case EXTENSION.issuingDistributionPoint:
        found.issuingDistributionPoint = readIssuingDistributionPoint(value);
        break;
      case EXTENSION.freshestCrl:
        found.freshestCrl = readDistributionPoints(value);
        break;
      default:
        if (isCritical) found.unknownCritical ??= identifier;
        continue;
    }
    value.finish();
  } while (!sequence.isAtEnd);
  return found;
}

/** CRLNumber ::= INTEGER (0..MAX) (RFC 5280 section 5.2.3). */
function readCrlNumber(reader: DerReader): bigint {
  const octets = reader.integer();
  if (octets.length > MAX_CRL_NUMBER_OCTETS || ((octets[0] ?? 0) & 0x80) !== 0) reader.invalid();
  return BigInt(`0x${toHex(octets)}`);
}

function readIssuingDistributionPoint(reader: DerReader): IssuingDistributionPoint {
  const start = reader.position;
  const sequence = reader.sequence();
  const name = readDistributionPointName(sequence, contextConstructed(0));
  const onlyContainsUserCerts = sequence.booleanDefaultFalse(contextPrimitive(1));
  const onlyContainsCaCerts = sequence.booleanDefaultFalse(contextPrimitive(2));
  const onlySomeReasons = readReasonFlags(sequence, contextPrimitive(3));
  const isIndirect = sequence.booleanDefaultFalse(contextPrimitive(4));
  const onlyContainsAttributeCerts = sequence.booleanDefaultFalse(contextPrimitive(5));
  sequence.finish();
  const der = reader.bytes.subarray(start, reader.position);
  return {
    name,
    onlyContainsUserCerts,
    onlyContainsCaCerts,
    onlySomeReasons,
    isIndirect,
    onlyContainsAttributeCerts,
    der,
  };
}
