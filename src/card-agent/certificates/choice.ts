import { cardFailure } from '../card-reader.ts';
import type { CardFailureCode, CardOutcome } from '../card-reader.ts';
import { isSignCertificate, parseCardCertificate } from './card-certificate.ts';
import type { CardCertificate } from './card-certificate.ts';
import { cardFamilyOf } from './card-family.ts';
import type { CardFamily } from './card-family.ts';

export interface Choice {
  /** of several, one that is valid at this instant is preferred */
  readonly at: Date;
  /** refuse one outside its validity */
  readonly checkValidity: boolean;
  /** refuse the cards of other families, each by its name */
  readonly citizenCardOnly: boolean;
}

/**
 * Chooses the certificate to sign with: by its key usage, never by a label, and one in its validity before one that
 * is not (a card whose certificate was extended may hold both).
 *
 * @param candidates what the card holds, in its order; bytes that are no certificate are passed over
 */
export function chooseSignCertificate<T extends { readonly der: Uint8Array }>(
  candidates: readonly T[],
  { at, checkValidity, citizenCardOnly }: Choice,
): CardOutcome<T & { readonly certificate: CardCertificate }> {
  const read = candidates.flatMap(candidate => {
    const certificate = parseCardCertificate(candidate.der);
    return certificate === undefined ? [] : [{ ...candidate, certificate }];
  });
  const usable = read.filter(
    ({ certificate }) => isSignCertificate(certificate) && (!citizenCardOnly || isCitizens(certificate)),
  );
  const chosen = usable.find(({ certificate }) => isValid(certificate, at)) ?? usable[0];
  if (chosen === undefined) {
    return cardFailure(citizenCardOnly ? whyNotCitizens(read) : 'certificate-not-found');
  }
  if (checkValidity && at < chosen.certificate.notBefore) return cardFailure('certificate-not-yet-valid');
  if (checkValidity && at > chosen.certificate.notAfter) return cardFailure('certificate-expired');
  return { ok: true, value: chosen };
}

const codeOfFamily: Partial<Record<CardFamily, CardFailureCode>> = {
  MOICA: 'certificate-not-found',
  MOEACA: 'business-card',
  GCA: 'agency-card',
  XCA: 'organization-card',
};

/** Told by whichever certificate of the holder there is, whatever its key usage: the words matter, nothing is signed. */
function whyNotCitizens(read: readonly { readonly certificate: CardCertificate }[]): CardFailureCode {
  const holders = read.map(({ certificate }) => certificate).filter(({ isCertificateAuthority: isCa }) => !isCa);
  const certificate = holders.find(isCitizens) ?? holders.find(isSignCertificate) ?? holders[0];
  if (certificate === undefined) return 'certificate-not-found';
  const family = cardFamilyOf(certificate.issuerText);
  return (family === undefined ? undefined : codeOfFamily[family]) ?? 'wrong-card';
}

const isCitizens = ({ issuerText }: CardCertificate): boolean => cardFamilyOf(issuerText) === 'MOICA';

/** RFC 5280 section 4.1.2.5: both ends belong to the validity. */
function isValid({ notBefore, notAfter }: CardCertificate, at: Date): boolean {
  return at >= notBefore && at <= notAfter;
}

/** Said of a card before its PIN is used, and perhaps not of the card in the next reader. */
const NOT_THIS_CARD: ReadonlySet<CardFailureCode> = new Set([
  'wrong-card',
  'business-card',
  'agency-card',
  'organization-card',
  'certificate-not-found',
  'certificate-not-yet-valid',
  'certificate-expired',
]);

/**
 * Uses the first of several cards; where the citizen's is wanted, the first that is one. A card that was given the PIN
 * is the last, whatever it says. Where none fits, the first one's refusal is told.
 *
 * @param use refuses a card that does not fit before it uses the PIN
 */
export function useFirstFitting<C, T>(
  [first, ...others]: readonly [C, ...C[]],
  citizenCardOnly: boolean,
  use: (card: C) => CardOutcome<T>,
): CardOutcome<T> {
  const isOver = (outcome: CardOutcome<T>) =>
    outcome.ok || !citizenCardOnly || !NOT_THIS_CARD.has(outcome.failure.code);
  const told = use(first);
  if (isOver(told)) return told;
  for (const card of others) {
    const outcome = use(card);
    if (isOver(outcome)) return outcome;
  }
  return told;
}
