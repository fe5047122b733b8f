import { cardFailure } from '../card-reader.ts';
import type { CardOutcome } from '../card-reader.ts';
import { isSignCertificate, parseCardCertificate } from './card-certificate.ts';
import type { CardCertificate } from './card-certificate.ts';

/**
 * Chooses the certificate to sign with: by its key usage, never by a label, and one in its validity before one that
 * is not (a card whose certificate was extended may hold both).
 *
 * @param candidates what the card holds, in its order; bytes that are no certificate are passed over
 */
export function chooseSignCertificate<T extends { readonly der: Uint8Array }>(
  candidates: readonly T[],
  { at, checkValidity }: { readonly at: Date; readonly checkValidity: boolean },
): CardOutcome<T & { readonly certificate: CardCertificate }> {
  const usable = candidates.flatMap(candidate => {
    const certificate = parseCardCertificate(candidate.der);
    return certificate !== undefined && isSignCertificate(certificate) ? [{ ...candidate, certificate }] : [];
  });
  const chosen = usable.find(({ certificate }) => isValid(certificate, at)) ?? usable[0];
  if (chosen === undefined) return cardFailure('certificate-not-found');
  if (checkValidity && at < chosen.certificate.notBefore) return cardFailure('certificate-not-yet-valid');
  if (checkValidity && at > chosen.certificate.notAfter) return cardFailure('certificate-expired');
  return { ok: true, value: chosen };
}

/** RFC 5280 section 4.1.2.5: both ends belong to the validity. */
function isValid({ notBefore, notAfter }: CardCertificate, at: Date): boolean {
  return at >= notBefore && at <= notAfter;
}
