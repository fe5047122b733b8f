import type { DerReader } from '../der/reader.ts';
import { TAG, contextPrimitive } from '../der/tags.ts';

/** More policies than any CA asserts; with the mappings it bounds the policy tree (RFC 5280 section 6.1.3 d). */
const MAX_POLICIES = 64;

export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/**
 * CertificatePolicies (RFC 5280 section 4.2.1.4): the identifiers; no identifier twice. Qualifiers are read over and
 * not kept.
 */
export function readCertificatePolicies(reader: DerReader): readonly string[] {
  const policies = new Set<string>();
  const sequence = reader.sequence();
  do {
    const information = sequence.sequence();
    const policy = information.objectIdentifier();
    if (policies.has(policy) || policies.size >= MAX_POLICIES) sequence.invalid();
    policies.add(policy);
    const qualifiers = information.enterOptional(TAG.sequence);
    if (qualifiers !== undefined) readQualifiers(qualifiers);
    information.finish();
  } while (!sequence.isAtEnd);
  return [...policies];
}

function readQualifiers(qualifiers: DerReader): void {
  do {
    const information = qualifiers.sequence();
    information.objectIdentifier();
    information.element();
    information.finish();
  } while (!qualifiers.isAtEnd);
}

/** PolicyMappings (RFC 5280 section 4.2.1.5). Whether anyPolicy is mapped is judged with the path. */
export function readPolicyMappings(reader: DerReader): readonly PolicyMapping[] {
  const mappings: PolicyMapping[] = [];
  const sequence = reader.sequence();
  do {
    if (mappings.length >= MAX_POLICIES) sequence.invalid();
    const mapping = sequence.sequence();
    mappings.push({ issuerDomainPolicy: mapping.objectIdentifier(), subjectDomainPolicy: mapping.objectIdentifier() });
    mapping.finish();
  } while (!sequence.isAtEnd);
  return mappings;
}

/** PolicyConstraints (RFC 5280 section 4.2.1.11): an empty sequence is not allowed. */
export function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  const sequence = reader.sequence();
  const requireExplicitPolicy = readSkipCount(sequence, contextPrimitive(0));
  const inhibitPolicyMapping = readSkipCount(sequence, contextPrimitive(1));
  sequence.finish();
  if (requireExplicitPolicy === undefined && inhibitPolicyMapping === undefined) reader.invalid();
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

function readSkipCount(reader: DerReader, tag: number): number | undefined {
  return reader.peekTag() === tag ? reader.smallInteger(tag) : undefined;
}

/** InhibitAnyPolicy (RFC 5280 section 4.2.1.14). */
export function readInhibitAnyPolicy(reader: DerReader): number {
  return reader.smallInteger();
}
