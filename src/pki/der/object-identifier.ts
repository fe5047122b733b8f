import { DerError } from './der-error.ts';

/** Longer identifiers occur in no profile; keeps the dotted text short. */
const MAX_OID_OCTETS = 64;

/** Arcs above 2^53-1 cannot be told apart as numbers; UUID-derived arcs (2.25) are read exactly with BigInt. */
const MAX_ARC_OCTETS = 19;

/** OBJECT IDENTIFIER content octets in dotted form, each arc minimally encoded (X.690 section 8.19). */
export function readObjectIdentifier(bytes: Uint8Array, start: number, end: number): string {
  const last = bytes[end - 1] ?? 0x80;
  if (start >= end || end - start > MAX_OID_OCTETS || (last & 0x80) !== 0) {
    throw new DerError('object-identifier-invalid', start);
  }
  let text = '';
  let arc = 0;
  let arcStart = start;
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0;
    if (at === arcStart && octet === 0x80) throw new DerError('object-identifier-invalid', at);
    if (at - arcStart >= MAX_ARC_OCTETS) throw new DerError('object-identifier-invalid', at);
    arc = arc * 128 + (octet & 0x7f);
    if ((octet & 0x80) !== 0) continue;
    const exact = Number.isSafeInteger(arc) ? arc : bigArc(bytes, arcStart, at);
    text = arcStart === start ? firstArcs(exact) : `${text}.${exact.toString()}`;
    arc = 0;
    arcStart = at + 1;
  }
  return text;
}

/** The first octets hold two arcs: 40 times the first (0, 1 or 2) plus the second. */
function firstArcs(value: number | bigint): string {
  if (typeof value === 'bigint') return `2.${(value - 80n).toString()}`;
  if (value < 40) return `0.${value}`;
  return value < 80 ? `1.${value - 40}` : `2.${value - 80}`;
}

function bigArc(bytes: Uint8Array, start: number, last: number): bigint {
  let arc = 0n;
  for (let at = start; at <= last; at++) arc = (arc << 7n) | BigInt((bytes[at] ?? 0) & 0x7f);
  return arc;
}
