import type { Certificate } from '../certificate.ts';
import { bytesEqual } from '../bytes.ts';
import type { RevokedEntry } from './revoked-index.ts';
import type { TrustedCrl } from './trusted-crl.ts';

/**
 * The entry that revokes a certificate, in a complete CRL and the delta that goes with it (RFC 5280 section 6.3.3 i to
 * k): what the delta says goes before; certificateHold revokes; several entries for one certificate: any that revokes
 * counts.
 */
export function findRevocation(
  certificate: Certificate,
  complete: TrustedCrl,
  delta: TrustedCrl | undefined,
): RevokedEntry | undefined {
  const changed = delta === undefined ? [] : entriesFor(certificate, delta);
  if (changed.length > 0) return changed.find(entry => entry.reason !== 'removeFromCRL');
  // removeFromCRL has no meaning in a complete CRL (section 5.3.1), so there it counts as listed.
  return entriesFor(certificate, complete)[0];
}

/** Entries with this serial number whose issuer is the certificate's (section 5.3.3). */
function entriesFor(certificate: Certificate, crl: TrustedCrl): readonly RevokedEntry[] {
  const { index, issuers } = crl.entries;
  return index.find(certificate.serialNumber).filter(entry => {
    const issuer = issuers[entry.issuer - 1] ?? crl.header.issuer;
    return issuer.equals(certificate.issuer);
  });
}

/**
 * Whether a delta CRL may be applied to a complete one (RFC 5280 sections 5.2.4 and 6.3.3 c): one issuer and key, one
 * scope, not older than the base it names and newer than the complete CRL.
 */
export function deltaFits(delta: TrustedCrl, complete: TrustedCrl): boolean {
  const { baseCrlNumber, crlNumber: deltaNumber } = delta.header;
  const { crlNumber } = complete.header;
  if (baseCrlNumber === undefined || deltaNumber === undefined || crlNumber === undefined || complete.isDelta)
    return false;
  if (!delta.header.issuer.equals(complete.header.issuer)) return false;
  if (!delta.signer.publicKey.equals(complete.signer.publicKey)) return false;
  const scope = complete.header.issuingDistributionPoint?.der;
  const deltaScope = delta.header.issuingDistributionPoint?.der;
  const isSameScope =
    scope === undefined || deltaScope === undefined ? scope === deltaScope : bytesEqual(scope, deltaScope);
  return isSameScope && crlNumber >= baseCrlNumber && crlNumber < deltaNumber;
}
