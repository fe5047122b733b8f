import { cardFailure } from '../card-reader.ts';
import type { CardOutcome } from '../card-reader.ts';
import type { CardCertificate } from './card-certificate.ts';

/** The refusal for a certificate outside its validity at `at` (RFC 5280 section 4.1.2.5, both ends included); else nothing. */
export function judgeValidity(certificate: CardCertificate, at: Date): CardOutcome<never> | undefined {
  if (at < certificate.notBefore) return cardFailure('certificate-not-yet-valid');
  return at > certificate.notAfter ? cardFailure('certificate-expired') : undefined;
}
