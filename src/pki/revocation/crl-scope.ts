import type { Certificate } from '../certificate.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import type { DistributionPoint, DistributionPointName } from '../extensions/distribution-points.ts';
import type { GeneralName } from '../general-name.ts';
import type { CrlHeader } from './crl-header.ts';

/** Reasons 1 to 8 of ReasonFlags; bit 0 is unused (RFC 5280 section 4.2.1.13). */
export const ALL_REASONS = 0b1_1111_1110;

/**
 * The point of a certificate that names none: everything its issuer publishes (RFC 5280 section 6.3.3, last paragraph).
 */
const IMPLICIT_POINT: DistributionPoint = { name: undefined, reasons: undefined, crlIssuer: undefined };

/**
 * For which reasons a CRL speaks about a certificate (RFC 5280 sections 6.3.3 b and d), as bits of ReasonFlags: the
 * union over the certificate's distribution points, each intersected with onlySomeReasons. 0 if the CRL is about other
 * certificates.
 */
export function reasonsCovered(certificate: Certificate, crl: CrlHeader): number {
  const points = [...(certificate.extensions.crlDistributionPoints ?? []), IMPLICIT_POINT];
  let covered = 0;
  for (const point of points) {
    if (!isInScope(certificate, point, crl)) continue;
    const limit = crl.issuingDistributionPoint?.onlySomeReasons ?? ALL_REASONS;
    covered |= (point.reasons ?? ALL_REASONS) & limit & ALL_REASONS;
  }
  return covered;
}

/** Whether one of the certificate's distribution points names this CRL issuer (RFC 5280 section 4.2.1.13). */
export function namesCrlIssuer(certificate: Certificate, issuer: DistinguishedName): boolean {
  const points = certificate.extensions.crlDistributionPoints ?? [];
  return points.some(point => point.crlIssuer !== undefined && includesName(point.crlIssuer, issuer));
}

function isInScope(certificate: Certificate, point: DistributionPoint, crl: CrlHeader): boolean {
  const scope = crl.issuingDistributionPoint;
  // (b) (1): the CRL issuer is the one the point names, or the certificate's own issuer.
  if (point.crlIssuer === undefined) {
    if (!crl.issuer.equals(certificate.issuer)) return false;
  } else if (scope?.isIndirect !== true || !includesName(point.crlIssuer, crl.issuer)) return false;
  if (scope === undefined) return true;
  // (b) (2) (i): the names of the point and of the CRL have one in common.
  if (scope.name !== undefined && !sharesName(scope.name, point, certificate, crl)) return false;
  // (b) (2) (ii) to (iv): the kind of certificate.
  const isCa = certificate.extensions.basicConstraints?.isCa === true;
  if (scope.onlyContainsUserCerts && isCa) return false;
  if (scope.onlyContainsCaCerts && !isCa) return false;
  return !scope.onlyContainsAttributeCerts;
}

function sharesName(
  scope: DistributionPointName,
  point: DistributionPoint,
  certificate: Certificate,
  crl: CrlHeader,
): boolean {
  const published = fullNames(scope, crl.issuer);
  // A point without a name is known by its CRL issuer.
  if (point.name === undefined)
    return point.crlIssuer?.some(name => published.some(each => sameName(each, name))) ?? false;
  // A relative name hangs below the CRL issuer that the point names, or else the certificate's issuer (section
  // 4.2.1.13).
  const base = point.crlIssuer?.find(name => name.form === 'directoryName')?.name ?? certificate.issuer;
  return fullNames(point.name, base).some(name => published.some(each => sameName(each, name)));
}

function fullNames(name: DistributionPointName, base: DistinguishedName): readonly GeneralName[] {
  if (name.kind === 'fullName') return name.names;
  return [{ form: 'directoryName', name: new DistinguishedName(new Uint8Array(), [...base.rdns, name.rdn]) }];
}

/** The same name of the same form; addresses of CRLs are compared octet by octet, as both come from the same CA. */
function sameName(a: GeneralName, b: GeneralName): boolean {
  if (a.form === 'directoryName') return b.form === 'directoryName' && a.name.equals(b.name);
  if ('text' in a) return 'text' in b && a.form === b.form && a.text === b.text;
  return 'octets' in b && a.form === b.form && Buffer.compare(a.octets, b.octets) === 0;
}

function includesName(names: readonly GeneralName[], wanted: DistinguishedName): boolean {
  return names.some(each => each.form === 'directoryName' && each.name.equals(wanted));
}
