import { readAlgorithmIdentifier, type AlgorithmIdentifier } from '../algorithm-identifier.ts';
import { bytesEqual, toHex } from '../bytes.ts';
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
import { refuse, type CrlFailure, type Refused } from '../failures.ts';
import { decodeDer } from '../der/decode.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { EXTENSION } from '../object-identifiers.ts';
import { readRevokedEntries, type RevokedEntries } from './crl-entries.ts';

/** MOICA's complete CRL has 20 MB for 412,000 entries; ten times as many still fit. */
const MAX_CRL_BYTES = 256 * 1024 * 1024;

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

/** A CRL as parsed: its signature has not been looked at. */
export interface UnverifiedCrl {
  readonly header: CrlHeader;
  readonly entries: RevokedEntries;
  /** The first critical extension of the CRL that is not understood. */
  readonly unknownCritical: string | undefined;
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

export type ParsedCrl =
  { readonly ok: true; readonly crl: UnverifiedCrl } | Refused<Extract<CrlFailure, { code: 'crl-malformed' }>>;

/**
 * Reads one CRL (RFC 5280 section 5.1): DER only, inner and outer algorithm equal, no extension twice; the entries go
 * into a sorted index. The views it returns are on `der`, which must not change until the CRL is verified.
 *
 * @param der at most 256 MiB
 */
export function parseCrl(der: Uint8Array): ParsedCrl {
  const result = decodeDer(der, MAX_CRL_BYTES, readCrl);
  if (result.ok) return { ok: true, crl: result.value };
  return refuse({ code: 'crl-malformed', reason: result.reason, offset: result.offset });
}

function readCrl(reader: DerReader): UnverifiedCrl {
  const outer = reader.sequence();
  const tbsStart = outer.position;
  const tbs = outer.sequence();
  const tbsBytes = outer.bytes.subarray(tbsStart, outer.position);
  const signatureAlgorithm = readAlgorithmIdentifier(outer);
  const signature = outer.bitString();
  outer.finish();
  if (signature.unusedBits !== 0) outer.invalid();

  // version is absent for v1; v2 is the only other one and encoded as 1.
  const isV2 = tbs.peekTag() === TAG.integer;
  if (isV2 && tbs.smallInteger() !== 1) tbs.invalid();
  if (!bytesEqual(readAlgorithmIdentifier(tbs).der, signatureAlgorithm.der)) tbs.invalid();
  const issuer = readName(detached(tbs.rawElement(TAG.sequence)));
  const thisUpdate = tbs.time();
  const isTime = tbs.peekTag() === TAG.utcTime || tbs.peekTag() === TAG.generalizedTime;
  const nextUpdate = isTime ? tbs.time() : undefined;
  const list = tbs.enterOptional(TAG.sequence);
  // RFC 5280 section 5.1.2.6: the list is absent when nothing is revoked. An empty one says the same and occurs.
  const entries = readRevokedEntries(list ?? new DerReader(tbs.bytes, 0, 0));
  const block = tbs.contentOptional(contextConstructed(0));
  if (block !== undefined && !isV2) tbs.invalid();
  const explicit = block === undefined ? undefined : detached(block);
  const extensions = explicit === undefined ? NO_EXTENSIONS : readCrlExtensions(explicit);
  explicit?.finish();
  tbs.finish();
  if (entries.issuers.length > 0 && extensions.issuingDistributionPoint?.isIndirect !== true) tbs.invalid();
  const { unknownCritical, ...known } = extensions;
  const header = { issuer, thisUpdate, nextUpdate, ...known };
  return { header, entries, unknownCritical, tbs: tbsBytes, signatureAlgorithm, signature: signature.octets };
}

/** A reader over a copy: what is kept of a CRL must not keep its 20 MB alive. */
function detached(element: Uint8Array): DerReader {
  return new DerReader(element.slice());
}

interface CrlExtensions extends Omit<CrlHeader, 'issuer' | 'thisUpdate' | 'nextUpdate'> {
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
