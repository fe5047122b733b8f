import { readAlgorithmIdentifier, type AlgorithmIdentifier } from '../algorithm-identifier.ts';
import { bytesEqual, copyBytes } from '../bytes.ts';
import { refuse, type CrlFailure, type Refused } from '../failures.ts';
import { decodeDer } from '../der/decode.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { readRevokedEntries, type RevokedEntries } from './crl-entries.ts';
import { copyCrlHead, readCrlFrame, type CrlFrame, type CrlHeader } from './crl-header.ts';

/** MOICA's complete CRL has 20 MB for 412,000 entries; ten times as many still fit. */
const MAX_CRL_BYTES = 256 * 1024 * 1024;

/** A CRL as parsed: its signature has not been looked at. */
export interface UnverifiedCrl {
  readonly header: CrlHeader;
  /** The header as it was signed. */
  readonly frame: CrlFrame;
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
  // Copies of all that stays: what is kept of a CRL must not keep its 20 MB alive.
  const signatureAlgorithm = readAlgorithmIdentifier(new DerReader(copyBytes(outer.rawElement(TAG.sequence))));
  const signature = outer.bitString();
  outer.finish();
  if (signature.unusedBits !== 0) outer.invalid();

  // version is absent for v1; v2 is the only other one and encoded as 1.
  const isV2 = tbs.peekTag() === TAG.integer;
  if (isV2 && tbs.smallInteger() !== 1) tbs.invalid();
  if (!bytesEqual(readAlgorithmIdentifier(tbs).der, signatureAlgorithm.der)) tbs.invalid();
  const head = copyCrlHead(tbs);
  const list = tbs.enterOptional(TAG.sequence);
  // RFC 5280 section 5.1.2.6: the list is absent when nothing is revoked. An empty one says the same and occurs.
  const entries = readRevokedEntries(list ?? new DerReader(tbs.bytes, 0, 0));
  const block = tbs.contentOptional(contextConstructed(0));
  if (block !== undefined && !isV2) tbs.invalid();
  const frame: CrlFrame = { head, extensions: block === undefined ? new Uint8Array() : copyBytes(block) };
  // [0] is explicit: present, it holds the SEQUENCE.
  if (block?.length === 0) tbs.invalid();
  tbs.finish();
  const { unknownCritical, ...header } = readCrlFrame(frame);
  if (entries.issuers.length > 0 && header.issuingDistributionPoint?.isIndirect !== true) tbs.invalid();
  return { header, frame, entries, unknownCritical, tbs: tbsBytes, signatureAlgorithm, signature: signature.octets };
}
