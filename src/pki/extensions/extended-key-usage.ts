import type { DerReader } from '../der/reader.ts';

/** ExtKeyUsageSyntax (RFC 5280 section 4.2.1.12): one or more purposes. */
export function readExtendedKeyUsage(reader: DerReader): readonly string[] {
  const purposes: string[] = [];
  const sequence = reader.sequence();
  do purposes.push(sequence.objectIdentifier());
  while (!sequence.isAtEnd);
  return purposes;
}
