import { copyBytes } from '../bytes.ts';
import { enterGeneralNames } from '../general-name.ts';
import type { DistinguishedName } from '../distinguished-name.ts';
import { readExtension } from '../extensions/extensions.ts';
import { checkInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { EXTENSION } from '../object-identifiers.ts';
import { REASONS, RevokedIndexBuilder, type RevokedIndex } from './revoked-index.ts';
import { SerialFingerprint } from './serial-fingerprint.ts';

/** What the list of revoked certificates holds, beside the header of the CRL. */
export interface RevokedEntries {
  readonly index: RevokedIndex;
  /** Issuers that entries name by certificateIssuer, from 1 on; 0 is the CRL issuer (RFC 5280 section 5.3.3). */
  readonly issuers: readonly DistinguishedName[];
  /** The first critical entry extension that is not understood: the CRL must not be used (section 5.3). */
  readonly unknownCritical: string | undefined;
}

/** The shortest entries (serial, UTCTime) take about this much; the builder grows where the guess is short. */
const TYPICAL_ENTRY_BYTES = 40;

/** The index numbers issuers in 16 bits. */
const MAX_ISSUERS = 0xffff;

/** `30 0c 30 0a 06 03 55 1d 15 04 03 0a 01 xx`: the reason code alone, as nearly every entry has it. */
const REASON_ONLY = [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01] as const;

interface EntryExtensions {
  reason: number;
  issuer: DistinguishedName | undefined;
  unknownCritical: string | undefined;
}

/**
 * Reads `revokedCertificates` into an index, one entry at a time, without an object for each. `entries` is inside the
 * SEQUENCE OF.
 */
export function readRevokedEntries(entries: DerReader): RevokedEntries {
  const builder = new RevokedIndexBuilder(Math.ceil((entries.end - entries.position) / TYPICAL_ENTRY_BYTES));
  const serial = new SerialFingerprint();
  const entry = new DerReader(entries.bytes, 0, 0, 8);
  const issuers: DistinguishedName[] = [];
  let issuer = 0;
  let unknownCritical: string | undefined;
  while (!entries.isAtEnd) {
    entries.step(TAG.sequence);
    entry.reset(entries.contentStart, entries.contentEnd);
    entry.step(TAG.integer);
    checkInteger(entry.bytes, entry.contentStart, entry.contentEnd);
    serial.of(entry.bytes, entry.contentStart, entry.contentEnd);
    const revokedAt = entry.time();
    let reason = entry.isAtEnd ? 0 : plainReason(entry);
    if (reason < 0) {
      const extensions = readEntryExtensions(entry);
      entry.finish();
      reason = extensions.reason;
      unknownCritical ??= extensions.unknownCritical;
      if (extensions.issuer !== undefined && issuers.at(-1)?.equals(extensions.issuer) !== true) {
        if (issuers.length >= MAX_ISSUERS) entry.invalid();
        issuers.push(extensions.issuer);
        issuer = issuers.length;
      }
    }
    builder.add(serial, revokedAt, reason, issuer);
  }
  return { index: builder.build(), issuers, unknownCritical };
}

/** The reason of an entry whose only extension is a non-critical reason code; -1 where it must be read in full. */
function plainReason(entry: DerReader): number {
  const { bytes, position, end } = entry;
  if (end - position !== REASON_ONLY.length + 1) return -1;
  for (let i = 0; i < REASON_ONLY.length; i++) if (bytes[position + i] !== REASON_ONLY[i]) return -1;
  const reason = bytes[end - 1] ?? -1;
  return REASONS[reason] === undefined ? -1 : reason;
}

/** crlEntryExtensions (RFC 5280 section 5.3): reason code, invalidity date, certificate issuer; none twice. */
function readEntryExtensions(entry: DerReader): EntryExtensions {
  const result: EntryExtensions = { reason: 0, issuer: undefined, unknownCritical: undefined };
  const seen = new Set<string>();
  const sequence = entry.sequence();
  do {
    const { identifier, isCritical, value } = readExtension(sequence);
    if (seen.has(identifier)) sequence.invalid();
    seen.add(identifier);
    switch (identifier) {
      case EXTENSION.reasonCode:
        result.reason = value.smallInteger(TAG.enumerated);
        if (REASONS[result.reason] === undefined) value.invalid();
        value.finish();
        break;
      case EXTENSION.invalidityDate:
        value.generalizedTime();
        value.finish();
        break;
      case EXTENSION.certificateIssuer: {
        // A copy: the name outlives the bytes of the CRL.
        const copy = new DerReader(copyBytes(value.rawElement(TAG.sequence)));
        const name = enterGeneralNames(copy).find(each => each.form === 'directoryName');
        value.finish();
        result.issuer = name?.name ?? value.invalid();
        break;
      }
      default:
        if (isCritical) result.unknownCritical ??= identifier;
    }
  } while (!sequence.isAtEnd);
  return result;
}
