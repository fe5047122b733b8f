import { toHex } from '../pki/bytes.ts';
import { formatName } from '../pki/name-string.ts';
import { decodePemBlocks } from '../pki/pem.ts';
import { parseCrl, type UnverifiedCrl } from '../pki/revocation/crl.ts';
import type { CommandResult } from './command.ts';

/**
 * What the CRLs in a file hold: for an operator who wonders about an address, a size or an age. Nothing is verified.
 *
 * @param file DER of one CRL, or PEM blocks of one or several
 */
export function inspectCrls(file: Uint8Array): CommandResult {
  // A CRL in DER begins with a SEQUENCE of more than 127 octets, which no text does.
  const ders = file[0] === 0x30 && (file[1] ?? 0) > 0x7f ? [file] : decodePemBlocks(file, 'X509 CRL');
  const findings = ders === undefined ? [MALFORMED] : ders.map(inspect);
  return {
    exitCode: findings.every(finding => finding.ok) ? 0 : 1,
    data: findings,
    text: findings.map(describe).join('\n\n'),
  };
}

type Finding =
  | ({ readonly ok: true } & CrlFacts)
  | { readonly ok: false; readonly code: 'crl-malformed'; readonly reason: string; readonly offset: number };

interface CrlFacts {
  readonly issuer: string;
  readonly keyIdentifier: string | null;
  readonly number: string | null;
  /** Set for a delta CRL. */
  readonly baseNumber: string | null;
  readonly thisUpdate: string;
  readonly nextUpdate: string | null;
  readonly entries: number;
  readonly distinctSerials: number;
  readonly seconds: number;
  readonly bytesKept: number;
}

const MALFORMED: Finding = { ok: false, code: 'crl-malformed', reason: 'neither-der-nor-pem', offset: 0 };

function inspect(der: Uint8Array): Finding {
  const start = performance.now();
  const parsed = parseCrl(der);
  const seconds = Math.round(performance.now() - start) / 1000;
  if (!parsed.ok) return { ...parsed.failure, ok: false };
  return { ok: true, ...factsOf(parsed.crl, seconds) };
}

function factsOf({ header, entries }: UnverifiedCrl, seconds: number): CrlFacts {
  const keyIdentifier = header.authorityKeyIdentifier?.keyIdentifier;
  return {
    issuer: formatName(header.issuer),
    keyIdentifier: keyIdentifier === undefined ? null : toHex(keyIdentifier),
    number: header.crlNumber?.toString() ?? null,
    baseNumber: header.baseCrlNumber?.toString() ?? null,
    thisUpdate: new Date(header.thisUpdate).toISOString(),
    nextUpdate: header.nextUpdate === undefined ? null : new Date(header.nextUpdate).toISOString(),
    entries: entries.index.size,
    distinctSerials: entries.index.distinctSerials,
    seconds,
    bytesKept: entries.index.bytesKept,
  };
}

function describe(finding: Finding): string {
  if (!finding.ok) return `not a CRL: ${finding.reason} at octet ${finding.offset}`;
  return [
    `issuer           ${finding.issuer}`,
    `key identifier   ${finding.keyIdentifier ?? '-'}`,
    `number           ${finding.number ?? '-'}${finding.baseNumber === null ? '' : ` (delta to ${finding.baseNumber})`}`,
    `this update      ${finding.thisUpdate}`,
    `next update      ${finding.nextUpdate ?? '- (such a CRL is refused)'}`,
    `entries          ${finding.entries}`,
    `distinct serials ${finding.distinctSerials}`,
    `load             ${finding.seconds} s`,
    `kept             ${finding.bytesKept} bytes`,
  ].join('\n');
}
