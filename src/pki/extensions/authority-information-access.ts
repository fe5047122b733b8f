import { readGeneralName } from '../general-name.ts';
import { ACCESS_METHOD } from '../object-identifiers.ts';
import type { DerReader } from '../der/reader.ts';

/**
 * Addresses from AuthorityInformationAccess (RFC 5280 section 4.2.2.1). Hints: nothing is trusted or fetched because of
 * them.
 */
export interface AuthorityInformationAccess {
  readonly ocsp: readonly string[];
  readonly caIssuers: readonly string[];
}

export function readAuthorityInformationAccess(reader: DerReader): AuthorityInformationAccess {
  const ocsp: string[] = [];
  const caIssuers: string[] = [];
  const sequence = reader.sequence();
  do {
    const description = sequence.sequence();
    const method = description.objectIdentifier();
    const location = readGeneralName(description);
    description.finish();
    if (location.form !== 'uniformResourceIdentifier') continue;
    if (method === ACCESS_METHOD.ocsp) ocsp.push(location.text);
    if (method === ACCESS_METHOD.caIssuers) caIssuers.push(location.text);
  } while (!sequence.isAtEnd);
  return { ocsp, caIssuers };
}
