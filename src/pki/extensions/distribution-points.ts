import { readRdn, type NameAttribute } from '../distinguished-name.ts';
import { enterGeneralNames, type GeneralName } from '../general-name.ts';
import { namedBits } from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive } from '../der/tags.ts';

/** DistributionPointName (RFC 5280 section 4.2.1.13): full names, or an RDN to be appended to the CRL issuer's name. */
export type DistributionPointName =
  | { readonly kind: 'fullName'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'relativeToIssuer'; readonly rdn: readonly NameAttribute[] };

export interface DistributionPoint {
  readonly name: DistributionPointName | undefined;
  /** ReasonFlags: bit n set for reason n; `undefined` covers all. */
  readonly reasons: number | undefined;
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

/** CRLDistributionPoints and FreshestCRL: one or more points, none of which is reasons alone. */
export function readDistributionPoints(reader: DerReader): readonly DistributionPoint[] {
  const points: DistributionPoint[] = [];
  const sequence = reader.sequence();
  do {
    const point = sequence.sequence();
    const name = readDistributionPointName(point, contextConstructed(0));
    const reasons = readReasonFlags(point, contextPrimitive(1));
    const issuerTag = contextConstructed(2);
    const crlIssuer = point.peekTag() === issuerTag ? enterGeneralNames(point, issuerTag) : undefined;
    point.finish();
    if (name === undefined && crlIssuer === undefined) sequence.invalid();
    points.push({ name, reasons, crlIssuer });
  } while (!sequence.isAtEnd);
  return points;
}

/** `DistributionPointName` is a CHOICE, so its tag is explicit; shared with IssuingDistributionPoint. */
export function readDistributionPointName(reader: DerReader, tag: number): DistributionPointName | undefined {
  const explicit = reader.enterOptional(tag);
  if (explicit === undefined) return undefined;
  const isFullName = explicit.peekTag() === contextConstructed(0);
  const name: DistributionPointName = isFullName
    ? { kind: 'fullName', names: enterGeneralNames(explicit, contextConstructed(0)) }
    : { kind: 'relativeToIssuer', rdn: readRdn(explicit.enter(contextConstructed(1))) };
  explicit.finish();
  return name;
}

/** ReasonFlags under this tag. */
export function readReasonFlags(reader: DerReader, tag: number): number | undefined {
  if (reader.peekTag() !== tag) return undefined;
  const offset = reader.position;
  return namedBits(reader.bitString(tag), offset);
}
