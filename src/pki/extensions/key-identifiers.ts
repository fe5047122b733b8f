import { enterGeneralNames, type GeneralName } from '../general-name.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive } from '../der/tags.ts';

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  readonly serialNumber: Uint8Array | undefined;
}

/** AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1); issuer and serial number come together or not at all. */
export function readAuthorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  const sequence = reader.sequence();
  const keyIdentifier = sequence.contentOptional(contextPrimitive(0));
  const issuerTag = contextConstructed(1);
  const issuer = sequence.peekTag() === issuerTag ? enterGeneralNames(sequence, issuerTag) : undefined;
  const serialTag = contextPrimitive(2);
  const serialNumber = sequence.peekTag() === serialTag ? sequence.integer(serialTag) : undefined;
  sequence.finish();
  if ((issuer === undefined) !== (serialNumber === undefined)) reader.invalid();
  return { keyIdentifier, issuer, serialNumber };
}

/** SubjectKeyIdentifier (RFC 5280 section 4.2.1.2). */
export function readSubjectKeyIdentifier(reader: DerReader): Uint8Array {
  return reader.octetString();
}
